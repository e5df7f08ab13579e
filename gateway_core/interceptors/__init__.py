"""What happens around every rpc, before a service sees it: identified, logged, counted, guarded, authenticated."""
