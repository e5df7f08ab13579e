"""The steps from one schema to the next, forward and back. One that was released never changes; new ones follow it."""
