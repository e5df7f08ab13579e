"""What the gateway knows, as frozen values. Plain Python: no protocol, no database, no clock."""
