"""Rules that are lists of named pairs: what people and providers have said."""

from __future__ import annotations

from matching.engine.columns import Ints
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Verdict
from matching.engine.rules.text import start, who


class DoNotPlace:
    """Not ruled out for this person."""

    code = "do-not-place"

    def listed(self, problem: Problem) -> tuple[Ints, Ints]:
        """Return the pairs that a worker has ruled out."""
        return problem.ruled_out.referral, problem.ruled_out.provider

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Say whether it was ruled out."""
        if verdict is Verdict.FAIL:
            return f"A worker has recorded that {who(f)} must not be placed here."
        if verdict is Verdict.UNKNOWN:
            return f"Ask whether this place has been ruled out for {who(f)}."
        return f"Nobody has ruled this place out for {who(f)}."


class Declined:
    """Provider has not declined."""

    code = "declined"

    def listed(self, problem: Problem) -> tuple[Ints, Ints]:
        """Return the pairs that the provider has declined."""
        return problem.declined.referral, problem.declined.provider

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Say whether the provider declined."""
        if verdict is Verdict.FAIL:
            return f"The provider has declined {who(f)}."
        if verdict is Verdict.UNKNOWN:
            return f"Ask whether the provider has declined {who(f)}."
        return f"The provider has not declined {who(f)}."


class Veto:
    """The person has not refused it."""

    code = "veto"

    def listed(self, problem: Problem) -> tuple[Ints, Ints]:
        """Return the pairs that the person has refused."""
        return problem.vetoed.referral, problem.vetoed.provider

    def say(self, f: Facts, parameters: Parameters, verdict: Verdict) -> str:
        """Say whether the person refused."""
        if verdict is Verdict.FAIL:
            return f"{start(who(f))} has said that they will not go here."
        if verdict is Verdict.UNKNOWN:
            return f"Ask whether {who(f)} would go here."
        return f"{start(who(f))} has not refused this place."
