"""Who may decide what about a plan: by role, and for waivers by the role the policy names."""

from __future__ import annotations

from matching.domain.access import Action, Role
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.policy import Policy
from matching.domain.rulebook import RULE_BY_CODE
from matching.services.carrying import may_be_waived
from matching.services.decisions import Kind, Matter
from matching.services.desk import Desk

#: What a decision of each kind needs.
ACTIONS = {
    Kind.FORCE: Action.CHOOSE_PLACE,
    Kind.FORBID: Action.CHOOSE_PLACE,
    Kind.CALLING: Action.CHOOSE_PLACE,
    Kind.SPLIT: Action.SPLIT_GROUP,
    Kind.WAIVE: Action.WAIVE_RULE,
}

#: The rule that a group placed apart would break.
TOGETHER = "together"


def may_decide(desk: Desk, policy: Policy, kind: Kind, rule: str | None = None) -> bool:
    """Tell whether the actor may decide something of a kind.

    Parameters
    ----------
    desk : Desk
    policy : Policy
        Names the role that may waive each rule; groups are split by the role
        that may waive the rule on groups.
    kind : Kind
    rule : str, optional
        Code of the rule to be waived.
    """
    try:
        require_right(desk, policy, Matter(kind, "-", "-", group="-", rule=rule or TOGETHER))
    except (PermissionDenied, InputError):
        return False
    return True


def require_right(desk: Desk, policy: Policy, matter: Matter) -> None:
    """Refuse unless the actor's role may decide this.

    Raises
    ------
    PermissionDenied
    InputError
        If nobody may waive the rule.
    """
    desk.require(Action.SEE_CASES)
    desk.require(ACTIONS[matter.kind])
    if matter.kind not in (Kind.SPLIT, Kind.WAIVE):
        return
    code = TOGETHER if matter.kind is Kind.SPLIT else str(matter.rule)
    if not may_be_waived(policy, code):
        rule = RULE_BY_CODE.get(code)
        raise InputError(
            f"The rule '{code if rule is None else rule.title}' is not one that can be "
            "waived under this policy.",
            next_step="Only rules of policy can be waived; law and safety cannot.",
        )
    role = policy.rules[code].waiver_role
    if role is not None and desk.actor.role not in _in_the_place_of(role):
        raise PermissionDenied(
            f"Under this policy the rule is waived by the role {role.value}, not by the "
            f"role {desk.actor.role.value}.",
            next_step=f"Ask somebody who has the role {role.value}.",
        )


def _in_the_place_of(role: Role) -> frozenset[Role]:
    """Return who may do what a policy leaves to a role.

    A supervisor may do what workers may. Before accounts exist there is one
    local user, who does everything.
    """
    also = {Role.SUPERVISOR} if role is Role.WORKER else set()
    return frozenset({role, Role.LOCAL, *also})
