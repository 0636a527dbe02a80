"""The audit log: looking is noted, events are found and told, and every forgery shows."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.services import audit
from matching.services.audit import (
    AuditForm,
    Filters,
    audit_page,
    export_audit,
    note_view,
    verify,
)
from matching.store.tables import audit_events, record_state
from tests.services.conftest import NOW, as_role

HOUR = timedelta(hours=1)


def at(desk, moment, name="tester", role=Role.LOCAL):
    return dataclasses.replace(desk, actor=Actor(name, role), clock=lambda: moment)


def filled(desk, number=6):
    """Record some events and return what is on record, oldest first."""
    for k in range(number):
        note_view(at(desk, NOW + k * HOUR), "referral", f"R{k}")
    with desk.store.reading() as record:
        return record.audit.events()


def forge(desk, *statements):
    """Change the log behind the software's back, as whoever owns the database can."""
    engine = desk.store.engine
    with engine.connect() as connection:
        # As a writer: readings may not write.
        connection = connection.execution_options(record_writes=True)
        with connection.begin():
            if engine.dialect.name == "sqlite":
                names = connection.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' "
                    "AND tbl_name = 'audit_events'"
                ).scalars()
                for name in list(names):
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)


def event_row(event, **changes):
    values = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
    return {**values, "details": dict(event.details), **changes}


def move(desk, old, new):
    forge(desk, audit_events.update().where(audit_events.c.seq == old).values(seq=new))


def test_a_whole_log_holds_and_says_how_many_events_there_are(desk):
    filled(desk)
    found = verify(desk)
    assert found.holds
    assert found.sentence == "All 6 events hold: none was changed, removed or moved."
    assert verify(desk, f"{found.head.seq}:{found.head.hash}").holds
    assert verify(desk, found.head.hash.upper()).holds


@pytest.mark.parametrize(
    "values",
    [
        {"actor": "somebody else"},
        {"role": "admin"},
        {"action": "see_providers"},
        {"object_id": "R9"},
        {"reason": "by_mistake"},
        {"details": {"run": 99}},
        {"at": NOW - HOUR},
        {"office": None},
    ],
)
def test_a_changed_event_is_named(desk, values):
    filled(desk)
    forge(desk, audit_events.update().where(audit_events.c.seq == 3).values(**values))
    found = verify(desk)
    assert found.problems == ("Event 3 was changed: its content does not give its hash.",)


def test_a_removed_event_is_named(desk):
    filled(desk)
    forge(desk, audit_events.delete().where(audit_events.c.seq == 3))
    assert "Event 3 is missing." in verify(desk).problems


def test_two_events_that_changed_places_are_named(desk):
    filled(desk)
    for old, new in ((3, 100), (4, 3), (100, 4)):
        move(desk, old, new)
    said = " ".join(verify(desk).problems)
    assert "Event 3" in said
    assert "Event 4" in said


def test_an_end_that_was_cut_off_shows(desk):
    filled(desk)
    forge(desk, audit_events.delete().where(audit_events.c.seq > 4))
    (said,) = verify(desk).problems
    assert said.startswith("The chain ends at event 4 and should end at event 6")


def test_an_event_that_was_put_in_at_the_end_shows(desk):
    *_, last = filled(desk)
    more = dataclasses.replace(last, seq=7, prev_hash=last.hash, object_id="R99")
    more = dataclasses.replace(more, hash=more.digest())
    forge(desk, audit_events.insert().values(event_row(more)))
    assert not verify(desk).holds


def rewritten(events, first):
    """Return a chain that holds, with another content from an event on."""
    out, before = [], events[first - 2].hash
    for one in events[first - 1 :]:
        new = dataclasses.replace(one, prev_hash=before, object_id="R99")
        new = dataclasses.replace(new, hash=new.digest())
        out.append(new)
        before = new.hash
    return out


def test_an_end_written_anew_shows_against_a_hash_that_was_noted(desk):
    events = filled(desk)
    noted = f"{events[-1].seq}:{events[-1].hash}"
    forged = rewritten(events, 4)
    forge(
        desk,
        audit_events.delete().where(audit_events.c.seq >= 4),
        *(audit_events.insert().values(event_row(one)) for one in forged),
        record_state.update().values(audit_hash=forged[-1].hash),
    )
    # Whoever may write everything can make a log that holds in itself.
    assert verify(desk).holds
    found = verify(desk, noted)
    assert found.problems == (
        "Event 6 does not have the hash that was noted: the chain was cut off or written anew "
        "since.",
    )
    assert not verify(desk, events[4].hash).holds
    assert verify(desk, events[2].hash).holds


def test_a_hash_noted_earlier_is_found_in_a_log_that_went_on(desk):
    noted = filled(desk)[-1]
    note_view(at(desk, NOW + timedelta(days=1)), "referral", "R0")
    assert verify(desk, f"{noted.seq}:{noted.hash}").holds
    assert not verify(desk, f"2:{noted.hash}").holds


def test_looking_again_within_a_quarter_of_an_hour_is_the_same_look(desk):
    assert note_view(desk, "referral", "R1")
    assert not note_view(at(desk, NOW + timedelta(minutes=15)), "referral", "R1")
    assert note_view(at(desk, NOW + timedelta(minutes=16)), "referral", "R1")
    assert note_view(desk, "referral", "R2")
    assert note_view(desk, "provider", "R1")
    assert note_view(at(desk, NOW, "another"), "referral", "R1")


def test_only_those_who_may_see_a_case_can_look_at_it(desk):
    with pytest.raises(PermissionDenied):
        note_view(as_role(desk, Role.MANAGER), "referral", "R1")
    assert audit_page(desk).total == 0


def test_events_are_told_newest_first_and_page_by_page(desk, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 4)
    filled(desk, 6)
    first, second = audit_page(desk), audit_page(desk, page=2)
    assert [one.seq for one in first.lines] == [6, 5, 4, 3]
    assert [one.seq for one in second.lines] == [2, 1]
    assert (first.total, first.pages) == (6, 2)
    assert audit_page(desk, page=99).page == 2
    assert second.lines[-1].sentence == (
        "On 22 Nov 2026 at 22:00 tester (local) looked at case R0."
    )


def test_filters_can_be_joined(desk):
    filled(desk, 3)
    note_view(at(desk, NOW + timedelta(days=2), "kim", Role.WORKER), "referral", "R1")

    def found(**wanted):
        return [one.seq for one in audit_page(desk, Filters(**wanted)).lines]

    assert found(actor="kim") == [4]
    assert found(object_kind="referral", object_id="R1") == [4, 2]
    assert found(action="see_cases", actor="tester") == [3, 2, 1]
    assert found(first=date(2026, 11, 24)) == [4]
    assert found(last=date(2026, 11, 22)) == [2, 1]
    assert found(first=date(2026, 11, 23), last=date(2026, 11, 23)) == [3]
    assert found(actor="nobody there") == []


def test_an_auditor_sees_the_events_of_their_own_office(desk):
    auditor = as_role(desk, Role.AUDITOR)
    filled(desk, 2)
    assert audit_page(auditor).total == 2
    for role in (Role.WORKER, Role.SUPERVISOR, Role.MANAGER, Role.LICENSING, Role.ADMIN):
        with pytest.raises(PermissionDenied):
            audit_page(as_role(desk, role))


def test_taking_the_log_out_is_an_event(desk):
    filled(desk, 3)
    data = export_audit(desk, AuditForm.XLSX, Filters(object_id="R1"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    head, *rows = book.get_sheet_by_name("Events").to_python()
    assert head[:3] == ["Event", "When", "Who"]
    assert [row[0] for row in rows] == [2]
    page = audit_page(desk)
    assert page.lines[0].action == "audit_exported"
    assert page.lines[0].sentence.endswith("took out the audit log (xlsx).")
    (said,) = [
        row[1]
        for row in book.get_sheet_by_name("Read me").to_python()
        if row[0] == "End of the chain" and ":" in row[1][:8]
    ]
    assert re.fullmatch(r"4:[0-9a-f]{64}", said)
    assert verify(desk, said).holds


def test_no_cell_of_a_file_is_a_formula(desk):
    note_view(at(desk, NOW, '=HYPERLINK("x")'), "referral", "@SUM(1)")
    text = export_audit(desk, AuditForm.CSV).decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text))
    assert rows[0][2].startswith("'=")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    book = zipfile.ZipFile(io.BytesIO(export_audit(desk, AuditForm.XLSX)))
    sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
    assert sheets
    assert not [one for one in sheets if b"<f>" in one or b"<f " in one]
