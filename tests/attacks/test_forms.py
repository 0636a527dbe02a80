"""What people write into forms is text or refused; impossible values are refused in words."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.domain.access import Action, Actor, Role, allows
from matching.domain.casework import Answer, DeclineReason
from matching.domain.errors import MatchingError, PermissionDenied
from matching.services import (
    accounts,
    audit,
    calling,
    clearing,
    confirming,
    holding,
    offices,
    openings,
    referral_forms,
    scenarios,
)
from matching.services.desk import Desk
from matching.services.matching import reopen
from matching.store import open_store
from matching.web.logs import redacted
from tests.attacks.payloads import PAYLOADS
from tests.services.planned import desk_at
from tests.services.secret import secret_office


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    secret_office(desk_at(store))
    store.close()
    return path


@pytest.fixture
def desk(made, tmp_path) -> Iterator[Desk]:
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    store = open_store(f"sqlite:///{path}")
    yield desk_at(store)
    store.close()


#: Everything that takes a text that somebody can write, or that a forged page can send.
FORMS: dict[str, Callable[[Desk, str], Any]] = {
    "who confirmed beds": lambda d, t: confirming.confirm_beds(d, "P1", "B1", 1, t),
    "provider": lambda d, t: confirming.confirm_beds(d, t, "B1", 1, "intake desk"),
    "bed pool": lambda d, t: confirming.confirm_beds(d, "P1", t, 1, "intake desk"),
    "name of a scenario": lambda d, t: scenarios.save(d, t, ()),
    "reason to open": lambda d, t: openings.open_provider(d, "S1", t),
    "provider to open": lambda d, t: openings.open_provider(d, t, "placing"),
    "case": lambda d, t: referral_forms.open_form(d, t),
    "reference": lambda d, t: referral_forms.add(d, {"age_years": 15}, reference=t),
    "group": lambda d, t: referral_forms.add(d, {"age_years": 15}, together_with=t),
    "name of a fact": lambda d, t: referral_forms.add(d, {t: 15}),
    "a number": lambda d, t: referral_forms.add(d, {"age_years": t}),
    "a word": lambda d, t: referral_forms.add(d, {"urgency": t}),
    "several words": lambda d, t: referral_forms.add(d, {"behaviours": [t]}),
    "a county": lambda d, t: referral_forms.add(d, {"home_county": t}),
    "who works on it": lambda d, t: referral_forms.add(d, {"worker": t}),
    "case to call for": lambda d, t: calling.start_calling(d, t, "P1", "B1"),
    "case to hold for": lambda d, t: holding.hold(d, t, "P1", "B1"),
    "site": lambda d, t: clearing.site(d, t),
    "account": lambda d, t: accounts.add(d, t, Role.WORKER),
    "office": lambda d, t: offices.add(d, t, "North"),
    "filter of the log": lambda d, t: audit.audit_page(d, audit.Filters(actor=t, object_id=t)),
    "noted hash": lambda d, t: audit.verify(d, t),
}


def _said(call: Callable[[], Any]) -> str | None:
    try:
        call()
    except MatchingError as error:
        return error.sentence()
    return None


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Everything that is logged, by every package, as it would be written."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(redacted(record)))

    handler, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_into_a_form_does_nothing_but_stand_there(desk, logged, form):
    for payload in PAYLOADS.values():
        refused = _said(lambda text=payload: FORMS[form](desk, text))
        if refused is not None:
            # A refusal may repeat a short word; never what somebody could have pasted.
            assert len(refused) < 600
            assert "\x00" not in refused
            assert "\u202e" not in refused
        assert not [line for line in logged if "zq" in line]
    assert audit.verify(desk).holds
    with desk.store.reading() as record:
        assert len(record.rows["provider"].all()) == 7


#: Values that no form offers, as a forged page sends them.
VALUES = (-1, 0, 10**9, 10**30, -(10**30))


@pytest.mark.parametrize("value", VALUES)
def test_impossible_numbers_are_refused_and_nothing_is_saved(desk, value):
    with desk.store.reading() as record:
        before = record.rows["bed_pool"].all()
    calls: list[Callable[[], Any]] = [
        lambda: holding.hold(desk, "R1", "P1", "B1", minutes=value),
        lambda: holding.extend(desk, value, 30, expected_version=1),
        lambda: calling.record_answer(desk, value, Answer.NO_ANSWER, expected_version=value),
        lambda: referral_forms.edit(desk, "R1", {"age_years": 15}, value),
        lambda: referral_forms.add(desk, {"age_years": value * 1000 + 999}),
    ]
    if value != 0:
        calls.append(lambda: confirming.confirm_beds(desk, "P1", "B1", value, "intake desk"))
    for call in calls:
        assert _said(call) is not None
    assert audit.audit_page(desk, page=value).page == 1
    with desk.store.reading() as record:
        assert record.rows["bed_pool"].all() == before
        assert record.offers.open() == ()


def test_a_form_sent_twice_is_recorded_once(desk):
    def events() -> int:
        return audit.audit_page(desk).total

    offer = calling.start_calling(desk, "R1", "P1", "B1")
    once = events()
    assert calling.start_calling(desk, "R1", "P1", "B1").id == offer.id
    assert events() == once

    def declines() -> Any:
        return calling.record_answer(
            desk,
            offer.id,
            Answer.DECLINED,
            reason=DeclineReason.NO_BED,
            expected_version=offer.version,
        )

    declines()
    once = events()
    assert declines().offer.state == "declined"
    assert events() == once


def test_a_form_drawn_from_an_older_version_is_refused(desk):
    form = referral_forms.open_form(desk, "R1")
    referral_forms.edit(desk, "R1", {"age_years": 14}, form.version)
    said = _said(lambda: referral_forms.edit(desk, "R1", {"age_years": 13}, form.version))
    assert said is not None
    assert said.startswith("Somebody else changed this case meanwhile: age. Nothing was saved.")
    with desk.store.reading() as record:
        assert record.rows["referral"].some([("R1",)])["R1",].age_years == 14


@pytest.mark.parametrize("role", ["LOCAL", "", None, 5, "worker; admin", "root"])
def test_a_role_that_there_is_not_allows_nothing(role):
    assert not [action for action in Action if allows(role, action)]


def test_a_role_of_one_office_is_none_at_another(desk):
    """An actor is who the session says; nothing that a page sends makes another of them."""
    kim = dataclasses.replace(desk, actor=Actor("kim", Role.WORKER))
    for action in (Action.MANAGE_ACCOUNTS, Action.SEE_AUDIT, Action.DELETE_RECORD):
        with pytest.raises(PermissionDenied):
            kim.require(action)


def test_no_error_and_no_log_tells_a_fact_of_a_case(desk, logged):
    """Everything goes wrong that can go wrong around a case: nothing of it is told."""
    assert reopen(desk) is not None
    kim = dataclasses.replace(desk, actor=Actor("kim", Role.MANAGER))
    said = [
        _said(
            lambda: referral_forms.edit(desk, "R1", {"age_years": "seventeen and a half"}, 1)
        ),
        _said(lambda: referral_forms.open_form(kim, "R1")),
        _said(lambda: holding.hold(desk, "R6", "P4", "B9")),
        _said(lambda: holding.hold(kim, "R6", "P4", "B1")),
    ]
    assert all(said)
    facts = ("safe_foster_home", "trafficking", "Zephyrine", "zebra desk")
    for one in said:
        assert not [fact for fact in facts if fact in str(one)]
    # What somebody wrote is repeated to them, and to nobody who reads the log.
    for one in logged:
        assert not [fact for fact in (*facts, "seventeen and a half") if fact in one]
