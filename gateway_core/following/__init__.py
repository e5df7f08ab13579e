"""Keeps what a core knows as current as the store: keys that changed are forgotten, a new snapshot takes over."""
