"""What a store says when it cannot be used. It stops the start and never reaches a caller."""


class StorageError(Exception):
    """The store cannot be used; the message tells the operator which file and what to do."""
