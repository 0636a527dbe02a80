"""The rule on groups, which looks at several people at once.

What it says of one person follows from what all the other rules say of the
rest of the group: :func:`matching.engine.allowed.also_barred` works it out.
"""

from __future__ import annotations

from matching.engine.rules.base import Facts, Parameters, Verdict
from matching.engine.rules.text import start, who


class Together:
    """The group can stay together."""

    code = "together"

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Say whether the whole group could live there."""
        if verdict is Verdict.FAIL:
            return (
                f"{start(who(f))} could live here, but somebody of the group that stays "
                "together could not."
            )
        if verdict is Verdict.UNKNOWN:
            return f"Ask whether the whole group of {who(f)} could live here."
        if f.referral.group_id is None:
            return f"Nobody is recorded with whom {who(f)} must be placed together."
        return "Every member of the group that stays together could live here."
