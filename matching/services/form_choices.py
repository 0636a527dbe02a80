"""What a form offers where the answers follow from the record: counties, providers, codes."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain import geography
from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.services.upload_records import name_of


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, each by its code with what is shown.

    Attributes
    ----------
    counties : dict of str to str
        Of the states in which there are providers or cases, by name.
    providers : dict of str to str
        By name; confidential ones by what they are called before whoever asks.
    codes : tuple of str
        Conflict codes in use; none for whoever may not see cases.
    """

    counties: dict[str, str]
    providers: dict[str, str]
    codes: tuple[str, ...]


def form_choices(desk: Desk) -> Choices:
    """Return what a form offers.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    sees = allows(desk.actor.role, Action.SEE_CASES)
    where = geography.load()
    with desk.store.reading() as record:
        homes, _ = record.providers.all()
        people = record.referrals.all() if sees else ()
    named = [one.county for one in homes] + [one.home_county for one in people]
    states = {where.state_of(code) for code in named if code is not None}
    counties = {one.fips: where.name(one.fips) for one in where.counties if one.state in states}
    codes: set[str] = set()
    if sees:
        codes |= {code for one in people for code in one.separate_from or ()}
        codes |= {code for one in homes for code in one.resident_tokens or ()}
    return Choices(
        dict(sorted(counties.items(), key=lambda pair: pair[1])),
        dict(
            sorted(
                ((one.provider_id, name_of(one, {})) for one in homes), key=lambda pair: pair[1]
            )
        ),
        tuple(sorted(codes)),
    )
