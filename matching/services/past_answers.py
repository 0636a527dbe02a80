"""What a provider answered when it was asked before: counts in words, never a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from matching.domain.casework import Answer, Call, Offer, standing

#: Older calls say little about a provider today.
REMEMBERED = timedelta(days=180)

_YES = frozenset({Answer.ACCEPTED, Answer.HOLDS})
#: Answers that somebody gave; the others say only that nobody could.
_GIVEN = _YES | {Answer.DECLINED}


class Leaning(IntEnum):
    """How a provider has answered so far, most willing first."""

    YES = 0  #: at least as many yes as no
    NEVER_ASKED = 1
    NO = 2  #: more no than yes
    SILENT = 3  #: called, and never answered


@dataclass(frozen=True, slots=True)
class Past:
    """Calls to one provider so far.

    Attributes
    ----------
    calls : int
    answered : int
        Of them, those that came to a yes or a no.
    yes : int
        Of those answered, beds held or people accepted.
    """

    calls: int = 0
    answered: int = 0
    yes: int = 0

    @property
    def leaning(self) -> Leaning:
        """How the provider has answered so far."""
        if not self.calls:
            return Leaning.NEVER_ASKED
        if not self.answered:
            return Leaning.SILENT
        return Leaning.YES if 2 * self.yes >= self.answered else Leaning.NO

    def sentence(self) -> str:
        """Say in counts what came of the calls."""
        if not self.calls:
            return "Not asked in the last 180 days."
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        if not self.answered:
            return f"{calls} in the last 180 days, none answered with a yes or a no."
        silent = self.calls - self.answered
        rest = f", {silent} without an answer" if silent else ""
        no = self.answered - self.yes
        return f"{calls} in the last 180 days: {self.yes} yes, {no} no{rest}."


#: Nobody has asked.
NEVER = Past()


def past_answers(offers: Iterable[Offer], calls: Iterable[Call]) -> Mapping[str, Past]:
    """Count what each provider answered.

    Parameters
    ----------
    offers : iterable of Offer
        At least those that the calls belong to.
    calls : iterable of Call
        In the order of time. A call whose offer is not given is left out, and so is
        an answer that was taken back. A held bed that was then accepted is one yes, and
        one that was then declined one no.

    Returns
    -------
    mapping of str to Past
        By provider; those that have not been called are left out.
    """
    provider_of = {offer.id: offer.provider_id for offer in offers}
    by_offer: dict[int, list[Call]] = {}
    for call in calls:
        by_offer.setdefault(call.offer_id, []).append(call)
    out: dict[str, Past] = {}
    for number, made in by_offer.items():
        provider = provider_of.get(number)
        counted = _final(standing(made))
        if provider is None or not counted:
            continue
        before = out.get(provider, NEVER)
        out[provider] = Past(
            before.calls + len(counted),
            before.answered + sum(call.answer in _GIVEN for call in counted),
            before.yes + sum(call.answer in _YES for call in counted),
        )
    return out


def _final(calls: Sequence[Call]) -> list[Call]:
    """Return the calls of one offer without a held bed that another answer settled."""
    settled = max((k for k, call in enumerate(calls) if call.answer in _GIVEN), default=-1)
    return [
        call for k, call in enumerate(calls) if k >= settled or call.answer is not Answer.HOLDS
    ]
