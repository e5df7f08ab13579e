"""The one place that reads the process's environment; everybody else is handed the result."""

import os
from collections.abc import Mapping
from types import MappingProxyType


def read_environment() -> Mapping[str, str]:
    """Copies the environment as it is now, so that later changes cannot be seen."""
    return MappingProxyType(dict(os.environ))  # noqa: TID251 -- the one place that is allowed to
