"""A gRPC server and its channel within one process: the interface and behaviour of grpc.aio, no socket and no bytes.

Messages are handed over as they are: neither side may change one that it has sent or received.
"""
