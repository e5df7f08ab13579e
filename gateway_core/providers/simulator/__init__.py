"""The built-in provider: answers OpenAI bytes with OpenAI bytes, offline and always alike. Entered by `upstream`."""
