"""One case as somebody works on it: where it stands, what can be done, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain import geography
from matching.domain.access import Action
from matching.domain.casework import TAKES_BED, Case, StayState
from matching.domain.words import label
from matching.services.audit import note_view
from matching.services.case_history import Event, case_file, history
from matching.services.case_views import facts_in_words
from matching.services.casebook import case_of, person_of
from matching.services.clocks import Clock, due_for
from matching.services.desk import Desk
from matching.services.holding import HoldLine, hold_line
from matching.services.living import Living, living_line
from matching.services.standing import Stand, Standings, standings


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """One case at one moment.

    Attributes
    ----------
    case : Case
        With the version that forms carry.
    as_of : datetime
    age : int or None
    gender : str or None
        In words.
    stand : Stand
    moved : bool
        Whether the record moved since the plan.
    names : mapping of str to str
        Of providers, as the reader may see them.
    hold : HoldLine or None
        The bed that is held or accepted.
    stay : Living or None
        Where the person lives.
    clocks : tuple of Clock
        Of this case, the nearest first.
    events : tuple of Event
        What happened, newest first.
    facts : tuple of (str, str)
        What is known, in words.
    none, unknown : tuple of str
        What is known to be none, and what nobody has said.
    """

    case: Case
    as_of: datetime
    age: int | None
    gender: str | None
    stand: Stand
    moved: bool
    names: dict[str, str]
    hold: HoldLine | None
    stay: Living | None
    clocks: tuple[Clock, ...]
    events: tuple[Event, ...]
    facts: tuple[tuple[str, str], ...]
    none: tuple[str, ...]
    unknown: tuple[str, ...]


def case_desk(desk: Desk, case: str, stand: Standings | None = None) -> CaseDesk:
    """Return one case; that somebody looked at it is recorded.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    stand : Standings, optional
        Where everybody stands, if that was read before.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If there is no such case in this office.
    """
    desk.require(Action.SEE_CASES)
    with desk.store.reading() as record:
        person = person_of(record, case)
        state = case_of(record, case)
        file = case_file(record, person)
        clocks = due_for(desk, record, case)
    note_view(desk, "referral", case)
    stand = stand or standings(desk)
    names, now = dict(file.names), desk.clock()
    held = next((one for one in file.offers if one.state in TAKES_BED), None)
    stay = next((one for one in file.placements if one.state is not StayState.ENDED), None)
    first = next(iter(clocks), None)
    known, none, unknown = facts_in_words(person, names, geography.load())
    return CaseDesk(
        case=state,
        as_of=now,
        age=person.age_years,
        gender=None if person.gender is None else label(person.gender),
        stand=stand.stand(case),
        moved=stand.moved,
        names=names,
        hold=None if held is None else hold_line(desk, held, names[held.provider_id], now),
        stay=None
        if stay is None
        else living_line(desk, stay, names[stay.provider_id], first, now),
        clocks=clocks,
        events=tuple(reversed(history(desk, file))),
        facts=known,
        none=none,
        unknown=unknown,
    )


def every_case(desk: Desk, stand: Standings | None = None) -> tuple[tuple[str, Stand], ...]:
    """Return every case of the office that is not closed, and then the closed ones.

    Parameters
    ----------
    desk : Desk
    stand : Standings, optional
        Where everybody stands, if that was read before.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    stand = stand or standings(desk)
    with desk.store.reading() as record:
        names = sorted(record.referrals.versions())
    found = [(name, stand.stand(name)) for name in names]
    return tuple(sorted(found, key=lambda one: one[1].standing == "closed"))
