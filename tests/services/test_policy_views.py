"""The rules in force, in words and complete."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain import policy as policies
from matching.domain.access import Action, Actor, Role, allows
from matching.domain.errors import PermissionDenied
from matching.domain.rulebook import RULES, Kind
from matching.services.policy_views import policy_view
from matching.ui.text import policy as text
from tests.builders import day
from tests.services.planned import desk_at


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def under(desk, name):
    return dataclasses.replace(desk, settings=dataclasses.replace(desk.settings, policy=name))


@pytest.mark.parametrize("name", policies.available())
def test_every_rule_stands_once_in_force_or_not(desk, name):
    view, policy = policy_view(under(desk, name)), policies.load(name)
    codes = [one.code for one in (*view.rules, *view.off)]
    assert sorted(codes) == sorted(spec.code for spec in RULES)
    for one in view.rules:
        setting = policy.rules[one.code]
        assert setting.on
        assert (one.citation, one.waiver_role) == (setting.citation, setting.waiver_role)
        assert len(one.settings) == len(setting.parameters)
        assert (one.waiver_role is None) == (one.kind is not Kind.POLICY)
        assert text.waived_by(one.waiver_role)
    assert view.fingerprint == policy.fingerprint()
    assert sum(len(view.of_kind(kind)) for kind in Kind) == len(view.rules)
    assert set(text.CLOCK_NAMES) == {one.name for one in view.clocks}


def test_what_a_setting_is_stands_beside_what_it_means(desk):
    view = policy_view(under(desk, "florida"))
    by_code = {one.code: one for one in view.rules}
    assert ("miles between county centres", "25") in by_code["danger-zone"].settings
    assert any("verified, suspected" in value for _, value in by_code["certificate"].settings)
    assert by_code["certificate"].kind is Kind.LAW
    clock = next(one for one in view.clocks if one.name == "screening")
    assert (text.length(clock), "65C-43" in clock.citation) == ("24 hours", True)


def test_a_rule_of_another_day_is_not_in_force(desk, monkeypatch):
    loaded = policies.load("general").with_rule("acuity", effective_from=day(1))
    monkeypatch.setattr(policies, "load", lambda _: loaded)
    view = policy_view(desk)
    (off,) = (one for one in view.off if one.code == "acuity")
    assert text.effect(off) == "In force from 4 Nov 2026."


def test_the_sentence_counts_by_kind(desk):
    view = policy_view(under(desk, "florida"))
    said = text.sentence(view)
    assert said.startswith(f"Florida: {len(view.rules)} rules in force today, 1 of law, ")


@pytest.mark.parametrize("role", list(Role))
def test_whoever_works_here_may_read_it(desk, role):
    other = dataclasses.replace(desk, actor=Actor("carla", role))
    if allows(role, Action.SEE_PROVIDERS) or allows(role, Action.SEE_AUDIT):
        assert policy_view(other).rules
        return
    with pytest.raises(PermissionDenied):
        policy_view(other)
