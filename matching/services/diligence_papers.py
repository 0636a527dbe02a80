"""The papers made from a diligent-search record: what stands on each sheet, in order."""

from __future__ import annotations

from matching.engine.rules.base import day
from matching.export.paper import Block, Bullets, Facts, Grid, Paper, Section
from matching.services import wish_words
from matching.services.case_history import Chapter, Event
from matching.services.desk import Desk
from matching.services.diligence_lines import Diligence, SearchPart
from matching.services.wish_lines import Wishes

TITLE = "Diligent search for a safe place"
WARNING = "Contains case facts. Do not copy. Destroy after use"
#: Providers that are written out under each search before the rest is left to the
#: workbook, which has them all.
MOST_LINES = 400

CHAPTERS = {
    Chapter.NEED: "Need",
    Chapter.SEARCH: "Search",
    Chapter.CALL: "Call",
    Chapter.HOLD: "Hold",
    Chapter.DECISION: "Decision",
    Chapter.PLACEMENT: "Placement",
    Chapter.SHARING: "Sharing",
}
CALL_TITLE = "Calls, and what was said"
NO_CALLS = "Nobody was called in this case."
NO_DECISIONS = "Nobody decided anything against or beside the plan."


def moment(desk: Desk, at: Event) -> str:
    """Return when something happened, in the office's time."""
    local = desk.local(at.at)
    return f"{day(local.date())}, {local:%H:%M}"


def diligence_paper(desk: Desk, found: Diligence, number: str) -> Paper:
    """Return what the printed record says.

    Parameters
    ----------
    desk : Desk
    found : Diligence
    number : str
        Of the document.
    """
    made = found.made_at
    return Paper(
        title=TITLE,
        number=number,
        sentence=found.sentence,
        warning=WARNING,
        facts=(
            f"Case {found.case}.",
            f"As of {day(made.date())}, {made:%H:%M} ({made.tzinfo}).",
            f"Made for {found.by}.",
        ),
        sections=(
            *_person(found),
            _history(desk, found),
            _calls(desk, found),
            _decisions(desk, found),
            *_obstacles(found),
            *(_search(part) for part in found.searches),
            _wishes(found.wishes),
            Section("How to read this", (Bullets(found.notes),)),
        ),
        ending=(
            f"{number}. Whoever made it, and when, stands in the audit log under this number. "
            "Destroy after use."
        ),
    )


def _person(found: Diligence) -> tuple[Section, ...]:
    """Return the person's situation, as the newest search used it."""
    if not found.searches:
        return ()
    part = found.searches[0]
    pairs = [(what[:1].upper() + what[1:], said) for what, said in part.known]
    if part.none:
        pairs.append(("Known to be none", ", ".join(part.none)))
    if part.unknown:
        pairs.append(("Not known", ", ".join(part.unknown)))
    note = f"As the search of {day(part.as_of.date())}, {part.as_of:%H:%M} used it."
    return (Section("The person's situation", (Facts(tuple(pairs)),), note),)


def _history(desk: Desk, found: Diligence) -> Section:
    rows = tuple(
        (moment(desk, one), CHAPTERS[one.chapter], one.sentence, one.by) for one in found.events
    )
    block: Block = "Nothing is on record."
    if rows:
        block = Grid(
            "Everything on record, oldest first", ("When", "What", "In a sentence", "By"), rows
        )
    return Section("What happened", (block,))


def _calls(desk: Desk, found: Diligence) -> Section:
    calls = [one for one in found.events if one.chapter in (Chapter.CALL, Chapter.HOLD)]
    if not calls:
        return Section(CALL_TITLE, (NO_CALLS,))
    rows = tuple((moment(desk, one), one.by, one.sentence) for one in calls)
    return Section(
        CALL_TITLE, (Grid("Calls and holds", ("When", "By", "What was said"), rows),)
    )


def _decisions(desk: Desk, found: Diligence) -> Section:
    title = "Who decided what, and why"
    some = [one for one in found.events if one.chapter is Chapter.DECISION]
    if not some:
        return Section(title, (NO_DECISIONS,))
    rows = tuple((moment(desk, one), one.by, one.sentence) for one in some)
    return Section(title, (Grid("Decisions", ("When", "By", "Decision"), rows),))


def _obstacles(found: Diligence) -> tuple[Section, ...]:
    if not found.obstacles:
        return ()
    return (Section("What stands in the way", (Bullets(found.obstacles),)),)


def _search(part: SearchPart) -> Section:
    name = "Search" if part.plan is None else f"Search with plan {part.plan}"
    blocks: list[Block] = [part.sentence, Bullets(part.proof)]
    if part.steps:
        rows = tuple((title, f"{n:,}", f"{left:,}") for title, n, left in part.steps)
        columns = ("Rule", "Providers that stopped there", "Left")
        blocks.append(Grid("At which rule providers stopped", columns, rows))
    blocks += [*_fitting(part), *_fallen(part)]
    if part.citations:
        blocks.append(Grid("Where the rules come from", ("Rule", "Source"), part.citations))
    note = f"As of {day(part.as_of.date())}, {part.as_of:%H:%M}; plan made by {part.by}."
    return Section(name, tuple(blocks), note)


def _fitting(part: SearchPart) -> list[Block]:
    rows = tuple(
        (
            one.name,
            one.standing,
            " ".join(one.reasons),
            " ".join(one.unknown) or "nothing",
            "; ".join(one.fresh),
        )
        for one in part.lines
        if one.fits
    )
    columns = ("Place", "What became of it", "Why", "To be asked", "Facts as of")
    return (
        [Grid("Places that fit, the one proposed first, then best first", columns, rows)]
        if rows
        else []
    )


def _fallen(part: SearchPart) -> list[Block]:
    rows = tuple(
        (one.name, one.standing, " ".join(one.reasons), "; ".join(one.fresh))
        for one in part.lines
        if not one.fits
    )
    if not rows:
        return []
    columns = ("Place", "Where it stopped", "Why", "Facts as of")
    shown = rows[:MOST_LINES]
    out: list[Block] = [Grid("Places that do not fit, fewest reasons first", columns, shown)]
    if left := len(rows) - len(shown):
        out.append(f"And {left:,} more that do not fit: the workbook lists them all.")
    return out


def _wishes(wishes: Wishes) -> Section:
    blocks: list[Block] = [wishes.place]
    if wishes.lines:
        rows = tuple((one.asked, wish_words.MARKS[one.met], one.answer) for one in wishes.lines)
        blocks.append(Grid("Wishes", ("Wish", "Met", "Why"), rows))
    if wishes.no_wish:
        blocks.append(f"Asked, and no wish: {', '.join(wishes.no_wish)}.")
    if wishes.not_asked:
        blocks.append(f"Nobody asked about: {', '.join(wishes.not_asked)}.")
    return Section(
        "The young person's own wishes", tuple(blocks), "In the words of their own sheet."
    )


def wishes_paper(wishes: Wishes, number: str, today: str) -> Paper:
    """Return the sheet for the young person: large, short, about nobody else."""
    blocks: list[Section] = []
    if wishes.lines:
        for mark in (True, False, None):
            some = [one for one in wishes.lines if one.met is mark]
            if some:
                lines = tuple(f"{one.asked} {one.answer}" for one in some)
                blocks.append(Section(wish_words.MARKS[mark], (Bullets(lines),)))
    else:
        blocks.append(Section(wish_words.TITLE, (wish_words.NOTHING_ASKED,)))
    if wishes.no_wish:
        blocks.append(Section(wish_words.NO_WISH, (Bullets(wishes.no_wish),)))
    if wishes.not_asked:
        blocks.append(Section(wish_words.NOT_ASKED, (Bullets(wishes.not_asked),)))
    return Paper(
        title=wish_words.TITLE,
        number=number,
        sentence=wishes.place,
        warning=wish_words.WARNING,
        facts=(wish_words.INTRO, f"{today}."),
        sections=tuple(blocks),
        ending=wish_words.ENDING,
        large=True,
    )
