"""What surrounds every route: pure ASGI layers, outermost first in `wiring`. None of them knows a route."""
