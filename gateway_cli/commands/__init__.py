"""The commands, one module each: `register(app)` adds it. A module is imported only when its command is called."""
