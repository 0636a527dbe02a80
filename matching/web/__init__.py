"""ASGI middleware: headers, compression, log redaction."""
