"""Pure decisions: which model, which target, which credential. No clock, no socket."""
