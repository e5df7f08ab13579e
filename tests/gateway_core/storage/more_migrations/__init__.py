"""Steps that no release has, to test how steps are taken."""
