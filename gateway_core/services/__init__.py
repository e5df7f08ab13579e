"""One file per service of the contract, a few lines per rpc: they hand over to the rooms that know."""
