"""Explanations and gaps: what the plan means."""
