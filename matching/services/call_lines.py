"""What a call sheet says: places to call, whom each is asked for, and what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.casework import Offer
from matching.services.past_answers import Past
from matching.services.people import Person


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the rule it decides, and the sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One person whom a place is asked to take.

    Attributes
    ----------
    person : Person
    case : str
    pool_id : str
    beds : int
    group : str or None
        Code of those who go together.
    say : tuple of str
        All that may be said of the person before the place has accepted.
    questions : tuple of Question
        To the place.
    first : tuple of str
        What to find out about the person before calling.
    proposed : bool
        Whether the plan proposes this bed for this person.
    kept : bool
        Whether the plan proposes the beds there for others.
    offer : Offer or None
        The call under way.
    """

    person: Person
    case: str
    pool_id: str
    beds: int
    group: str | None
    say: tuple[str, ...]
    questions: tuple[Question, ...]
    first: tuple[str, ...]
    proposed: bool
    kept: bool
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A bed pool as it was last heard of.

    Attributes
    ----------
    pool_id, name : str
    free : int or None
    heard : str
        When its beds were confirmed and by whom, or that nobody has said.
    dated : bool
        Whether anybody has said when.
    stale : bool
        Whether that is longer ago than the policy's limit, or not known.
    """

    pool_id: str
    name: str
    free: int | None
    heard: str
    dated: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One provider to call.

    Attributes
    ----------
    provider_id, name : str
    contact : str or None
    hidden : bool
        Whether it is a confidential provider that the reader has not opened, so that
        its name and number are not shown.
    placement_type : str
        In words, as it is today.
    asks : tuple of Ask
        The most urgent first.
    vacancies : tuple of Vacancy
    past : Past
    calling : tuple of Offer
        Calls under way there, for whomever.
    taken : int
        Beds held or accepted there now and not moved into, by everybody.
    call_back_at : datetime or None
        When they asked to be called again, if they did.
    """

    provider_id: str
    name: str
    contact: str | None
    hidden: bool
    placement_type: str
    asks: tuple[Ask, ...]
    vacancies: tuple[Vacancy, ...]
    past: Past
    calling: tuple[Offer, ...]
    taken: int
    call_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Whom to call.

    Attributes
    ----------
    as_of : datetime
    number : int
        Of the plan.
    case : str or None
        The one it is for; ``None`` is everybody.
    places : tuple of Place
        In the order to call them.
    people : int
        For how many.
    nobody_to_call : int
        People who wait and whom no place on the sheet could take.
    order : str
        The order in a sentence.
    """

    as_of: datetime
    number: int
    case: str | None
    places: tuple[Place, ...]
    people: int
    nobody_to_call: int
    order: str

    def place(self, provider_id: str) -> Place | None:
        """Return one provider of the sheet, if it is on it."""
        return next((one for one in self.places if one.provider_id == provider_id), None)
