"""Use cases: each one transaction, with the actor, the clock and the audit inside."""
