"""Find safe beds for survivors of human trafficking, for everyone at once."""

__version__ = "0.1.0"
