"""The OpenAI chat format, which most providers speak: pure translation. The registry enters by `dialect`."""
