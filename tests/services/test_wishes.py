"""Your wishes: readable by a child of twelve, and true."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.domain.rulebook import RULES
from matching.services import wish_words as words
from matching.services.search_documents import considered, search_document
from matching.services.wish_lines import Place, Standing, wishes
from matching.services.wishes import search_in, wishes_of
from tests.builders import TODAY, known_home, known_referral
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, desk_at, office

NAMES = {one.provider_id: str(one.name) for one in HOMES}
OPEN = [replace(one, confidential=False) for one in HOMES]


def syllables(word: str) -> int:
    """Count groups of vowels, a silent e aside: the usual rule of thumb."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee"))
    return max(1, groups - silent)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: years of school needed to read a text."""
    sentences = max(1, len(re.findall(r"[.!?]", text)))
    said = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(said) / sentences + 11.8 * sum(map(syllables, said)) / len(said) - 15.59


def test_the_formula_tells_easy_from_hard():
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert (
        grade("Institutional considerations notwithstanding, eligibility is determined.") > 15
    )


def every_text() -> list[str]:
    return [
        *words.WHY.values(),
        *(words.NO_BED, words.OTHER_PLACE, words.GONE, words.FITS_MORE, words.FULL),
        *(words.NO_SUCH, words.ASK_WHY, words.NOTHING_ASKED, words.INTRO, words.ENDING),
        *words.ALLOWED.values(),
        *words.STRICTER.values(),
    ]


@pytest.mark.parametrize("text", every_text())
def test_each_sentence_can_be_read_at_twelve(text):
    # Seven years of school are twelve years of age; one sentence alone may be a bit harder.
    assert grade(text) <= 8


def test_a_whole_sheet_can_be_read_at_eleven(sheet):
    told = " ".join([sheet.place, *(f"{one.asked} {one.answer}" for one in sheet.lines)])
    assert len(sheet.lines) >= 7
    assert grade(told) <= 6
    assert max(len(one.split()) for one in re.split(r"[.!?]", told)) <= 22


def test_there_is_a_plain_reason_for_every_rule():
    assert set(words.WHY) == {rule.code for rule in RULES}


def test_no_code_word_and_no_blame_stands_in_it():
    told = " ".join(every_text()).lower()
    barred = "eligible policy rule provider placement referral survivor victim behaviour risk"
    for word in (*barred.split(), "refuse", "trafficking", "other young", "another child"):
        assert word not in told


WISHES = {
    "preferred_providers": ("P4", "P2"),
    "preferred_types": (w.PlacementType.KINSHIP,),
    "vetoed_providers": frozenset({"P3"}),
    "acceptable_settings": frozenset({w.Setting.FEMALE}),
    "lgbtq_affirming_requested": True,
    "faith_preference": w.FaithCharacter.RELIGIOUS,
    "device_preference": w.DevicePolicy.OPEN,
    "languages": ("fr", "es"),
}


@pytest.fixture
def saved(sqlite_store):
    people = (replace(PEOPLE[0], **WISHES), *PEOPLE[1:])
    return office(desk_at(sqlite_store), homes=OPEN, people=people)


@pytest.fixture
def sheet(sqlite_store, saved):
    return wishes_of(desk_at(sqlite_store), "R1", saved)


def answers(sheet):
    return {one.asked: (one.met, one.answer) for one in sheet.lines}


def test_wishes_are_held_against_the_place_of_the_plan(saved, sheet):
    place = saved.run.case("R1").proposal
    assert place.provider_id == "P2"
    told = answers(sheet)
    assert sheet.place == "We want to ask for a bed for you at Birch [House]."
    assert told["You asked to live at Birch [House]."] == (True, "Yes. That is the place.")
    assert told["You asked to live at Elm House."] == (False, words.WHY["distance"])
    assert told["You said no to Cedar House."] == (True, "Yes. We did not pick it.")
    assert told["You said that you can live in a home for girls."][0] is True
    assert told["You asked for a place that is good for LGBTQ+ people."][0] is True
    assert told["You asked to use your phone."] == (True, "Yes. You can use your phone there.")
    assert told["You asked to live with your own family."] == (
        False,
        f"You will live in a safe foster home. {words.NO_SUCH}",
    )
    met, why = told["You asked for a place where faith is a big part of each day."]
    assert (met, why) == (False, f"This is a place where faith plays no part. {words.NO_SUCH}")
    met, why = told["You speak French and Spanish."]
    assert (met, why) == (False, "People there do not speak French. They speak Spanish.")
    assert sheet.not_asked == sheet.no_wish == ()


def test_each_wish_is_told_once_or_said_not_to_be_known():
    for name, title in words.ASKED.items():
        nothing = replace(known_referral(), **dict.fromkeys(words.ASKED))
        assert title in wishes(nothing, Place(Standing.NONE), NAMES, TODAY).not_asked
        with_it = replace(nothing, **{name: WISHES[name]})
        told = wishes(with_it, Place(Standing.NONE), NAMES, TODAY)
        assert title not in (*told.not_asked, *told.no_wish)
        assert len(told.lines) == (2 if name == "preferred_providers" else 1)


def test_asked_and_nothing_wished_is_told_apart_from_never_asked():
    none = replace(
        known_referral(),
        preferred_providers=(),
        preferred_types=None,
        vetoed_providers=frozenset(),
    )
    told = wishes(none, Place(Standing.NONE), NAMES, TODAY)
    assert words.ASKED["preferred_providers"] in told.no_wish
    assert words.ASKED["vetoed_providers"] in told.no_wish
    assert words.ASKED["preferred_types"] in told.not_asked


def test_whoever_has_no_place_is_told_that_the_search_goes_on(sqlite_store, saved):
    told = wishes_of(desk_at(sqlite_store), "R5", saved)
    assert told.place.startswith("We have not found a place for you yet.")
    assert all(one.met is not True for one in told.lines)


def test_a_secret_place_is_not_named(sqlite_store):
    desk = desk_at(sqlite_store)
    people = (replace(PEOPLE[0], **WISHES), *PEOPLE[1:])
    homes = [replace(one, confidential=True) for one in HOMES]
    told = str(wishes_of(desk, "R1", office(desk, homes=homes, people=people)))
    assert not any(name in told for name in NAMES.values())
    assert "a secret name" in told


def test_nothing_unknown_of_a_place_is_told_as_a_no():
    blank = replace(
        known_home("P1"),
        placement_type=None,
        lgbtq_affirming=None,
        faith_character=None,
        device_policy=None,
        languages=None,
    )
    person = replace(known_referral(), **(WISHES | {"preferred_providers": None}))
    lines = wishes(person, Place(Standing.PROPOSED, blank), NAMES, TODAY).lines
    by_asked = {one.asked: one.met for one in lines}
    del by_asked["You said no to Cedar House."]
    assert set(by_asked.values()) == {None}


@given(wanted=st.sampled_from(list(w.DevicePolicy)), has=st.sampled_from(list(w.DevicePolicy)))
def test_a_place_meets_the_wish_for_a_telephone_if_it_is_no_stricter(wanted, has):
    person = replace(known_referral(), device_preference=wanted)
    home = replace(known_home("P1"), device_policy=has)
    lines = wishes(person, Place(Standing.LIVES, home), NAMES, TODAY).lines
    (line,) = [one for one in lines if "phone" in one.asked]
    order = [w.DevicePolicy.OPEN, w.DevicePolicy.SUPERVISED, w.DevicePolicy.NONE]
    assert line.met is (order.index(has) <= order.index(wanted))


@pytest.mark.parametrize("has", list(w.FaithCharacter))
def test_another_place_as_wished_is_said_to_be_there_only_if_it_is(sqlite_store, has):
    """What stands against a wish is told from the search, for each place there is."""
    desk = desk_at(sqlite_store)
    other = replace(OPEN[1], faith_character=has)
    person = replace(PEOPLE[0], faith_preference=w.FaithCharacter.RELIGIOUS)
    saved = office(desk, homes=[OPEN[0], other, *OPEN[2:]], people=[person])
    search = considered(search_document(saved.run, "R1", {}))
    fits = {one.provider_id: one for one in search.fitting}
    lines = wishes_of(desk, "R1", saved).lines
    (line,) = [one for one in lines if "faith" in one.asked]
    if has is w.FaithCharacter.RELIGIOUS and search.placed == ("P2", "B1"):
        assert line.met is True
    elif has is w.FaithCharacter.RELIGIOUS:
        assert line.answer.endswith(words.FITS_MORE)
        mine = min(one.cost for one in search.fitting if one.proposed)
        assert mine <= fits["P2"].cost  # the place of the plan does suit more
    else:
        assert line.answer.endswith(words.NO_SUCH)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_whoever_may_not_see_cases_is_refused(sqlite_store, saved, role):
    with pytest.raises(PermissionDenied):
        wishes_of(as_role(desk_at(sqlite_store), role), "R1", saved)


def test_a_case_that_is_not_there_is_said_to_be_so(sqlite_store, saved):
    with pytest.raises(NotFound):
        wishes_of(desk_at(sqlite_store), "R99", saved)
    assert search_in(saved, "R99") is None


def test_every_kind_of_place_and_faith_has_plain_words():
    for kind, faith, phone in itertools.zip_longest(
        w.PlacementType, w.FaithCharacter, w.DevicePolicy
    ):
        assert words.TYPES[kind]
        assert faith is None or words.FAITH[faith]
        assert phone is None or words.DEVICES[phone]
