"""A person recorded by hand, in a hurry or not, and facts of a case corrected.

Everything that is not answered stays unknown. A form can hold nothing that an upload
could not: the same checks, the same firewall, the same second look at what loosens
safety, and what it changed is kept so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from matching.domain import policy as policies
from matching.domain.access import Action, Role
from matching.domain.casework import Case
from matching.domain.errors import ChoiceError, InputError, NotFound
from matching.domain.records import Referral
from matching.domain.words import Urgency
from matching.intake import by_hand
from matching.services import audit
from matching.services.casebook import case_of, person_of
from matching.services.codes import CASE, GROUP, new_code
from matching.services.desk import Desk
from matching.services.hand_edits import (
    Edits,
    changed,
    loosening_of,
    require_confirmed,
    require_unmoved,
)
from matching.services.history import note_people
from matching.services.upload_records import REFERRAL
from matching.services.upload_sample import EDIT, FORM, hand_batch, origin_now
from matching.store.database import Reading, Transaction

#: Never answered on a form: what names the case, and where its facts come from.
NOT_ANSWERED = frozenset({"referral_id", "data_origin"})


@dataclass(frozen=True, slots=True)
class CaseForm:
    """A case as a form is drawn from it.

    Attributes
    ----------
    referral : Referral
    version : int
        To be given back with what is changed.
    case : Case
        Where it stands.
    """

    referral: Referral
    version: int
    case: Case


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording or correcting did.

    Attributes
    ----------
    case : str
        Case reference.
    version : int
        Of the facts as they are now.
    batch : int or None
        Number under which it can be undone; ``None`` if nothing changed.
    sentence : str
    notes : tuple of str
        What does not fit together and was kept all the same.
    """

    case: str
    version: int
    batch: int | None
    sentence: str
    notes: tuple[str, ...] = ()


def suggested_reference(desk: Desk) -> str:
    """Return a random case reference that is free.

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    """
    desk.require(Action.RECORD_REFERRAL)
    with desk.store.reading() as record:
        return new_code(CASE, record.referrals.versions())


def open_form(desk: Desk, case: str) -> CaseForm:
    """Return a case to be corrected; looking at it is an audit event.

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    NotFound
        If there is no such case.
    """
    desk.require(Action.RECORD_REFERRAL)
    with desk.store.reading() as record:
        person = person_of(record, case)
        stands = case_of(record, case)
        version = record.referrals.versions()[case]
    audit.note_view(desk, "referral", case)
    return CaseForm(person, version, stands)


def add(
    desk: Desk,
    facts: Mapping[str, Any],
    *,
    emergency: bool = False,
    reference: str | None = None,
    together_with: str | None = None,
) -> Recorded:
    """Record a person who needs a place: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    facts : mapping of str to object
        By attribute of a referral; what is left out is unknown.
    emergency : bool, default False
        Recorded in a hurry: needed tonight unless said otherwise, and looked at again
        within the time that the policy sets.
    reference : str, optional
        Case reference; a random one by default.
    together_with : str, optional
        Case of a brother, sister or parent with whom the person must be placed; both
        are given the code of one group.

    Returns
    -------
    Recorded

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    InputError
        If an answer cannot be kept, or the reference tells who the person is or is
        taken.
    NotFound
        If there is no such case to be placed together with.
    """
    desk.require(Action.RECORD_REFERRAL)
    told = _answers(facts)
    now = desk.clock()
    with desk.store.transaction() as record:
        person = _new(desk, record, told, reference, emergency, now)
        batch = record.batches.add(hand_batch("referrals", FORM, desk, now, person.data_origin))
        others: tuple[Referral, ...] = ()
        if together_with is not None:
            person, others = _grouped(record, person, together_with)
        notes = by_hand.fitting((), (person,), told)
        record.referrals.upsert((person, *others), batch)
        if emergency:
            new = Case(referral_id=person.referral_id, since=now, emergency_at=now)
            record.cases.put(new, expected=0)
        note_people(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_REFERRAL,
            object_kind="referral",
            object_id=person.referral_id,
            reason="emergency" if emergency else "new",
            details={
                "batch": int(batch.id or 0),
                "known": sorted(name for name in told if getattr(person, name) is not None),
                "grouped": together_with is not None,
            },
        )
    said = f"Case {person.referral_id} is on the record."
    if emergency:
        said += f" It is looked at again within {_hours(desk)} hours."
    return Recorded(person.referral_id, 1, int(batch.id or 0), said, notes)


def preview(desk: Desk, case: str, changes: Mapping[str, Any]) -> Edits:
    """Return what answers would change on a case; store nothing.

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    NotFound
        If there is no such case.
    InputError
        If an answer cannot be kept.
    """
    desk.require(Action.RECORD_REFERRAL)
    with desk.store.reading() as record:
        return _edits(desk, person_of(record, case), changes)


def edit(
    desk: Desk,
    case: str,
    changes: Mapping[str, Any],
    expected_version: int,
    *,
    confirmed: Collection[str] = (),
) -> Recorded:
    """Correct facts of a case: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    changes : mapping of str to object
        By attribute; ``None`` says that nobody knows.
    expected_version : int
        That the form was drawn from.
    confirmed : collection of str
        Attributes whose change loosens safety and was confirmed.

    Returns
    -------
    Recorded

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    NotFound
        If there is no such case.
    InputError
        If an answer cannot be kept.
    ConflictError
        If somebody else changed the case meanwhile (it says which fields), or a change
        that loosens safety is not confirmed.
    ChoiceError
        If the facts of the case were removed for good.
    """
    desk.require(Action.RECORD_REFERRAL)
    now = desk.clock()
    with desk.store.transaction() as record:
        before = person_of(record, case)
        if case_of(record, case).stripped_at is not None:
            raise ChoiceError(
                "The facts of this case were removed for good.",
                next_step="Record a new referral if the person needs a place again.",
            )
        require_unmoved(desk, record, REFERRAL, (case,), expected_version, "this case")
        edits = _edits(desk, before, changes)
        if edits.nothing:
            return Recorded(case, expected_version, None, "Nothing changed.", edits.notes)
        require_confirmed(edits, confirmed)
        batch = record.batches.add(hand_batch("referrals", EDIT, desk, now, before.data_origin))
        record.rows[REFERRAL].put([one.after for one in edits.changes], batch)
        note_people(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_REFERRAL,
            object_kind="referral",
            object_id=case,
            reason="edited",
            details={
                "batch": int(batch.id or 0),
                "fields": sorted(one.where.attribute for one in edits.fields),
                "loosening_confirmed": len(edits.loosening),
            },
        )
        version = record.referrals.versions()[case]
    return Recorded(case, version, int(batch.id or 0), _said(case, edits), edits.notes)


def _answers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers; refuse what no form asks for."""
    known = by_hand.fields_of(Referral).keys() - NOT_ANSWERED
    unknown = sorted(facts.keys() - known)
    if unknown:
        raise InputError(
            f"'{unknown[0][:40]}' is not a fact that this form records.",
            next_step="Take it away and try again.",
        )
    return by_hand.read(Referral, facts)


def _new(
    desk: Desk,
    record: Reading,
    told: Mapping[str, Any],
    reference: str | None,
    emergency: bool,
    now: datetime,
) -> Referral:
    taken = record.referrals.versions()
    if reference is None or not reference.strip():
        name = new_code(CASE, taken)
    else:
        name = str(by_hand.read(Referral, {"referral_id": reference})["referral_id"])
    if name in taken:
        raise InputError(
            f"Case {name} is on the record already.",
            next_step="Open that case, or use another reference.",
        )
    facts = {"received_at": now, **told}
    if facts["received_at"] is None:
        facts["received_at"] = now
    if facts["received_at"] > now:
        raise InputError(
            "Received: the moment lies in the future.", next_step="Correct the moment."
        )
    if emergency and facts.get("urgency") is None:
        facts["urgency"] = Urgency.TONIGHT
    if "worker" not in facts and desk.actor.role is not Role.LOCAL:
        facts["worker"] = desk.actor.name
    return Referral(referral_id=name, data_origin=origin_now(record), **facts)


def _grouped(
    record: Transaction, person: Referral, other: str
) -> tuple[Referral, tuple[Referral, ...]]:
    """Return a person in the group of another case, and that case if it had none."""
    with_whom = record.referrals.get(other)
    if with_whom is None:
        raise NotFound(
            "There is no such case to be placed together with.",
            next_step="Open the board again.",
        )
    if with_whom.group_id is not None:
        return replace(person, group_id=with_whom.group_id), ()
    groups = {one.group_id for one in record.referrals.all() if one.group_id is not None}
    code = new_code(GROUP, groups)
    return replace(person, group_id=code), (replace(with_whom, group_id=code),)


def _edits(desk: Desk, before: Referral, changes: Mapping[str, Any]) -> Edits:
    told = _answers(changes)
    one = changed(before, told, f"Case {before.referral_id}")
    if one is None:
        return Edits((), ())
    touched = [field.where.attribute for field in one.fields]
    after = by_hand.with_values(before, told)
    notes = by_hand.fitting((before,), (after,), touched)
    today = desk.local(desk.clock()).date()
    return Edits((one,), loosening_of((one,), today), notes)


def _said(case: str, edits: Edits) -> str:
    labels = ", ".join(one.label for one in edits.fields)
    return f"Case {case} is corrected: {labels}."


def _hours(desk: Desk) -> int:
    return policies.load(desk.settings.policy).clocks.review_hours
