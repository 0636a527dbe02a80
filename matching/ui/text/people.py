"""Words about people, places and rules that the pages Plan, Case and Gaps share."""

from __future__ import annotations

from collections.abc import Sequence

from matching.insight.funnel import TAKEN
from matching.services.people import Person
from matching.ui.text import common

#: What is said of the providers that a rule stopped, after their number.
STOPPED = {
    "presence": "cannot take somebody who is not here",
    "service-area": "do not serve the home area",
    "distance": "are too far",
    "placement-type": "are another kind of place",
    "licence": "have no valid licence",
    "certificate": "are not certified",
    "background-check": "have no clear background check",
    "training": "are not trained",
    "beds": "have no free bed",
    "staffing": "have too few staff on shift",
    "opening": "open too late",
    "freshness": "have no fresh vacancy",
    "age": "do not take this age",
    "age-stay": "would be outgrown during the stay",
    "gender": "do not take this gender",
    "household": "do not take this household",
    "trafficking-type": "do not take this kind of trafficking",
    "identification": "do not take people so identified",
    "referral-source": "do not take referrals from this source",
    "reserved": "keep their beds for others",
    "excludes-pregnancy": "do not take pregnant people",
    "excludes-parenting": "do not take parents with a child",
    "excludes-medical": "do not take medically fragile people",
    "excludes-developmental": "do not take developmental needs",
    "excludes-behaviour": "do not take these behaviours",
    "excludes-substance": "do not take substance use",
    "need-substance": "have no substance-use treatment",
    "need-mental-health": "have no such mental-health care",
    "need-medical": "have no such medical care",
    "need-developmental": "have no developmental support",
    "need-parenting": "have no care for pregnant or parenting people",
    "need-access": "do not meet the access needs",
    "language": "share no language",
    "run-risk": "cannot keep safe somebody likely to run",
    "supervision": "have no awake staff",
    "stay": "do not keep people long enough",
    "intake-hours": "do not take people in at this hour",
    "danger-zone": "are near a danger zone",
    "compromised": "are a compromised site",
    "kept-apart": "house somebody to be kept apart from",
    "resident-gender": "house residents of another gender",
    "resident-age": "house residents of another age",
    "acuity": "have no room for more high needs",
    "affirming": "are not affirming",
    "do-not-place": "were ruled out by a worker",
    "declined": "declined",
    "veto": "were refused by the person",
    "funding": "cannot be paid",
    "family-first": "cannot be paid for so long a stay",
    "together": "cannot take the whole group",
    TAKEN: "fit, and their beds go to others in this plan",
}

#: The same of a single provider, where only the verb differs.
_ONE = {
    "are ": "is ",
    "have ": "has ",
    "do not ": "does not ",
    "open ": "opens ",
    "keep ": "keeps ",
    "share ": "shares ",
    "house ": "houses ",
    "were ": "was ",
    "cannot take": "cannot take",
    "fit, and their": "fits, and its",
}


def who(person: Person) -> str:
    """Return "15, female"; what nobody has said is said to be so."""
    age = "age not known" if person.age is None else str(person.age)
    gender = "gender not known" if person.gender == common.UNKNOWN else person.gender
    return f"{age}, {gender}"


def waiting(person: Person) -> str:
    """Return the priority and the wait: "tonight, waiting 5 hours"."""
    wait = "wait not known" if person.hours is None else f"waiting {common.span(person.hours)}"
    return f"{person.priority}, {wait}"


def stopped(code: str, number: int) -> str:
    """Return "84 are too far", "1 is too far"."""
    words = STOPPED[code]
    if number == 1:
        for many, one in _ONE.items():
            if words.startswith(many):
                words = one + words[len(many) :]
                break
    return f"{number:,} {words}"


def in_the_way(funnel: Sequence[tuple[str, str, int]], most: int | None = None) -> str:
    """Say the largest steps of a funnel and the last: "132 providers: 84 are too far, ...".

    Parameters
    ----------
    funnel : sequence of (code, title, providers)
    most : int, optional
        At most so many steps: the last, which took the last chance, and the
        largest of the others; all in their order if left out.
    """
    total = sum(fell for _, _, fell in funnel)
    if total == 0:
        return "there are no providers"
    steps = list(funnel)
    if most is not None and len(steps) > most:
        steps = [*sorted(steps[:-1], key=lambda step: -step[2])[: most - 1], steps[-1]]
    said = [stopped(code, fell) for code, _, fell in steps]
    rest = total - sum(fell for _, _, fell in steps)
    if rest:
        said.insert(-1, f"{rest:,} for other reasons")
    return f"{common.count(total, 'provider')}: {', '.join(said)}"
