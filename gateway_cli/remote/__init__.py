"""The frame of commands that administer a gateway over gRPC. Commands enter by `command.py`; no server runs here."""
