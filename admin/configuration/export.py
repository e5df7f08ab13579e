"""Writes the records that are there as the text of a file, which changes nothing but who looks after them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from admin.configuration.declared import Allowance, Declared, DeclaredApiKey, DeclaredCredential
from admin.configuration.entries import DEFAULTS, SETTINGS, limit_key, price_key
from admin.configuration.file_format import FORMAT_VERSION
from admin.configuration.live import LiveConfiguration
from admin.configuration.yaml_text import write_yaml, written

C = TypeVar("C", DeclaredCredential, DeclaredApiKey)
HEAD = """\
# Exported from a running gateway. It holds no secrets: a credential keeps the one it has where this file is applied.
"""


def export(live: LiveConfiguration, managed_by: str | None = None) -> str:
    """Gives the file. With `managed_by` it holds what that one looks after; what hangs on others' records is left out.

    So are revoked keys.
    """

    def belongs(key: str) -> bool:
        record = live.records.get(key)
        return record is not None and not record.ended and managed_by in {None, record.managed_by}

    document = {"version": int(FORMAT_VERSION), **written(those_that(belongs, live.declared))}
    return HEAD + write_yaml(document)


def those_that(belongs: Callable[[str], bool], declared: Declared) -> Declared:
    """Keeps the records whose keys belong, as far as the records that they belong to are kept."""

    def bounded(subject: str, allowances: tuple[Allowance, ...]) -> tuple[Allowance, ...]:
        return tuple(one for one in allowances if belongs(limit_key(subject, one.measure, one.per)))

    def inner(collection: str, things: tuple[C, ...]) -> tuple[C, ...]:
        return tuple(
            replace(one, allowances=bounded(f"{collection}/{one.name}", one.allowances))
            for one in things
            if belongs(f"{collection}/{one.name}")
        )

    return Declared(
        providers={
            name: replace(
                one,
                credentials=inner(f"providers/{name}/credentials", one.credentials),
                allowances=bounded(f"providers/{name}", one.allowances),
            )
            for name, one in declared.providers.items()
            if belongs(f"providers/{name}")
        },
        models={
            name: replace(one, allowances=bounded(f"models/{name}", one.allowances))
            for name, one in declared.models.items()
            if belongs(f"models/{name}")
        },
        prices={pair: one for pair, one in declared.prices.items() if belongs(price_key(*pair))},
        users={
            name: replace(
                one,
                keys=inner(f"users/{name}/apiKeys", one.keys),
                allowances=bounded(f"users/{name}", one.allowances),
            )
            for name, one in declared.users.items()
            if belongs(f"users/{name}")
        },
        defaults=bounded(DEFAULTS, declared.defaults),
        settings=declared.settings if belongs(SETTINGS) else None,
    )
