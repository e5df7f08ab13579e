"""The `weir` command: the only place that knows core and facade both, and the only one that reads the environment."""
