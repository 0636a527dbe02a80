"""Words of the page Fairness: counts first, careful, and of few people nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from matching.domain.equity import RACE_WORDS
from matching.domain.rulebook import PREFERENCES
from matching.insight.categories import NO_NEED, SEVERAL_NEEDS, UNKNOWN_WORD
from matching.insight.disclosure import Cell, Mark
from matching.insight.fairness import Finding, Measure
from matching.insight.fairness_aims import Aim, Kind
from matching.insight.fairness_groups import RACE, TITLES, TRIBE
from matching.insight.fairness_record import Alike
from matching.services.equity import EquityState, EquityUpload
from matching.services.fairness_bands import NOT_TOLD, Change
from matching.services.fairness_effects import AimEffects, AimLine, GroupShift
from matching.services.fairness_record import (
    CallLine,
    PreferenceLine,
    ProviderLine,
    RecordView,
    RuleLine,
)
from matching.services.fairness_views import (
    FairnessView,
    Fits,
    GroupRow,
    GroupTable,
    Middle,
)
from matching.ui.text import equity
from matching.ui.text import fairness as text
from matching.ui.text import fairness_parts as parts

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
WITHOUT = Finding(Measure.WITHOUT, "Age", "16 to 17", (21, 45), (16, 87), 0.001)
WAIT = Finding(Measure.WAIT, "Gender", "male", (72.0, 40), (20.0, 90), 0.001)
TRAVEL = Finding(Measure.TRAVEL, "Need", "access", (61.2, 20), (1.0, 90), 0.001)


def count(number):
    return Cell(Mark.SHOWN, number)


def row(name="a", people=40, without=10, **changed):
    one = GroupRow(
        name=name,
        people=count(people),
        placed=count(people - without),
        without=count(without),
        enough=people > 10,
        share=(without / people if people else 0.0, 0.1, 0.4),
        waited=Middle(5, 20, 80),
        still=Middle(5, 30, 80),
        travel=Middle(0, 32, 60),
        fits=Fits.WORSE,
        gives_way="distance",
        first=Change(1, 3),
        first_still=Middle(1, 2, 3),
        first_travel=Middle(1, 12, 30),
    )
    return replace(one, **changed)


def view(*found, tables=(), **changed):
    one = FairnessView(
        number=7,
        made_at=NOON,
        as_of=NOON,
        policy_title="General",
        protected=False,
        all=row("", 132, 37),
        tables=tuple(tables),
        findings=found,
        behind=(),
        compared=9,
    )
    return replace(one, **changed)


@pytest.mark.parametrize("title", [*TITLES, RACE, TRIBE])
@pytest.mark.parametrize("name", ["x", UNKNOWN_WORD])
def test_every_way_to_group_has_words(title, name):
    assert title in text.TITLES
    assert text.who(title, name).startswith(("people ", "survivors "))
    assert text.way(title)[0].isupper()


def test_groups_read_as_people():
    assert text.who("Age", "16 to 17") == "people aged 16 to 17"
    assert text.who("Gender", "male") == "people who are male"
    assert text.who("Gender", "trans girl or woman") == "trans girls and women"
    assert text.who("Need", SEVERAL_NEEDS) == "people with two or more needs"
    assert text.who("Need", NO_NEED) == "people with no need on record"
    assert text.who("Trafficking", "both") == "survivors of sex and labour trafficking"
    assert text.who("County", "Elm County") == "people from Elm County"
    for word in RACE_WORDS.values():
        assert word in text.who(RACE, word)


def test_the_finding_comes_first():
    assert text.sentence(view(WITHOUT, WAIT)) == (
        "People aged 16 to 17 go without a place more often: 21 of 45, against 16 of 87 others."
    )
    assert text.sentence(view(WAIT)) == (
        "People who are male have waited longer: half of them 3 days or more, half of the "
        "others 20 hours or more."
    )
    assert text.sentence(view(TRAVEL)) == (
        "People with a access need are placed farther from home: half of them 61 miles or "
        "more, half of the others 1 mile or more."
    ).replace("a access", "an access")


def test_without_a_finding_nothing_is_claimed():
    assert text.sentence(view()).startswith("No group waits, travels or goes without clearly")
    assert "that may be shown" in text.sentence(view(protected=True))
    assert text.sentence(view(compared=1)).startswith("Too few people")
    assert text.sentence(view(all=row("", 0, 0))) == "Nobody is waiting."


def test_one_more_finding_of_each_measure_is_told():
    second = replace(WITHOUT, name="13 to 15")
    told = text.further(view(WITHOUT, second, WAIT, TRAVEL))
    assert told[:2] == [text.finding(WAIT), text.finding(TRAVEL)]
    assert told[2] == "First come, first served, 3 fewer would have a place."
    assert len(told) == 3


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (Change(-1, 2), "First come, first served, 2 more would have a place."),
        (Change(0, 0), "First come, first served, as many people would have a place."),
        (
            Change(1, None, (1, 10)),
            "First come, first served, 1 to 10 fewer would have a place.",
        ),
        (NOT_TOLD, "How many first come, first served would place is not shown."),
    ],
)
def test_first_come_first_served_is_told(first, words):
    assert text.first_come(view(all=row(first=first))) == words


def test_groups_behind_are_named_and_the_rest_counted():
    many = tuple(("Age", f"{k}", Change(-1, 9 - k)) for k in range(5))
    (said,) = text.behind(view(behind=many))
    assert said == (
        "Fewer places than first come, first served: people aged 0 (9), people aged 1 (8), "
        "people aged 2 (7) and 2 other groups."
    )


def test_the_chart_says_what_it_finds_and_no_more():
    def titled(table, *found):
        return text.chart_title(view(*found, tables=[table]), table)

    ages = GroupTable("Age", (row("16 to 17"), row("13 to 15")), restricted=False)
    assert titled(ages) == "Without a place, by age: no clear difference"
    assert titled(ages, WITHOUT) == (
        "Without a place, by age: people aged 16 to 17 clearly more often than others"
    )
    assert titled(ages, WAIT) == titled(ages)
    few = replace(ages, rows=(row(), row(enough=False)))
    assert titled(few).endswith("too few people to compare")
    some = replace(ages, rows=(*ages.rows, row(enough=False)))
    assert titled(some).endswith("no clear difference among the groups large enough to tell")
    assert titled(replace(ages, title="Priority")).endswith("as the policy orders it")


def test_a_row_tells_counts_first():
    one = row()
    assert text.without(one) == "10 of 40, 25%"
    assert text.bar(one) == "A: 10 of 40, 25%"
    assert text.chance(one) == "chance allows 10% to 40%"
    assert text.first(one) == "3 fewer placed"
    assert (
        text.first_below(one)
        == "those without: half 2 hours or more; travel: half 12 miles or more"
    )
    assert text.waited(one) == "half 20 hours or more"
    assert (
        text.waits(one) == "middle half 5 hours to 3 days; those without: half 30 hours or more"
    )
    assert text.travel(one) == "half 32 miles or more"
    assert text.fits(one) == "less well than for most"
    assert text.gives_way(one) == "farther from home"


def test_of_few_people_only_counts_are_told():
    few = row(
        people=5, without=2, waited=None, still=None, travel=None, fits=None, gives_way="",
        first_still=None, first_travel=None,
    )  # fmt: skip
    assert text.without(few) == "2 of 5, too few to say"
    assert text.waited(few) == text.waits(few) == text.travel(few) == text.fits(few) == ""
    assert text.first_below(few) == text.gives_way(few) == ""
    assert text.travel(row(travel=None)) == text.TOO_FEW


def test_hidden_counts_are_told_as_hidden():
    dark = Cell(Mark.HIDDEN, None)
    both = row(share=None, first=NOT_TOLD, without=10, enough=False)
    assert text.without(replace(both, without=dark, placed=dark)) == "hidden (40 in all)"
    assert text.without(replace(both, people=dark, placed=dark)) == (
        "10 without; with a place: hidden"
    )
    assert text.without(both) == "10 of 40"
    assert text.first(both) == "hidden"
    assert text.chance(both) == ""
    assert "1 to 10" in text.protected(view(protected=True))


def test_every_preference_that_can_give_way_has_words():
    assert set(text.GIVES_WAY) == {spec.code for spec in PREFERENCES}


# --- aims -----------------------------------------------------------------------------


def aim(
    title="Priority", *shifts, solved=True, moved=3, travel=(38.0, 41.0), kind=Kind.PRIORITY
):
    groups = tuple(GroupShift(name, change, None) for name, change in shifts)
    return AimLine(
        Aim(kind, "", title),
        solved,
        True,
        GroupShift("", Change(0, 0), travel),
        Change(1, moved) if moved else Change(0, 0),
        (("Age", groups),),
        bool(shifts),
    )


def test_what_aims_do_is_told_by_the_largest_shift():
    first = aim("Priority", ("a", Change(1, 3)), ("b", Change(-1, 3)))
    second = aim("Distance", ("a", Change(1, 1)), ("b", Change(-1, 1)))
    none = aim("Faith")
    found = AimEffects(7, (first, second, none), ())
    assert parts.aims_sentence(found, "Age") == (
        "'Priority' shifts most. Of 3 aims 2 shift places between these groups."
    )
    assert parts.aims_sentence(AimEffects(7, (none,), ()), "Age").startswith("None of the 1")
    left = AimEffects(7, (first,), (none.aim, second.aim))
    assert parts.aims_sentence(left, "Age") == "1 aim tried before it was stopped; 2 not."
    band = aim("Wait", ("a", Change(1, None, (1, 10))))
    assert parts.aims_sentence(AimEffects(7, (band, none), ()), "Age") == (
        "Of 2 aims 1 shift places between these groups."
    )


def test_a_line_of_an_aim():
    one = aim("Priority", ("16 to 17", Change(1, 3)), ("13 to 15", Change(-1, 2)))
    assert parts.gainers(one, "Age", 1) == "aged 16 to 17 (3)"
    assert parts.gainers(one, "Age", -1) == "aged 13 to 15 (2)"
    assert parts.gainers(one, "Need", 1) == parts.NO_GROUP
    assert parts.moved(one) == "3 people"
    assert parts.moved(aim(moved=1)) == "1 person"
    assert parts.moved(aim(moved=0)) == "nobody"
    assert parts.aim_travel(one) == "38 miles, 41 miles without it"
    assert parts.aim_travel(aim(travel=(1.0, 1.0))) == "1 mile either way"
    assert parts.aim_travel(aim(travel=None)) == ""
    idle = aim(solved=False)
    assert parts.moved(idle) == parts.NOTHING
    assert parts.gainers(idle, "Age", 1) == parts.aim_travel(idle) == ""


def test_law_is_called_law():
    assert parts.has_law(AimEffects(7, (aim(kind=Kind.ICWA),), ()))
    assert not parts.has_law(AimEffects(7, (aim(kind=Kind.ICWA, solved=False), aim()), ()))


# --- overrides and declines -----------------------------------------------------------

OAK = ProviderLine(
    "P1", "Oak House", count(8), count(6), count(0), count(0), count(7), count(0), count(0),
    True, None,
)  # fmt: skip
RULE = RuleLine(
    "distance", "Within reach", count(5), count(6), count(4), True,
    (("court_order", count(3)), ("", count(1)), ("other", count(1))),
)  # fmt: skip
CHOICE = PreferenceLine("faith", "Faith", count(4), count(5), True)


def test_a_provider_who_declines_most_is_told_with_the_denominator():
    assert parts.provider_sentence(OAK) == (
        "Oak House declined 6 of the 8 people who fit there by every rule."
    )
    alike = Alike("Need", "behaviour", (5, 6), (0, 2))
    assert parts.provider_sentence(replace(OAK, alike=alike)).endswith(
        "Of those declined 5 of 6 are people with a behaviour need, of the rest 0 of 2."
    )


def test_what_stands_out_comes_first():
    def said(providers=(), rules=(), preferences=()):
        return parts.record_sentence(RecordView(False, providers, rules, preferences, ()))

    assert said((OAK,), (RULE,), (CHOICE,)) == parts.provider_sentence(OAK)
    quiet = replace(OAK, most=False)
    assert said((quiet,), (RULE,), (CHOICE,)) == (
        "The rule 'Within reach' was waived for 4 of the 6 people whom it alone keeps from "
        "some place."
    )
    assert said((quiet,), (replace(RULE, most=False),), (CHOICE,)) == (
        "4 of 5 places chosen by hand go against the preference 'Faith'."
    )
    assert said((quiet,)) == "No provider, rule or preference stands out."


def test_reasons_have_words():
    assert parts.reasons(RULE) == "by order of a court (3); other (1)"


def test_calls_add_up():
    lines = (CallLine("P1", "Oak", 3, 1, 1), CallLine("P2", "Elm", 1, 0, 0))
    assert parts.call_sentence(lines) == (
        "Of 4 answers, 1 told of fewer beds than stood on the record and 1 of more."
    )


# --- race and tribal status -----------------------------------------------------------


def test_what_is_recorded_is_told_without_any_answer():
    found = EquityUpload(12, ("R9",), (), ("remarks",))
    assert equity.recorded(EquityState(0, None), "") == "Nothing is recorded."
    assert equity.recorded(EquityState(1, NOON), "12:00") == (
        "Recorded for 1 case (last change: 12:00)."
    )
    assert equity.check(found).endswith("Nothing is recorded yet.")
    assert "12 cases" in equity.check(found)
    assert equity.done(found) == "Recorded for 12 cases. No plan changes by it."
    assert equity.gone(1) == "Removed for 1 case."
    assert equity.some(("a", "b", "c"), most=2) == "a, b and 1 more"
