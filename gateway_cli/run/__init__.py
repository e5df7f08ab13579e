"""The commands that run servers: they wire core and facade together and bring them down in order."""
