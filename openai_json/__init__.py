"""OpenAI's JSON and weir.v1, each into the other, from one table that both ends of the gateway share. Pure."""
