"""The engine: pure functions of a problem and a policy."""
