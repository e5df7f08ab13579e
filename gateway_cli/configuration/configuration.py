"""Everything a gateway is told, as one frozen value. It holds no rule and reads nothing."""

from dataclasses import dataclass

from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_core.settings import CoreSettings
from rest_facade.settings import FacadeSettings


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of core, facade and process.

    `notes` says where providers came from; `warnings` says what was asked for and is not in force.
    """

    core: CoreSettings
    facade: FacadeSettings
    process: ProcessSettings
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
