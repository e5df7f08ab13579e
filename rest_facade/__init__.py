"""REST/SSE for applications that speak OpenAI. It translates and dials a gRPC channel; it knows no core."""
