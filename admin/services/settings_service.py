"""SettingsService: keeps what is decided for the whole gateway. Until somebody changes it, it is as by default."""

from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.masks import changed
from admin.conduct.violations import Violations
from admin.translation.settings import MUTABLE, UNMADE, read_settings, show_settings
from gateway_core.interceptors.around import Context
from gateway_core.records.setting import Setting
from gateway_core.storage.gateway_settings import NAME, read_gateway_settings, write_gateway_settings
from weir.admin.v1 import settings_service_pb2 as messages
from weir.admin.v1.settings_service_pb2_grpc import SettingsServiceServicer


class SettingsService(SettingsServiceServicer):
    """Keeps the settings."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def GetSettings(self, request: messages.GetSettingsRequest, context: Context) -> messages.GetSettingsResponse:
        """Gives the settings."""
        del request, context
        async with self._desk.reading() as reading:
            settings, record = await read_gateway_settings(reading)
        return messages.GetSettingsResponse(settings=show_settings(settings, record or UNMADE))

    async def UpdateSettings(
        self, request: messages.UpdateSettingsRequest, context: Context
    ) -> messages.UpdateSettingsResponse:
        """Changes settings."""
        async with self._desk.changing(context) as change:
            before, found = await read_gateway_settings(change)
            record = found or UNMADE
            expected = expected_revision(request.settings.etag, record)
            violations = Violations()
            wanted = changed(show_settings(before, record), request.settings, request.update_mask, MUTABLE)
            settings = read_settings(wanted, violations)
            violations.refuse()
            if settings != before:
                value = Setting(NAME, write_gateway_settings(settings))
                record = (
                    await change.settings.create(value)
                    if found is None
                    else await change.settings.update(found.uid, value, expected=expected)
                )
        return messages.UpdateSettingsResponse(settings=show_settings(settings, record))
