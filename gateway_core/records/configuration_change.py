"""What happened to one record on the way from one configuration to the next, without saying what it is now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigurationChange:
    """A step to the configuration `version`. `sequence` is that of the entry in the audit log that tells more."""

    version: int
    sequence: int
    kind: str
    uid: str
    action: str
