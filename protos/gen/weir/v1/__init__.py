"""What callers of the gateway speak. Written by `make generate`; never edited."""
