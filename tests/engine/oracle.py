"""Helpers of the tests that compare changes of a plan with trying everything."""

from __future__ import annotations

from matching.domain.policy import Policy

#: Rules that tie people who are in no group and in no conflict.
SHARED = ("resident-gender", "resident-age", "acuity")


def untied(policy: Policy) -> Policy:
    """Return a policy under which nothing ties people of no group or conflict."""
    for code in SHARED:
        policy = policy.with_rule(code, on=False)
    return policy
