"""The contract of Weir as generated Python. Written by `make generate`; never edited."""
