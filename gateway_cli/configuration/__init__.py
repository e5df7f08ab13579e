"""Turns one YAML file and the environment into frozen settings. It is handed both and opens nothing but that file."""
