"""Who calls: API keys as they are made, stored and recognised."""
