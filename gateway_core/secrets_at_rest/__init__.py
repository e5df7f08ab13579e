"""Secrets as they lie in the store: sealed under a master key, re-wrapped under the next one while calls go on."""
