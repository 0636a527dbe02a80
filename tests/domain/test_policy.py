"""A policy file says everything, contradicts nothing, and says where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import policy
from matching.domain.access import Role
from matching.domain.errors import PolicyError
from matching.domain.rulebook import PREFERENCES, RULES, Kind, OnUnknown

HEAD = 'title = "T"\njurisdiction = "US"\nversion = "1"\n'
AGE = '[rules.age]\nkind = "safety"\n'


def parse(body, head=HEAD):
    return policy.parse(head + body, "trial")


def refusal(body, head=HEAD):
    with pytest.raises(PolicyError) as caught:
        parse(body, head)
    assert caught.value.next_step == "Correct the policy file."
    assert not caught.value.saved
    return caught.value.message


def test_shipped_policies_load_and_are_complete():
    assert set(policy.available()) >= {"general", "florida", "texas"}
    for name in policy.available():
        loaded = policy.load(name)
        assert loaded.name == name
        assert list(loaded.rules) == [spec.code for spec in RULES]
        assert list(loaded.preferences) == [spec.code for spec in PREFERENCES]
        for spec in RULES:
            setting = loaded.rules[spec.code]
            assert set(setting.parameters) == set(spec.parameters)
            if setting.on and setting.kind is Kind.LAW:
                assert setting.citation
            assert (setting.waiver_role is not None) <= (setting.kind is Kind.POLICY)


def test_shipped_policies_say_something_and_each_something_else():
    loaded = {name: policy.load(name) for name in policy.available()}
    assert len({one.fingerprint() for one in loaded.values()}) == len(loaded)
    assert all(sum(s.on for s in one.rules.values()) > 40 for one in loaded.values())


def test_states_extend_the_general_policy_and_say_only_what_differs():
    general, florida = policy.load("general"), policy.load("florida")
    assert not general.rules["certificate"].on
    assert florida.rules["certificate"].on
    assert florida.rules["certificate"].kind is Kind.LAW
    assert florida.rules["training"].parameters["courses"] == (
        "trafficking",
        "trafficking_annual",
    )
    assert florida.rules["training"].waiver_role is Role.SUPERVISOR  # from the general one
    assert florida.rules["age"] == general.rules["age"]
    assert florida.ordering == general.ordering
    assert policy.load("texas").rules["distance"].parameters["max_miles"] == 150


def test_defaults_are_taken_where_a_file_is_silent():
    made = parse(AGE)
    assert made.rules["age"].on
    assert made.rules["age"].on_unknown is OnUnknown.CONFIRM
    assert not made.rules["distance"].on
    assert made.rules["distance"].parameters == {"max_miles": 100}
    assert all(setting.weight == 0 for setting in made.preferences.values())
    assert made.unknown_vacancy_beds == 1


WRONG = [
    ("[rules.agee]\nkind = 'safety'\n", "[rules.agee]: there is no such rule."),
    (AGE + "[preferences.price]\nweight = 1\n", "there is no such preference."),
    (AGE + "max_age = 3\n", "'max_age' is not known here."),
    (AGE + "colour = 1\n", "'colour' is not known here."),
    ("speed = 3\n" + AGE, "'speed' is not known here."),
    ("[rules.age]\nkind = 'law'\n", "a law must name its citation."),
    ("[rules.age]\nkind = 'law'\ncitation = ' '\n", "a law must name its citation."),
    (
        "[rules.age]\nkind = 'law'\ncitation = 's. 1'\nwaiver_role = 'manager'\n",
        "a law rule cannot be waived by anybody.",
    ),
    (AGE + "waiver_role = 'manager'\n", "a safety rule cannot be waived by anybody."),
    ("[rules.age]\nkind = 'policy'\n", "a policy rule must say which role may waive it."),
    ("[rules.age]\nkind = 'policy'\nwaiver_role = 'king'\n", "'king'"),
    ("[rules.age]\nkind = 'custom'\n", "'custom'"),
    (AGE + "on_unknown = 'guess'\n", "'guess'"),
    (AGE + "on = 'yes'\n", "'on' must be true or false"),
    (AGE + "citation = 5\n", "'citation' a text"),
    (AGE + "effective_from = '2024-07-01'\n", "dates of effect must be dates"),
    (AGE + "effective_from = 2024-07-01T00:00:00\n", "dates of effect must be dates"),
    (
        AGE + "effective_from = 2024-07-01\neffective_to = 2024-06-30\n",
        "it ends before it begins.",
    ),
    ("[rules]\nage = 3\n", "a table is expected here."),
    ("rules = 3\n", "a table is expected here."),
    ("preferences = 3\n" + AGE, "a table is expected here."),
    (AGE + "[rules.distance]\nkind='safety'\nmax_miles = 5001\n", "from 0 to 5000"),
    (AGE + "[rules.distance]\nkind='safety'\nmax_miles = -1\n", "from 0 to 5000"),
    (AGE + "[rules.distance]\nkind='safety'\nmax_miles = '9'\n", "is not a whole number"),
    (AGE + "[rules.distance]\nkind='safety'\nmax_miles = true\n", "is not a whole number"),
    (AGE + "[rules.distance]\nkind='safety'\nmax_miles = 9.5\n", "is not a whole number"),
    (AGE + "[rules.certificate]\nkind='safety'\nfallback = 1\n", "must be true or false"),
    (AGE + "[rules.training]\nkind='safety'\ncourses = 'x'\n", "a list is expected here."),
    (AGE + "[rules.training]\nkind='safety'\ncourses = ['x']\n", "'x' is none of"),
    (AGE + "[rules.training]\nkind='safety'\ncourses = [['x']]\n", "is none of"),
    (AGE + "[preferences.distance]\nweight = 101\n", "from 0 to 100"),
    (AGE + "[preferences.distance]\nbands_miles = [25, 10]\n", "the numbers must rise."),
    (AGE + "[preferences.distance]\nbands_miles = [10, 10]\n", "the numbers must rise."),
    (AGE + "[vacancy]\nunknown_vacancy_beds = 11\n", "from 0 to 10"),
    (AGE + "[vacancy]\nbeds = 1\n", "'beds' is not known here."),
    (AGE + "[ordering]\ntiers = ['tonight']\n", "every urgency exactly once"),
    (AGE + "[ordering]\ntiers = ['tonight', '72h', '72h']\n", "every urgency exactly once"),
    (AGE + "[ordering]\ntiers = ['now', '72h', 'planned']\n", "'now'"),
    (AGE + "[ordering]\ntiers = 3\n", "the tiers must be a list."),
    (AGE + "[ordering]\nicwa = 1\n", "'icwa' must be true or false."),
    (AGE + "[ordering]\nwaiting_band_hours = 0\n", "from 1 to 8760"),
    (AGE + "[ordering]\npriority = 1\n", "'priority' is not known here."),
    ("", "no rule is on."),
    (AGE.replace("safety'", "") + "on = false\n", "no rule is on."),
    ("extends = 'nowhere'\n" + AGE, "there is no policy called 'nowhere'."),
    ("extends = 'trial'\n" + AGE, "'trial' extends itself."),
    ("[rules.age\n", "it is not valid TOML"),
]


@pytest.mark.parametrize(("body", "expected"), WRONG)
def test_refused_with_a_sentence_that_says_where(body, expected):
    message = refusal(body)
    assert expected in message
    assert message.startswith("Policy 'trial', ")


@pytest.mark.parametrize("missing", ["title", "jurisdiction", "version"])
def test_a_policy_must_say_what_it_is(missing):
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(missing))
    assert f"'{missing}' is missing." in refusal(AGE, head)
    assert f"'{missing}' is missing." in refusal(AGE, head + f"{missing} = ' '\n")


def test_contradictions_between_rules_are_refused():
    zones = "[rules.danger-zone]\nkind = 'safety'\nmin_miles = {}\n"
    reach = "[rules.distance]\nkind = 'safety'\nmax_miles = 50\n"
    assert "nobody whose home" in refusal(zones.format(51) + reach)
    assert parse(zones.format(50) + reach).rules["danger-zone"].on
    # One of them being off, they do not meet.
    assert parse(zones.format(51) + AGE).rules["danger-zone"].on
    waits = "[rules.opening]\nkind = 'safety'\ntonight_days = 4\nsoon_days = 3\n"
    assert "a more urgent referral would be allowed to wait longer" in refusal(waits)
    assert "[rules.opening]" in refusal(waits)


def test_a_policy_that_extends_one_is_checked_as_a_whole():
    body = "extends = 'general'\n[rules.age]\nkind = 'law'\n"
    assert "a law must name its citation." in refusal(body, HEAD)
    assert "cannot be waived" in refusal(
        "extends = 'general'\n[rules.training]\nkind = 'safety'\n", HEAD
    )
    made = parse("extends = 'florida'\n[rules.age]\non = false\n", HEAD)
    assert not made.rules["age"].on
    assert made.rules["certificate"].kind is Kind.LAW
    assert made.title == "T"


def test_unknown_names_are_refused_with_the_choice():
    with pytest.raises(PolicyError) as caught:
        policy.load("atlantis")
    assert "atlantis" in caught.value.message
    assert "florida" in caught.value.next_step


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        (None, None, date(2026, 1, 1), True),
        (date(2026, 1, 1), None, date(2026, 1, 1), True),
        (date(2026, 1, 2), None, date(2026, 1, 1), False),
        (None, date(2026, 1, 1), date(2026, 1, 1), True),
        (None, date(2026, 1, 1), date(2026, 1, 2), False),
    ],
)
def test_dates_of_effect_include_both_ends(start, end, day, expected):
    setting = replace(parse(AGE).rules["age"], effective_from=start, effective_to=end)
    assert setting.in_force(day) is expected
    assert not replace(setting, on=False).in_force(day)


def test_dates_are_read_from_the_file():
    made = parse(AGE + "effective_from = 2024-07-01\neffective_to = 2025-06-30\n")
    assert made.rules["age"].effective_from == date(2024, 7, 1)
    assert made.rules["age"].in_force(date(2025, 6, 30))
    assert not made.rules["age"].in_force(date(2024, 6, 30))


GENERAL = policy.load("general")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_fingerprint_changes_with_any_setting(data):
    code = data.draw(st.sampled_from(list(GENERAL.rules)))
    old = GENERAL.rules[code]
    changes = {
        "on": not old.on,
        "kind": next(kind for kind in Kind if kind is not old.kind),
        "on_unknown": next(way for way in OnUnknown if way is not old.on_unknown),
        "waiver_role": Role.ADMIN,
        "citation": old.citation + "!",
        "effective_from": date(1999, 1, 1),
        "effective_to": date(2099, 1, 1),
    }
    if old.parameters:
        name = data.draw(st.sampled_from(sorted(old.parameters)))
        value = old.parameters[name]
        other = (
            not value
            if isinstance(value, bool)
            else value + type(value)((1,))
            if (isinstance(value, tuple))
            else value + 1
        )
        changes["parameters"] = {name: other}
    field = data.draw(st.sampled_from(sorted(changes)))
    changed = GENERAL.with_rule(code, **{field: changes[field]})
    assert changed.fingerprint() != GENERAL.fingerprint()
    assert changed.with_rule(code, **{field: getattr(old, field)}) == GENERAL


def test_the_fingerprint_covers_everything_else_and_nothing_by_chance():
    first = GENERAL.preferences["distance"]
    others = [
        replace(GENERAL, name="x"),
        replace(GENERAL, version="x"),
        replace(GENERAL, unknown_vacancy_beds=0),
        replace(GENERAL, ordering=replace(GENERAL.ordering, icwa=False)),
        replace(GENERAL, ordering=replace(GENERAL.ordering, waiting_band_hours=2)),
        replace(
            GENERAL,
            preferences={**GENERAL.preferences, "distance": replace(first, weight=9)},
        ),
    ]
    prints = {one.fingerprint() for one in (*others, GENERAL)}
    assert len(prints) == len(others) + 1
    assert policy.load("general").fingerprint() == GENERAL.fingerprint()


def test_with_rule_merges_parameters_and_leaves_the_original_alone():
    changed = GENERAL.with_rule("opening", parameters={"soon_days": 5})
    assert changed.rules["opening"].parameters["soon_days"] == 5
    assert changed.rules["opening"].parameters["planned_days"] == 14
    assert GENERAL.rules["opening"].parameters["soon_days"] == 3
