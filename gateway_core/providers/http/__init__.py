"""The way to providers over HTTP. Only wiring enters here; everybody else knows the `Upstream` protocol."""
