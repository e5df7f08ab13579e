"""Tells cores and dashboards what changes, and that nothing does. It changes nothing itself."""
