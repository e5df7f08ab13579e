"""How providers are spoken to: pure dialects, one upstream client, and the registry that pairs them by kind."""
