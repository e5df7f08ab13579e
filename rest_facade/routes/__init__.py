"""What answers to which URL: raw ASGI applications, one file each. They translate, call the core, and send."""
