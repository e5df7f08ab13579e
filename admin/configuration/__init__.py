"""weir.yaml and the records it declares: read, plan, apply, export. Nothing here serves calls or speaks a protocol."""
