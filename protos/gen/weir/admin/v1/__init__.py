"""Version 1 of what administrators speak. Written by `make generate`; never edited."""
