"""What goes wrong with sealed secrets. None of these ever holds a secret or a key."""


class SecretsError(Exception):
    """Sealed secrets cannot be used; the message tells the operator why and what to do."""


class BadMasterKey(SecretsError):
    """What was given as a master key is none."""


class WrongMasterKey(SecretsError):
    """The store's secrets are sealed under a master key that was not given."""


class DamagedSecret(SecretsError):
    """A sealed secret was changed, or belongs to another owner. There is no way around it, so it is never ignored."""
