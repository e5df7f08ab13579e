"""What a store says when it cannot do what it is asked. The kinds are told apart by codes, never by prose.

StorageError
|-- StoreUnavailable > StoreDown    |-- SchemaIncompatible > SchemaBehind (a migration helps)
|-- NotThere    |-- AlreadyThere    |-- RevisionConflict    |-- RequestReused
"""


class StorageError(Exception):
    """The store cannot be used as asked; the message tells the operator what is wrong and what to do."""


class StoreUnavailable(StorageError):
    """The database does not answer, or not in time. Later it may."""


class StoreDown(StoreUnavailable):
    """Nothing serves the database at its address, or it says so itself: so nobody else can change anything there."""


class SchemaIncompatible(StorageError):
    """The database's schema and this version of Weir do not fit each other. Waiting does not help."""


class SchemaBehind(SchemaIncompatible):
    """The schema is older than this version of Weir needs. Migrating it up helps."""


class NotThere(StorageError):
    """There is no such record, or it is deleted."""

    def __init__(self, kind: str, uid: str) -> None:
        """Takes what was looked for."""
        super().__init__(f"there is no {kind} {uid}")
        self.kind = kind
        self.uid = uid


class AlreadyThere(StorageError):
    """Another record has what must be unique: the name, the scope, the hash."""

    def __init__(self, kind: str, what: str) -> None:
        """Takes what was to be written."""
        super().__init__(f"there is already such a {kind}: {what}")
        self.kind = kind
        self.what = what


class RevisionConflict(StorageError):
    """The record was changed by somebody else meanwhile."""

    def __init__(self, kind: str, uid: str, *, expected: int, actual: int) -> None:
        """Takes the revision the change was made for, and the one the record has."""
        super().__init__(f"{kind} {uid} has revision {actual}, the change was made for {expected}")
        self.kind = kind
        self.uid = uid
        self.expected = expected
        self.actual = actual


class RequestReused(StorageError):
    """The same request id came before, with another request."""

    def __init__(self, request_id: str) -> None:
        """Takes the id."""
        super().__init__(f"the request id {request_id} was used for a different request")
        self.request_id = request_id
