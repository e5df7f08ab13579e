"""The core service: routes, calls and meters chats. Speaks gRPC to callers and HTTP to providers; knows no REST."""
