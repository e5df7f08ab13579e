"""What administrators speak, as generated Python. Written by `make generate`; never edited."""
