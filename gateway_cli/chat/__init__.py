"""The client behind `weir chat`: it speaks REST with a gateway and knows nothing of how one works inside."""
