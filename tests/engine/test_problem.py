from __future__ import annotations

import dataclasses
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.domain.certification import certificate_valid, effective_type
from matching.domain.errors import EngineError
from matching.domain.fields import FieldClass
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.engine.columns import UNKNOWN, SetColumn
from matching.engine.problem import build
from matching.engine.sides import NO_COURSE
from tests import strategies
from tests.builders import (
    HERE,
    NOW,
    TODAY,
    ago,
    course,
    day,
    home,
    known_home,
    known_pool,
    known_referral,
    pool,
    problem,
    referral,
)

KNOWN = {Referral: known_referral(), Provider: known_home(), BedPool: known_pool()}
EVERY_FIELD = [
    (record, field.name, FieldClass(field.metadata["class"]))
    for record in KNOWN
    for field in fields(record)
    if field.metadata["class"] != FieldClass.KEY
]
MEASURES = [(r, name) for r, name, kind in EVERY_FIELD if kind is FieldClass.MEASURE]
FACTS = [(r, name) for r, name, kind in EVERY_FIELD if kind is not FieldClass.MEASURE]


def _with(record, name, value):
    parts = {**KNOWN, record: replace(KNOWN[record], **{name: value})}
    return problem(parts[Referral], parts[Provider], parts[BedPool])


def _columns(one):
    """Every number of a problem that the engine may read."""
    out = {}
    for side in (one.referrals, one.pools):
        for field in fields(side):
            column = getattr(side, field.name)
            key = (type(side).__name__, field.name)
            out[key] = (
                (column.bits.tobytes(), column.known.tobytes(), column.vocabulary)
                if isinstance(column, SetColumn)
                else column.tobytes()
            )
    for name in ("vetoed", "ruled_out", "declined", "wished"):
        pairs = getattr(one, name)
        out[name] = (pairs.referral.tobytes(), pairs.provider.tobytes(), pairs.rank.tobytes())
    return out


#: Values unlike the known ones, where any other value would not do: identifiers must
#: name somebody who is there, and a fact beside a stricter one changes nothing.
OTHER = {
    "vetoed_providers": frozenset({"P1"}),
    "avoid_providers": frozenset({"P1"}),
    "declined_by": frozenset({"P1"}),
    "preferred_providers": ("P1",),
    "icwa_order": (w.IcwaTier.INDIAN_HOME,),
    "received_at": ago(days=9),
    "as_of": ago(days=9),
}


REFUSALS = {"vetoed_providers", "avoid_providers", "declined_by"}


def _other(record, name, data):
    if name in OTHER:
        return OTHER[name]
    known = getattr(KNOWN[record], name)
    strategy = strategies.field_strategies(record)[name]
    return data.draw(strategy.filter(lambda value: value != known and value != ()))


@pytest.mark.parametrize(("record", "name"), FACTS, ids=lambda v: getattr(v, "__name__", v))
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_the_fingerprint_changes_with_every_fact(record, name, data):
    value = _other(record, name, data)
    if isinstance(value, tuple) and value and value[0] in (getattr(KNOWN[record], name) or ()):
        return  # the same first language or course: the order of the rest says nothing new
    prints = {_with(record, name, v).fingerprint() for v in (value, None)}
    prints.add(problem(*KNOWN.values()).fingerprint())
    # Nobody named as refused is the same whether it was asked or not.
    blank_is_known = getattr(KNOWN[record], name) is None or name in REFUSALS
    assert len(prints) == (2 if blank_is_known else 3)


@pytest.mark.parametrize(("record", "name"), MEASURES, ids=lambda v: getattr(v, "__name__", v))
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_what_only_reports_use_reaches_no_column(record, name, data):
    value = data.draw(strategies.field_strategies(record)[name])
    one, other = problem(*KNOWN.values()), _with(record, name, value)
    assert _columns(one) == _columns(other)
    assert one.fingerprint() == other.fingerprint()


def test_some_fields_are_for_reports_only():
    """The two lists above are not empty, and every field has a class."""
    assert len(MEASURES) > 10
    assert len(FACTS) > 60
    assert {name for _, name in MEASURES} >= {"name", "agency", "contact", "consent", "worker"}


@settings(max_examples=10, deadline=None)
@given(strategies.referral_lists(), strategies.inventories(), st.data())
def test_the_order_of_rows_changes_nothing(people, inventory, data):
    homes, beds = inventory
    shuffled = [data.draw(st.permutations(part)) for part in (people, homes, beds)]
    one, other = problem(people, homes, beds), problem(*shuffled)
    assert _columns(one) == _columns(other)
    assert one.fingerprint() == other.fingerprint()
    assert (one.referral_ids, one.provider_ids) == (other.referral_ids, other.provider_ids)
    assert list(one.pool_keys) == sorted(one.pool_keys)
    assert one.size == (len(people), len(beds))


@settings(max_examples=10, deadline=None)
@given(strategies.referral_lists(), strategies.inventories())
def test_unknown_is_kept_apart_from_empty_no_and_zero(people, inventory):
    """Blanks are unknown in their columns, and nothing else is."""
    one = problem(people, *inventory)
    named = {  # columns named unlike their fields
        "trafficking": "trafficking_type",
        "medical": "medical_need",
        "fragile": "medically_fragile",
        "types": "acceptable_types",
        "funding": "funding",
        "settings": "acceptable_settings",
        "behaviours": "behaviours",
        "access": "access_needs",
        "tokens": "separate_from",
        "avoid": "avoid_counties",
        "languages": "languages",
        "age": "age_years",
        "children": "children_with",
        "stay_days": "stay_days",
        "own_max_miles": "max_distance_miles",
        "urgency": "urgency",
        "waiting_hours": "received_at",
        "affirming": "lgbtq_affirming_requested",
        "interpreter_ok": "interpreter_ok",
    }
    for column_name, name in named.items():
        _same_blanks(getattr(one.referrals, column_name), one.referral_records, name)
    owners = [one.provider_records[k] for k in one.pools.provider]
    for column_name, name in {
        "licensed_capacity": "licensed_capacity",
        "foster_exception": "foster_cap_exception",
        "capabilities": "capabilities",
        "excludes": "excludes",
        "tokens": "resident_tokens",
        "area": "service_area",
        "max_stay": "max_stay_days",
        "awake_night": "awake_night",
        "icwa_tier": "icwa_tier",
        "licence_expires": "licence_expires",
    }.items():
        _same_blanks(getattr(one.pools, column_name), owners, name)
    for column_name, name in {
        "free": "free",
        "beds_licensed": "beds_licensed",
        "genders": "genders",
        "age_min": "age_min",
        "reserved": "reserved_for",
        "news_hours": "as_of",
        "age_spread": "age_spread_max",
    }.items():
        _same_blanks(getattr(one.pools, column_name), one.pool_records, name)


def _same_blanks(column, records, name):
    values = [getattr(record, name) for record in records]
    known = column.known if isinstance(column, SetColumn) else column != UNKNOWN
    assert known.tolist() == [value is not None for value in values], name
    if isinstance(column, SetColumn):
        empty = [value is not None and not value for value in values]
        assert column.empty().tolist() == empty, name


def test_every_column_of_blank_records_is_unknown():
    one = problem(referral(), home(), pool())
    for side in (one.referrals, one.pools):
        for field in fields(side):
            column = getattr(side, field.name)
            if field.name == "provider":
                continue
            unknown = ~column.known if isinstance(column, SetColumn) else column == UNKNOWN
            assert unknown.all(), field.name


def test_known_records_leave_nothing_unknown_that_a_rule_reads():
    one = problem(known_referral(), known_home(), known_pool())
    preferences = {"preferred_types", "own_max_miles", "siblings", "faith", "devices"}
    for side in (one.referrals, one.pools):
        for field in fields(side):
            column = getattr(side, field.name)
            known = column.known if isinstance(column, SetColumn) else column != UNKNOWN
            optional = field.name in {*preferences, "compromised_until", "compromise_cleared"}
            assert known.all() or optional, field.name


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (([known_referral("R1")] * 2, (), ()), "case references occur twice"),
        (((), [known_home("P1")] * 2, ()), "provider identifiers occur twice"),
        (((), known_home("P1"), [known_pool("P1", "B1")] * 2), "bed pools occur twice"),
        (((), known_home("P1"), known_pool("P2", "B1")), "belongs to no provider"),
    ],
)
def test_identifiers_that_cannot_be_told_apart_are_refused(parts, words):
    with pytest.raises(EngineError, match=words) as caught:
        problem(*parts)
    assert caught.value.next_step


def test_the_same_pool_name_at_two_providers_is_fine():
    one = problem((), [known_home("P1"), known_home("P2")], [pool("P1"), pool("P2")])
    assert one.pool_keys == (("P1", "B1"), ("P2", "B1"))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(EngineError, match="no time zone"):
        build((), (), (), datetime(2026, 11, 3), geography.load())  # noqa: DTZ001


def test_one_moment_in_two_zones_is_one_moment_but_may_be_two_days():
    east = timezone(timedelta(hours=2))
    one, other = problem(as_of=NOW), problem(as_of=NOW.astimezone(east))
    assert other.today == one.today + 1
    assert one.fingerprint() == other.fingerprint()
    assert one.fingerprint() != problem(as_of=NOW + timedelta(seconds=1)).fingerprint()


def test_waiting_hours_are_whole_and_never_negative():
    moments = (ago(minutes=59), ago(hours=1), ago(hours=25.5), ago(hours=-3), NOW)
    people = [referral(f"R{k}", received_at=m) for k, m in enumerate(moments)]
    assert problem(people).referrals.waiting_hours.tolist() == [0, 1, 25, 0, 0]


@pytest.mark.parametrize(
    ("trainings", "earliest", "first_end"),
    [
        (None, None, None),
        ((), "none", "none"),
        ((course(ends=day(3)), course(ends=day(-2))), day(-2), day(-2)),
        ((Training(course=w.Course.TRAFFICKING), course(ends=day(-2))), None, day(-2)),
        ((Training(course=w.Course.TRAFFICKING),), None, None),
        ((course(w.Course.COMPLEX_TRAUMA),), "none", "none"),
    ],
)
def test_a_course_ends_for_the_home_when_it_ends_for_any_caregiver(
    trainings, earliest, first_end
):
    """Acceptance: one of two caregivers' hours lapsed."""
    columns = problem((), home(trainings=trainings), pool()).pools
    k = list(w.Course).index(w.Course.TRAFFICKING)

    def number(value):
        if value is None:
            return UNKNOWN
        return NO_COURSE if value == "none" else value.toordinal()

    assert columns.training[0, k] == number(earliest)
    assert columns.training_first_end[0, k] == number(first_end)


@pytest.mark.parametrize(
    ("certificate", "expires", "valid"),
    [
        (w.Certificate.SAFE_HOUSE, day(0), True),
        (w.Certificate.SAFE_HOUSE, day(-1), False),
        (w.Certificate.SAFE_HOUSE, None, None),
        (None, day(1), None),
        (None, day(-1), False),
        (None, None, None),
        (w.Certificate.NONE, day(1), False),
        (w.Certificate.NONE, None, False),
    ],
)
def test_a_certificate_counts_until_its_last_day(certificate, expires, valid):
    """Acceptance: a certificate that ended yesterday leaves an ordinary home."""
    for claimed, without in w.WITHOUT_CERTIFICATE.items():
        place = home(
            certificate=certificate, certificate_expires=expires, placement_type=claimed
        )
        assert certificate_valid(place, TODAY) is valid
        assert effective_type(place, TODAY) is (without if valid is False else claimed)
        ordinary = replace(place, placement_type=w.PlacementType.EMERGENCY_SHELTER)
        assert effective_type(ordinary, TODAY) is w.PlacementType.EMERGENCY_SHELTER
        columns = problem((), place, pool()).pools
        assert columns.certified[0] == (UNKNOWN if valid is None else int(valid))


@pytest.mark.parametrize(
    ("recorded", "occupied", "residents"),
    [(3, (1, 1), 3), (None, (1, 2), 3), (None, (1, None), None), (0, (None, None), 0)],
)
def test_residents_are_counted_only_where_every_pool_is(recorded, occupied, residents):
    pools = [pool("P1", f"B{k}", beds_occupied=n) for k, n in enumerate(occupied)]
    column = problem((), home(residents=recorded), pools).pools.residents
    assert set(column.tolist()) == {UNKNOWN if residents is None else residents}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"state": "TX"}, "TX"),
        ({"state": "TX", "county": HERE}, "TX"),
        ({"state": "ZZ", "county": HERE}, "XA"),
        ({"county": HERE}, "XA"),
        ({"county": "99999"}, None),
        ({}, None),
    ],
)
def test_the_state_is_the_one_recorded_or_that_of_the_county(facts, state):
    one = problem((), home(**facts), pool())
    code = one.pools.state[0]
    assert (None if code == UNKNOWN else one.states[code]) == state


def test_tokens_nobody_shares_can_keep_nobody_apart_but_are_not_none():
    people = [
        referral("R1", separate_from=frozenset({"T1", "T8"})),
        referral("R2", separate_from=frozenset({"T9"})),
        referral("R3", separate_from=frozenset()),
    ]
    homes = [
        home("P1", resident_tokens=frozenset({"T1"})),
        home("P2", resident_tokens=frozenset({"T7"})),
    ]
    one = problem(people, homes)
    mine, theirs = one.referrals.tokens, one.pools.tokens
    meets = np.array([[bool((a & b).any()) for b in theirs.bits] for a in mine.bits])
    assert meets.tolist() == [[True, False], [False, False], [False, False]]
    assert mine.empty().tolist() == [False, False, True]
    assert theirs.empty().tolist() == [False, False]


def test_lists_of_providers_keep_their_order_and_leave_out_the_absent():
    one = problem(referral(preferred_providers=("P3", "P9", "P1")), [home("P1"), home("P3")])
    assert one.wished.provider.tolist() == [1, 0]
    assert one.wished.rank.tolist() == [0, 2]


def test_a_problem_cannot_be_changed():
    one = problem(known_referral(), known_home(), known_pool())
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.as_of = datetime(2026, 1, 1, tzinfo=UTC)
    for side in (one.referrals, one.pools):
        for name in ("age", "free"):
            if hasattr(side, name):
                with pytest.raises(ValueError):
                    getattr(side, name)[0] = 1
