"""The database that a configuration names, for commands that look at it from outside or change its schema."""
