"""The admin service: administrators change records here. It knows nothing of how calls are answered."""
