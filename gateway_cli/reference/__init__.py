"""The page of the documentation that lists every command; `python -m gateway_cli.reference` writes it."""
