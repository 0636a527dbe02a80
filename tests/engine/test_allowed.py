from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError
from matching.domain.rulebook import Kind
from matching.engine.allowed import restrict, waived_bits, with_groups
from matching.engine.candidates import candidates
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.judge import BIT, Judge
from tests.builders import FAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Slow, policies, problems

FEW = settings(max_examples=25, deadline=None)


def _named(one, pairs):
    rows = zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True)
    return [(one.referral_ids[i], *one.pool_keys[j]) for i, j in rows]


@FEW
@given(problems(tied=True), policies(), st.data())
def test_forbidden_places_go_and_a_forced_person_keeps_only_that_place(one, policy, data):
    judge = Judge(one, policy)
    pairs = candidates(judge)
    every = _named(one, pairs)
    seats = [Seat(*row) for row in every] + [Seat(a, b) for a, b, _ in every]
    some = st.frozensets(st.sampled_from(seats), max_size=3) if seats else st.just(frozenset())
    forbidden = data.draw(some)
    left = _named(one, restrict(judge, pairs, Choices(forbidden=forbidden)))
    banned = set(forbidden) | {(s.referral_id, s.provider_id) for s in forbidden}
    assert left == [
        row for row in every if row not in banned and Seat(row[0], row[1]) not in forbidden
    ]
    if left:
        forced = Seat(*data.draw(st.sampled_from(left)))
        both = Choices(forbidden=forbidden, forced=frozenset({forced}))
        kept = _named(one, restrict(judge, pairs, both))
        assert kept == [r for r in left if r[0] != forced.referral_id or r == tuple(forced)]


@FEW
@given(problems(tied=True), policies(), st.data())
def test_who_may_go_to_some_places_only_keeps_those_pairs_and_is_not_forced(one, policy, data):
    judge = Judge(one, policy)
    pairs = candidates(judge)
    every = _named(one, pairs)
    homes = st.sampled_from([*one.provider_ids, "P9"])
    beds = st.sampled_from([None, "B1", "B2"])
    seats = st.builds(Seat, st.sampled_from([*one.referral_ids, "R9"]), homes, beds)
    only = data.draw(st.frozensets(seats, max_size=3))
    found = _named(one, restrict(judge, pairs, Choices(only=only)))
    named = {seat.referral_id for seat in only}
    assert found == [
        (a, b, c)
        for a, b, c in every
        if a not in named or Seat(a, b) in only or Seat(a, b, c) in only
    ]


def test_a_place_cannot_be_forced_on_somebody_who_may_only_go_elsewhere():
    one = _siblings()
    judge = Judge(one, GENERAL)
    choices = Choices(forced=frozenset({Seat("R3", "P1")}), only=frozenset({Seat("R3", "P2")}))
    with pytest.raises(ChoiceError, match="cannot be placed"):
        restrict(judge, candidates(judge), choices)


@FEW
@given(problems(), policies(), st.data())
def test_a_waiver_opens_the_pairs_that_only_waived_rules_bar(one, policy, data):
    slow, judge = Slow(one, policy), Judge(one, policy)
    may = sorted(c for c in slow.codes if policy.rules[c].kind is Kind.POLICY)
    person = data.draw(st.sampled_from(one.referral_ids))
    home = data.draw(st.sampled_from([None, *one.provider_ids]))
    codes = data.draw(st.frozensets(st.sampled_from(may), min_size=1, max_size=4))
    waived = frozenset(Waiver(person, code, home) for code in codes)
    found = restrict(judge, candidates(judge), Choices(waived=waived))
    expected, unknown = [], []
    for i, name in enumerate(one.referral_ids):
        for j, (provider, _) in enumerate(one.pool_keys):
            lifted = codes if name == person and home in (None, provider) else frozenset()
            if set(slow.barring(i, j)) <= lifted:
                expected.append((i, j))
                unknown.append(sum(1 << BIT[c] for c in slow.asking(i, j) if c not in lifted))
    assert list(zip(found.referral.tolist(), found.pool.tolist(), strict=True)) == expected
    assert found.unknown.tolist() == unknown


def test_law_and_safety_are_not_waived():
    one = problem([known_referral("R1")], [known_home("P1")], [known_pool("P1")])
    judge = Judge(one, GENERAL)
    for code in ("age", "licence", "beds", "no-such-rule"):
        waived = Choices(waived=frozenset({Waiver("R1", code)}))
        with pytest.raises(ChoiceError) as caught:
            waived_bits(judge, waived)
        assert "may not be waived" in caught.value.message
        assert caught.value.next_step


def test_waivers_of_people_and_providers_that_are_not_there_change_nothing():
    one = problem([known_referral("R1")], [known_home("P1")], [known_pool("P1")])
    judge = Judge(one, GENERAL)
    gone = {Waiver("R9", "distance"), Waiver("R1", "distance", "P9")}
    pairs = candidates(judge)
    found = restrict(judge, pairs, Choices(waived=frozenset(gone)))
    assert _named(one, found) == _named(one, pairs)


@pytest.mark.parametrize("seat", [Seat("R1", "P2"), Seat("R1", "P9"), Seat("R9", "P1")])
def test_a_place_that_a_rule_bars_or_that_is_not_there_cannot_be_forced(seat):
    one = problem(
        [known_referral("R1")],
        [known_home("P1"), known_home("P2", county=FAR)],
        [known_pool("P1"), known_pool("P2")],
    )
    judge = Judge(one, GENERAL)
    with pytest.raises(ChoiceError, match="cannot be placed") as caught:
        restrict(judge, candidates(judge), Choices(forced=frozenset({seat})))
    assert "Nothing was changed" in caught.value.message


def _siblings():
    people = [known_referral(f"R{k}", group_id="F1") for k in (1, 2)]
    return problem(
        [*people, known_referral("R3")],
        [known_home("P1"), known_home("P2")],
        [known_pool("P1", beds_available=2), known_pool("P2", beds_available=2)],
    )


def test_a_forced_place_takes_the_group_along_unless_it_may_be_split():
    one, seat = _siblings(), Seat("R1", "P1", "B1")
    choices = Choices(forced=frozenset({seat}))
    assert with_groups(one, GENERAL, choices).forced == {seat, Seat("R2", "P1")}
    split = choices.and_(split={"F1"})
    assert with_groups(one, GENERAL, split).forced == {seat}
    alone = Choices(forced=frozenset({Seat("R3", "P1")}))
    assert with_groups(one, GENERAL, alone) == alone
    assert with_groups(one, GENERAL, NO_CHOICES) == NO_CHOICES


def test_a_group_cannot_be_forced_to_two_providers():
    apart = Choices(forced=frozenset({Seat("R1", "P1"), Seat("R2", "P2")}))
    with pytest.raises(ChoiceError, match="Two members of a group"):
        with_groups(_siblings(), GENERAL, apart)
    both = Choices(forced=frozenset({Seat("R1", "P1"), Seat("R2", "P1", "B1")}))
    assert with_groups(_siblings(), GENERAL, both) == both
