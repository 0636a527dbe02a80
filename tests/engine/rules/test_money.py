"""Who pays, and what people have refused."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict, facts
from tests.builders import home, problem, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict

F = w.Funding


def payers(*some):
    return frozenset(some)


@pytest.mark.parametrize(
    ("own", "accepted", "expected"),
    [
        (payers(F.STATE), payers(F.STATE, F.VOCA), PASS),
        (payers(F.STATE), payers(F.VOCA), FAIL),
        (payers(F.NONE), payers(F.STATE), FAIL),
        (payers(F.NONE), payers(F.NONE), PASS),
        (payers(), payers(F.STATE), FAIL),
        (payers(F.STATE), payers(F.NONE), PASS),  # asks for no payment
        (payers(F.STATE), payers(), PASS),
        (None, payers(F.STATE), UNKNOWN),
        (None, payers(F.NONE), PASS),
        (payers(F.STATE), None, UNKNOWN),
    ],
)
def test_funding(own, accepted, expected):
    assert verdict("funding", referral(funding=own), home(funding=accepted)) is expected


def test_funding_sentences():
    place = home(funding=payers(F.IV_E, F.PRIVATE))
    assert sentence("funding", referral(funding=payers(F.STATE)), place) == (
        "Accepts payment from Title IV-E or private payers only; "
        "for this young person the payer is the state."
    )
    assert sentence("funding", referral(funding=payers(F.NONE)), place) == (
        "Accepts payment from Title IV-E or private payers only; "
        "nobody pays for this young person."
    )


FEDERAL = {"funding": payers(F.IV_E), "age_years": 17, "stay_days": 15}
OTHER = w.FamilyFirstCategory.OTHER


@pytest.mark.parametrize(
    ("changed", "category", "expected"),
    [
        ({}, OTHER, FAIL),
        ({"stay_days": 14}, OTHER, PASS),
        ({"age_years": 18}, OTHER, PASS),
        ({"funding": payers(F.IV_E, F.STATE)}, OTHER, PASS),
        ({"funding": None}, OTHER, PASS),
        ({"stay_days": None}, OTHER, UNKNOWN),
        ({"age_years": None}, OTHER, UNKNOWN),
        ({}, None, UNKNOWN),
        ({}, w.FamilyFirstCategory.TRAFFICKING_SETTING, PASS),
    ],
)
def test_family_first(changed, category, expected):
    person = referral(**{**FEDERAL, **changed})
    assert verdict("family-first", person, home(family_first=category)) is expected


def test_family_first_sentence():
    assert sentence("family-first", referral(**FEDERAL), home(family_first=OTHER)) == (
        "Title IV-E is the only payer and pays 14 days here; this young person needs 15 days."
    )


@pytest.mark.parametrize(
    ("code", "attribute"),
    [
        ("do-not-place", "avoid_providers"),
        ("declined", "declined_by"),
        ("veto", "vetoed_providers"),
    ],
)
def test_refusals_are_lists_of_pairs(code, attribute):
    people = [
        referral("R1", **{attribute: frozenset({"P2", "P9"})}),
        referral("R2"),
        referral("R3", **{attribute: frozenset({"P1", "P2"})}),
    ]
    made = problem(people, [home("P1"), home("P2")])
    referrals, providers = BY_CODE[code].listed(made)
    pairs = sorted(zip(referrals.tolist(), providers.tolist(), strict=True))
    assert pairs == [(0, 1), (2, 0), (2, 1)]
    others = {"do-not-place", "declined", "veto"} - {code}
    assert all(len(BY_CODE[other].listed(made)[0]) == 0 for other in others)


def test_refusal_sentences():
    known = facts(problem(referral(), home()), 0, 0)
    said = {c: BY_CODE[c].say(known, {}, Verdict.FAIL) for c in ("declined", "veto")}
    assert said == {
        "declined": "The provider has declined this young person.",
        "veto": "This young person has said that they will not go here.",
    }
