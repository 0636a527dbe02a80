"""The list of beds for partner agencies: how many are usable tonight, of which kind, where.

Beds are not people. The list says how many beds of a kind can be used tonight, and
nothing about who is in the others: neither how many are licensed nor how many are
taken, so that nobody's stay can be counted out of it. A small number is therefore shown
as it is. Where a place is confidential its county is not: its beds stand under the
state alone, together with all others of that kind, and without a number of providers
where there are fewer than three, since "the one safe house of this state" is a finger
that points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.certification import effective_type
from matching.domain.confidential import is_secret
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider
from matching.domain.sharing import Share, ShareKind
from matching.domain.words import label
from matching.engine.problem import build
from matching.engine.rules.base import day
from matching.export.columns import Value
from matching.export.paper import Grid, Paper, Section, paper_page
from matching.export.sharing import BedLine, beds_workbook
from matching.insight.categories import UNKNOWN_WORD
from matching.insight.levels import Level
from matching.insight.supply import supply
from matching.services.attention import hours_old
from matching.services.codes import secret_code
from matching.services.consents import partner_name
from matching.services.desk import Desk
from matching.services.diligence_exports import HTML, XLSX, PaperForm
from matching.services.exports import Export
from matching.services.facts import places_on

TITLE = "Beds usable tonight"
WARNING = "For partner agencies. Not for publication"
#: Hours after which a list says nothing any more.
LIST_HOURS = 24
#: Confidential places are counted from this many on.
FEWEST = 3
NOT_GIVEN = "place not given"
NOTES = (
    (
        "Usable tonight",
        "Free, confirmed lately, and licence, background check, training and staff are in "
        "order. A bed that nobody has said to be free is not counted.",
    ),
    (
        "Where",
        "The county; of confidential places the state alone. Neither names nor addresses.",
    ),
    (
        "Call first",
        "A bed on this list is not booked. Ask the agency that made it.",
    ),
    (
        "Good for",
        f"{LIST_HOURS} hours. Destroy it then.",
    ),
)


@dataclass(frozen=True, slots=True)
class BedList:
    """Beds usable tonight.

    Attributes
    ----------
    as_of : datetime
        In the office's time.
    lines : tuple of BedLine
        Most beds first.
    beds : int
        All of them.
    """

    as_of: datetime
    lines: tuple[BedLine, ...]
    beds: int


def bed_list(desk: Desk) -> BedList:
    """Return the beds usable tonight, by kind and place.

    Raises
    ------
    PermissionDenied
        If the actor may not share beds.
    """
    desk.require(Action.SHARE_BEDS)
    now = desk.local(desk.clock())
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        found = places_on(record, policy)
    lines = bed_lines(found.providers, found.pools, policy, now)
    return BedList(now, lines, sum(one.beds for one in lines))


def bed_lines(
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    policy: Policy,
    now: datetime,
) -> tuple[BedLine, ...]:
    """Count beds by kind and place; places without any are left out."""
    where = geography.load()
    at: dict[tuple[str, bool], list[Provider]] = defaultdict(list)
    for home in providers:
        secret = is_secret(home)
        state = home.state or where.state_of(home.county) or "state not known"
        place = (
            f"{state}, {NOT_GIVEN}"
            if secret or home.county is None
            else where.name(home.county)
        )
        at[place, secret].append(home)
    of: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        of[pool.provider_id].append(pool)
    out = [
        line
        for (place, secret), homes in at.items()
        for line in _lines(place, homes, of, policy, now, secret=secret)
    ]
    return tuple(sorted(_merged(out), key=lambda one: (-one.beds, one.kind, one.place)))


def _lines(
    place: str,
    homes: Sequence[Provider],
    of: Mapping[str, Sequence[BedPool]],
    policy: Policy,
    now: datetime,
    *,
    secret: bool,
) -> list[BedLine]:
    pools = [pool for home in homes for pool in of.get(home.provider_id, ())]
    found = supply(build((), homes, pools, now, geography.load()), policy)
    stale = policy.rules["freshness"].parameters["stale_hours"]
    out = []
    for kind in found.kinds:
        beds = found.beds(Level.READY, kind)
        if not beds:
            continue
        alike = {one.provider_id for one in homes if _kind(one, now) == kind}
        ages = [hours_old(p.as_of, now) for p in pools if p.free and p.provider_id in alike]
        known = [age for age in ages if age is not None and age <= stale]
        number = found.providers_of(kind)
        hidden = secret and number < FEWEST
        out.append(BedLine(kind, place, beds, None if hidden else number, _news(known)))
    return out


def _merged(lines: Sequence[BedLine]) -> list[BedLine]:
    """Put lines of one kind and place together: of unknown county, confidential or not."""
    by: dict[tuple[str, str], list[BedLine]] = defaultdict(list)
    for one in lines:
        by[one.kind, one.place].append(one)
    return [
        same[0]
        if len(same) == 1
        else BedLine(kind, place, sum(one.beds for one in same), None, same[0].news)
        for (kind, place), same in by.items()
    ]


def _kind(home: Provider, now: datetime) -> str:
    kind = effective_type(home, now.date())
    return UNKNOWN_WORD if kind is None else label(kind)


_NEWS = ((4, "in the last 4 hours"), (12, "in the last 12 hours"), (24, "in the last day"))


def _news(hours: Sequence[int]) -> str:
    """Say how old the oldest news is, in bands."""
    oldest = max(hours, default=0)
    return next((said for most, said in _NEWS if oldest <= most), "more than a day ago")


def export_beds(desk: Desk, partner: str, form: PaperForm = PaperForm.WORKBOOK) -> Export:
    """Write the list of beds for a partner: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    partner : str
        Name of the agency.
    form : PaperForm

    Raises
    ------
    PermissionDenied
        If the actor may not share beds.
    InputError
        If the partner has no name.
    """
    desk.require(Action.SHARE_BEDS)
    name = partner_name(partner)
    found, now = bed_list(desk), desk.clock()
    share = Share(
        code=secret_code(),
        kind=ShareKind.BEDS,
        partner=name,
        made_at=now,
        actor=desk.actor.name,
        expires_at=now + timedelta(hours=LIST_HOURS),
        fields=("kind of place", "place", "beds", "providers", "freshness"),
    )
    content, mime = _file(found, share, form)
    with desk.store.transaction() as record:
        kept = record.shares.add(share)
        record.audit.append(
            desk.actor,
            now,
            Action.SHARE_BEDS,
            object_kind="share",
            object_id=str(kept.id),
            details={"form": form.value, "lines": len(found.lines), "beds": found.beds},
        )
    return Export(f"beds-{share.code}.{form.value}", content, mime)


def _file(found: BedList, share: Share, form: PaperForm) -> tuple[bytes, str]:
    made = found.as_of
    said = f"{day(made.date())}, {made:%H:%M} ({made.tzinfo})"
    if form is PaperForm.WORKBOOK:
        about: list[tuple[str, Value]] = [
            ("For", share.partner),
            ("Number", share.code),
            ("As of", made),
            ("Time zone", str(made.tzinfo)),
            ("Beds usable tonight", found.beds),
        ]
        return beds_workbook(made, about, NOTES, found.lines), XLSX
    rows = tuple((one.kind, one.place, f"{one.beds:,}", one.news) for one in found.lines)
    columns = ("Kind of place", "Where", "Beds", "Confirmed")
    blocks = (Grid("Beds usable tonight", columns, rows),) if rows else ("No bed is usable.",)
    paper = Paper(
        title=TITLE,
        number=share.code,
        sentence=f"{found.beds:,} beds are usable tonight.",
        warning=WARNING,
        facts=(f"As of {said}. For {share.partner}.",),
        sections=(
            Section("Beds", blocks),
            Section("How to read this", tuple(f"{what}: {told}" for what, told in NOTES)),
        ),
        ending=f"{share.code}. Good for {LIST_HOURS} hours.",
    )
    return paper_page(paper), HTML
