"""A diligent-search record as the sheets of a workbook."""

from __future__ import annotations

from matching.export.columns import Value
from matching.export.diligence import Sheet, case_workbook
from matching.services.case_history import Event
from matching.services.desk import Desk
from matching.services.diligence_lines import Diligence
from matching.services.diligence_papers import CHAPTERS, WARNING
from matching.services.wish_words import MARKS


def diligence_workbook(desk: Desk, found: Diligence, number: str) -> bytes:
    """Write the whole record as a workbook: a read-me, and one sheet for each part."""
    about: list[tuple[str, Value]] = [
        ("Document", number),
        ("", WARNING),
        ("Case", found.case),
        ("As of", found.made_at),
        ("Time zone", str(found.made_at.tzinfo)),
        ("Made for", found.by),
        ("In short", found.sentence),
        *((f"What stands in the way {k}", one) for k, one in enumerate(found.obstacles, 1)),
    ]
    notes = [(f"How to read it {k}", one) for k, one in enumerate(found.notes, 1)]
    return case_workbook(
        found.made_at,
        about,
        notes,
        (
            Sheet("History", _HISTORY, [_event(desk, one) for one in found.events]),
            Sheet("Searches", _SEARCHES, _searches(found)),
            Sheet("Considered", _CONSIDERED, _considered(found)),
            Sheet("Situation", _SITUATION, _situation(found)),
            Sheet("Rules", _RULES, _rules(found)),
            Sheet("Wishes", _WISHES, _wishes(found)),
        ),
    )


_HISTORY = (("at", "When"), ("what", "What"), ("sentence", "In a sentence"), ("by", "By"))
_SEARCHES = (
    ("plan", "Plan"),
    ("at", "As of"),
    ("by", "Plan made by"),
    ("sentence", "Who was considered"),
    ("reasons", "How far it is proven, and under which policy"),
)
_CONSIDERED = (
    ("plan", "Plan"),
    ("name", "Provider"),
    ("code", "Provider code"),
    ("pool", "Bed pool"),
    ("fits", "Fits"),
    ("standing", "What became of it"),
    ("reasons", "Why"),
    ("unknown", "To be asked"),
    ("fresh", "Facts as of"),
)
_SITUATION = (("plan", "Plan"), ("what", "What"), ("reasons", "As the plan used it"))
_RULES = (
    ("plan", "Plan"),
    ("name", "Rule"),
    ("fell", "Providers that stopped there"),
    ("left", "Left"),
    ("reasons", "Where the rule comes from"),
)
_WISHES = (("sentence", "Wish"), ("met", "Met"), ("reasons", "Why"))


def _event(desk: Desk, one: Event) -> dict[str, Value]:
    return {
        "at": desk.local(one.at),
        "what": CHAPTERS[one.chapter],
        "sentence": one.sentence,
        "by": one.by,
    }


def _searches(found: Diligence) -> list[dict[str, Value]]:
    return [
        {
            "plan": part.plan,
            "at": part.as_of,
            "by": part.by,
            "sentence": part.sentence,
            "reasons": " ".join(part.proof),
        }
        for part in found.searches
    ]


def _considered(found: Diligence) -> list[dict[str, Value]]:
    return [
        {
            "plan": part.plan,
            "name": one.name,
            "code": one.provider_id,
            "pool": one.pool_id or None,
            "fits": one.fits,
            "standing": one.standing,
            "reasons": " ".join(one.reasons),
            "unknown": " ".join(one.unknown) or None,
            "fresh": "; ".join(one.fresh),
        }
        for part in found.searches
        for one in part.lines
    ]


def _situation(found: Diligence) -> list[dict[str, Value]]:
    out: list[dict[str, Value]] = []
    for part in found.searches:
        pairs = [*part.known, *((what, "none") for what in part.none)]
        pairs += [(what, "not known") for what in part.unknown]
        out += [{"plan": part.plan, "what": what, "reasons": said} for what, said in pairs]
    return out


def _rules(found: Diligence) -> list[dict[str, Value]]:
    return [
        {
            "plan": part.plan,
            "name": title,
            "fell": fell,
            "left": left,
            "reasons": dict(part.citations).get(title),
        }
        for part in found.searches
        for title, fell, left in part.steps
    ]


def _wishes(found: Diligence) -> list[dict[str, Value]]:
    wishes = found.wishes
    out: list[dict[str, Value]] = [
        {"sentence": one.asked, "met": MARKS[one.met], "reasons": one.answer}
        for one in wishes.lines
    ]
    for one in wishes.no_wish:
        out.append({"sentence": one, "met": "no wish", "reasons": None})
    out += [
        {"sentence": one, "met": "nobody asked", "reasons": None} for one in wishes.not_asked
    ]
    return out
