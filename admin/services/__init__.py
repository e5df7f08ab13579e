"""One servicer for each service of the contract, a few lines an rpc. They hold no rule that two of them need."""
