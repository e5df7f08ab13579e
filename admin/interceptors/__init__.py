"""What happens around every rpc of administration: the caller is known, allowed, and slowed if it guesses."""
