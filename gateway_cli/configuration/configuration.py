"""Everything a gateway is told, as one frozen value. It holds no rule and reads nothing."""

from dataclasses import dataclass

from admin.configuration.declared import Declared
from admin.settings import AdminSettings
from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_core.settings import CoreSettings
from rest_facade.settings import FacadeSettings


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of core, facade, admin service and process, and the records that are declared.

    `notes` says where providers came from; `warnings` says what was asked for and is not enforced.
    """

    core: CoreSettings
    facade: FacadeSettings
    admin: AdminSettings
    process: ProcessSettings
    declared: Declared
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
