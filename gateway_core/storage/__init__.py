"""Where records live between starts."""
