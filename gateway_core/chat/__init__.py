"""The stack a chat goes through: layers of one shape, a file each, from validation down to one attempt."""
