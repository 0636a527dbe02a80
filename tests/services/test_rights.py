"""Who may decide what, for every role, every rule and every policy shipped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import policy as policies
from matching.domain.access import Actor, Role, allows
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.rulebook import RULES
from matching.domain.rulebook import Kind as RuleKind
from matching.services import decisions as d
from matching.services.decisions import Kind
from matching.services.rights import ACTIONS, TOGETHER, may_decide, require_right
from tests.services.planned import desk_at

#: Who stands in for the role a policy names.
INSTEAD = {
    Role.WORKER: {Role.WORKER, Role.SUPERVISOR, Role.LOCAL},
    Role.SUPERVISOR: {Role.SUPERVISOR, Role.LOCAL},
    Role.MANAGER: {Role.LOCAL},  # a manager sees no cases
}


class NoRecord:
    """Nothing can be read of it: rights are asked of nobody else."""

    def seen_by(self, _eyes):
        return self


def desk_of(role):
    """A desk without a record."""
    return replace(desk_at(NoRecord()), actor=Actor("kim", role))


def test_every_kind_of_decision_has_its_action():
    assert set(ACTIONS) == set(Kind)


@pytest.mark.parametrize("kind", [Kind.FORCE, Kind.FORBID, Kind.CALLING])
@pytest.mark.parametrize("role", list(Role))
def test_places_are_chosen_by_those_who_place_people(kind, role):
    policy = policies.load("general")
    expected = role in {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}
    assert may_decide(desk_of(role), policy, kind) is expected


@pytest.mark.parametrize("name", policies.available())
@pytest.mark.parametrize("role", list(Role))
def test_each_rule_is_waived_by_the_role_its_policy_names(name, role):
    policy = policies.load(name)
    desk = desk_of(role)
    for spec in RULES:
        setting = policy.rules[spec.code]
        named = setting.waiver_role if setting.kind is RuleKind.POLICY else None
        expected = named is not None and role in INSTEAD[named]
        assert may_decide(desk, policy, Kind.WAIVE, spec.code) is expected, spec.code
        matter = d.waive("R1", spec.code)
        if expected:
            require_right(desk, policy, matter)
        else:
            with pytest.raises((PermissionDenied, InputError)):
                require_right(desk, policy, matter)


@pytest.mark.parametrize("name", policies.available())
@pytest.mark.parametrize("role", list(Role))
def test_groups_are_split_by_the_role_that_may_waive_their_rule(name, role):
    policy = policies.load(name)
    expected = role in INSTEAD[policy.rules[TOGETHER].waiver_role]
    assert may_decide(desk_of(role), policy, Kind.SPLIT) is expected
    worker = policy.with_rule(TOGETHER, waiver_role=Role.WORKER)
    assert may_decide(desk_of(role), worker, Kind.SPLIT) is (role in INSTEAD[Role.WORKER])


def test_where_the_policy_makes_staying_together_a_law_nobody_splits():
    policy = policies.load("general").with_rule(
        TOGETHER, kind=RuleKind.LAW, waiver_role=None, citation="x"
    )
    for role in Role:
        assert not may_decide(desk_of(role), policy, Kind.SPLIT)
    with pytest.raises(InputError, match="waived under this policy"):
        require_right(desk_of(Role.LOCAL), policy, d.split("G1"))


def test_a_refusal_says_which_role_may():
    policy = policies.load("general")
    with pytest.raises(PermissionDenied) as caught:
        require_right(desk_of(Role.WORKER), policy, d.waive("R1", "distance"))
    assert caught.value.message == (
        "Under this policy the rule is waived by the role supervisor, not by the role worker."
    )
    assert caught.value.next_step == "Ask somebody who has the role supervisor."
    assert "R1" not in caught.value.sentence()


def test_a_rule_that_nobody_waives_is_named_by_its_title():
    policy = policies.load("general")
    with pytest.raises(InputError, match="'Licence valid' is not one that can be waived"):
        require_right(desk_of(Role.LOCAL), policy, d.waive("R1", "licence"))
    with pytest.raises(InputError, match="'no-such-rule' is not one"):
        require_right(desk_of(Role.LOCAL), policy, d.waive("R1", "no-such-rule"))


def test_nobody_decides_anything_without_seeing_cases():
    for role in Role:
        for kind in Kind:
            if may_decide(desk_of(role), policies.load("general"), kind, "freshness"):
                assert allows(role, ACTIONS[kind])
                assert role in {Role.WORKER, Role.SUPERVISOR, Role.LOCAL}
