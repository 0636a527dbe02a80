"""After its time nothing of a case can be found, and every count is what it was."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import CLOCK, STAFF_ROLES, Role
from matching.domain.errors import InputError, NotFound, PermissionDenied
from matching.engine.problem import build
from matching.insight.categories import ways
from matching.insight.history import Measure
from matching.services import holding, placing, retention
from matching.services.history import note_people
from matching.services.replay import replay
from matching.services.retention import delete_case, strip, strip_everywhere
from matching.store import schema
from matching.store.forgetting import (
    REMOVED_PEOPLE,
    TREATMENT,
    Treatment,
    renamed,
    without_marks,
)
from matching.store.plain_rows import line_of
from matching.store.whole import whole_of
from tests.services import casework, staffed
from tests.services.closed import FRESH, GONE, MARKS, OPEN, OTHER, closed_office, table
from tests.services.conftest import as_role
from tests.services.planned import NOW, desk_at, events
from tests.store.filled import everything


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def office(desk):
    closed_office(desk)
    return desk


def dumped(desk, but=("audit_events",)):
    """Return everything on the record as text, but for the audit log."""
    with whole_of(desk.store) as whole:
        rows = (row for name in whole.names() if name not in but for row in whole.rows(name))
        return b"".join(map(line_of, rows)).decode("ascii")


def counts(desk):
    """Return every count of people, of offers and of stays that a report could give."""
    with desk.store.reading() as record:
        people, pools = record.referrals.all(), record.providers.all()
        history = {m: record.history.rows(m) for m in tuple(Measure)}
        plan = record.runs.latest().document
    problem = build(people, *pools, NOW, geography.load())
    told = ways(problem, policies.load("general"))
    del told["County"]
    found = {title: Counter(way(one) for one in people) for title, way in told.items()}
    # Of two things at once as well, such as age by need.
    found["crossed"] = Counter(tuple(way(one) for way in told.values()) for one in people)
    with desk.store.engine.connect() as connection:
        for name, columns in (
            ("cases", ("state", "outcome")),
            ("offers", ("provider_id", "pool_id", "state", "reason")),
            ("calls", ("answer",)),
            ("placements", ("provider_id", "state", "end_reason")),
        ):
            rows = connection.execute(sa.select(*(table(name).c[c] for c in columns)))
            found[name] = Counter(map(tuple, rows))
        stays = connection.execute(
            sa.select(table("placements").c.started_at, table("placements").c.ended_at)
        )
        found["days stayed"] = Counter((b - a).days for a, b in stays)
    return {
        **found,
        "history": history,
        "tiers": plan["tiers"],
        "placed": Counter(one["provider"] for one in plan["placements"]),
        "gaps": Counter((one["stage"], one["rule"]) for one in plan["not_placed"]),
    }


def test_counts_are_what_they_were_and_nothing_can_be_found(office):
    before = counts(office)
    assert GONE in dumped(office)
    done = strip(office, NOW)
    assert done.cases == 2
    assert counts(office) == before
    left = dumped(office)
    for fact in (GONE, OTHER, *MARKS):
        assert fact not in left, fact
    # Providers say these words of themselves.
    people = dumped(office, but=("audit_events", "providers"))
    assert "inpatient" not in people
    assert "wheelchair" not in people
    assert FRESH in left
    assert OPEN in left


def test_the_days_of_referral_stay_when_they_are_counted_again(office):
    with office.store.transaction() as record:
        note_people(record, office, NOW)
    before = counts(office)["history"][Measure.REFERRED]
    assert before
    strip(office, NOW)
    with office.store.transaction() as record:
        note_people(record, office, NOW)
    assert counts(office)["history"][Measure.REFERRED] == before


def test_codes_are_the_same_everywhere_and_made_at_random(office):
    strip(office, NOW)
    with office.store.engine.connect() as connection:
        found = {
            name: {
                one
                for one in connection.execute(sa.select(table(name).c.referral_id)).scalars()
                if one.startswith("removed-")
            }
            for name in ("referrals", "cases", "offers", "placements")
        }
    codes = found["referrals"]
    assert len(codes) == 2
    assert all(mine == codes for mine in found.values())
    with office.store.reading() as record:
        document = record.runs.latest().document
        held = record.referrals.get(OPEN).separate_from
        (home,) = [one for one in record.providers.all()[0] if one.resident_tokens]
    named = {row["referral"] for row in (*document["placements"], *document["not_placed"])}
    assert codes < named
    assert document[REMOVED_PEOPLE] == 2
    assert not codes & document["records"]["referrals"].keys()
    assert held <= codes, "whom to keep apart is still kept apart"
    assert home.resident_tokens <= codes


def test_moments_become_days_and_answers_go(office):
    strip(office, NOW)
    with office.store.engine.connect() as connection:
        gone = table("placements").c.referral_id.startswith("removed-")
        rows = connection.execute(sa.select(table("placements")).where(gone)).mappings().all()
        calls = connection.execute(sa.select(table("calls"))).mappings().all()
    assert rows
    assert all((row["started_at"].hour, row["started_at"].minute) == (12, 0) for row in rows)
    assert all(row["learned"] is None for row in rows)
    assert sorted(len(row["asked"]) for row in calls) == [0, 0, 1]


def test_the_file_itself_holds_nothing_of_it(sqlite_store):
    desk = desk_at(sqlite_store)
    closed_office(desk)
    path = desk.store.engine.url.database
    strip(desk, NOW)
    for ending in ("", "-wal"):
        try:
            with open(f"{path}{ending}", "rb") as file:
                data = file.read()
        except FileNotFoundError:
            continue
        assert all(mark.encode() not in data for mark in MARKS), ending


def test_the_chain_holds_and_the_event_tells_counts_alone(office):
    strip(office, NOW)
    told = [one for one in events(office, "delete_record") if one["kind"] == "retention"]
    assert [one.get("cases") for one in told if "cases" in one] == [2]
    assert GONE not in json.dumps(told)
    with office.store.reading() as record:
        assert record.audit.verify() == []
        reads = [e for e in record.audit.events() if e.object_kind == "retention"]
    assert {e.reason for e in reads} == {"closed", "old"}


def test_once_is_enough(office):
    strip(office, NOW)
    before = everything(office.store)
    assert not strip(office, NOW)
    assert everything(office.store) == before


def test_asking_changes_nothing(office):
    before = everything(office.store)
    found = strip(office, NOW, dry_run=True)
    assert found.cases == 2
    assert found.removed["sharing"] > 0
    assert everything(office.store) == before


def test_many_are_done_in_several_transactions(office, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    assert strip(office, NOW).cases == 2
    told = [one for one in events(office, "delete_record") if "cases" in one]
    assert [one["cases"] for one in told] == [1, 1]


def test_a_plan_with_people_removed_says_so_and_no_wrong_difference(office):
    strip(office, NOW)
    found = replay(office, 1)
    assert not found.same
    (said,) = found.differences
    assert said.startswith("2 people of this plan were removed under the retention rule")


def test_the_clock_may_and_every_office_is_seen_to(office):
    done = strip_everywhere(office.store, office.settings, NOW)
    assert done.cases == 2
    with office.store.reading() as record:
        names = {e.actor for e in record.audit.events() if e.object_kind == "retention"}
    assert names == {CLOCK.name}


def test_a_case_of_another_office_with_the_same_code_stays(office):
    with office.store.transaction() as record:
        record.offices.add(type(record.offices.all()[0])(code="north", name="North"), NOW)
    from tests.builders import known_referral
    from tests.services.planned import set_record

    other = desk_at(office.store.at("north"))
    set_record(other, people=[known_referral(GONE, worker="north")])
    strip(office, NOW)
    with other.store.reading() as record:
        assert record.referrals.get(GONE).worker == "north"
    with office.store.reading() as record:
        assert record.referrals.get(GONE) is None


@pytest.mark.parametrize("role", [one for one in STAFF_ROLES if one is not Role.ADMIN])
def test_who_may_not(sqlite_store, role):
    desk = as_role(desk_at(sqlite_store), role)
    with pytest.raises(PermissionDenied):
        strip(desk, NOW)
    with pytest.raises(PermissionDenied):
        delete_case(desk, GONE, GONE)


# -- one case, at the person's request --------------------------------------------------


@pytest.mark.parametrize("case", [GONE, OPEN])
def test_a_case_that_is_deleted_leaves_nothing(office, case):
    before = counts(office)
    done = delete_case(office, case, case)
    assert done.left == ""
    removed = done.counts
    assert removed["referrals"] == 1
    assert case not in dumped(office)
    after = counts(office)
    assert after["tiers"] == before["tiers"]
    assert after["placed"] == before["placed"]
    (told,) = events(office, "delete_record")
    assert told["id"] == case
    assert told["removed"] == removed
    with office.store.reading() as record:
        assert record.audit.verify() == []
        assert len(record.referrals.all()) == 3


def test_a_case_is_deleted_only_when_it_is_named_twice(office):
    before = everything(office.store)
    with pytest.raises(InputError, match="differ"):
        delete_case(office, GONE, FRESH)
    with pytest.raises(NotFound, match="no such case"):
        delete_case(office, "nobody", "nobody")
    assert everything(office.store) == before


# -- what the disk may still hold -------------------------------------------------------------

LEFT = "It may still be in the log."


@pytest.fixture
def untidy(monkeypatch):
    """A database that will not tidy up."""
    asked = []
    monkeypatch.setattr(retention, "tidy", lambda store: asked.append(store) or LEFT)
    return asked


def test_what_is_deleted_is_deleted_also_where_the_disk_may_still_hold_it(office, untidy):
    done = delete_case(office, OPEN, OPEN)
    assert done.left == LEFT
    assert done.counts["referrals"] == 1
    found = strip(office, NOW)
    assert (found.cases, found.left) == (2, LEFT)
    with office.store.reading() as record:
        assert {one.referral_id for one in record.referrals.all()}.isdisjoint({GONE, OPEN})
        assert record.audit.verify() == []
    assert [one["kind"] for one in events(office, "delete_record")] == [
        "referral",
        "retention",
        "retention",
    ]
    assert not strip(office, NOW)
    assert len(untidy) == 2
    assert retention.tidy_again(office) == LEFT


def test_every_office_is_seen_to_before_the_disk_is(office, untidy, monkeypatch):
    staffed.office(office.store, "north")
    seen, stripped = [], retention._stripped

    def noted(desk, now, *, dry_run):
        assert untidy == []
        seen.append(desk.store.office)
        return stripped(desk, now, dry_run=dry_run)

    monkeypatch.setattr(retention, "_stripped", noted)
    done = strip_everywhere(office.store, office.settings, NOW)
    assert (done.cases, done.left) == (2, LEFT)
    assert (sorted(seen), len(untidy)) == (["main", "north"], 1)


def test_nothing_is_tidied_where_it_is_only_counted(office, untidy):
    assert strip(office, NOW, dry_run=True).left == ""
    assert strip_everywhere(office.store, office.settings, NOW, dry_run=True).cases == 2
    assert untidy == []


# -- what is old ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(retention.AGES))
def test_what_is_old_goes_by_its_age_and_not_before(office, kind):
    rule = policies.load("general").retention
    days = rule.days(retention.AGES[kind])
    writing = office.store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        if kind == "sessions":
            account = connection.execute(
                table("accounts")
                .insert()
                .values(
                    name="a",
                    active=True,
                    must_change=False,
                    failures=0,
                    created_at=NOW,
                    created_by="a",
                    version=1,
                )
                .returning(table("accounts").c.id)
            ).scalar_one()
            _two(connection, kind, days, account_id=account, started_at=NOW, office="main")
        if kind == "openings":
            _two(connection, kind, days, actor="a", provider_id="P1", reason="r", at=NOW)
        if kind == "publications":
            _two(connection, kind, days, actor="a", period="p", form="f", document={})
    done = strip(office, NOW)
    # Of the cases closed long ago these went with them; here are those of the other one.
    expected = {"sessions": 1, "openings": 1, "publications": 1, "searches": 1, "sharing": 2}
    assert done.removed[kind] == expected.get(kind, 0)


def _two(connection, kind, days, **values):
    """Add a row that is a second too old and one that is not."""
    column = {"sessions": "seen_at", "openings": "until", "publications": "made_at"}[kind]
    for number, seconds in enumerate((1, -1)):
        row = {**values, column: NOW - days - timedelta(seconds=seconds)}
        if kind == "sessions":
            row["token_hash"] = f"t{number}"
        if "office" in table(kind).c:
            row["office"] = "main"
        connection.execute(table(kind).insert().values(row))


# -- nothing is forgotten to be forgotten --------------------------------------------------


def test_every_table_has_a_treatment():
    assert TREATMENT.keys() == schema.metadata.tables.keys(), (
        "say in store/forgetting.py what becomes of a person's rows in the new table, "
        "do it there, and let tests/services/closed.py put such rows on the record"
    )


def test_every_table_that_names_a_case_is_dealt_with():
    for one in schema.metadata.tables.values():
        if "referral_id" in one.c:
            assert TREATMENT[one.name] in {Treatment.RECORD, Treatment.KEPT, Treatment.REMOVED}
        for key in one.foreign_keys:
            if key.column.table.name in ("offers", "placements", "searches"):
                assert TREATMENT[one.name] in {Treatment.KEPT, Treatment.REMOVED}


def test_documents_name_people_in_many_places_and_providers_alike():
    names = {"A": "new"}
    document = {
        "placements": [{"referral": "A", "provider": "A", "bed_pool": "A", "ask": ["A"]}],
        "choices": [{"case": "A", "provider": "A", "kind": "force", "rule": "A"}],
        "tied_parts": [{"first": "A", "people": 2}],
        "certificate": {"searched": [{"first": "A"}], "pools": [["A", "A", [1]]]},
        "records": {"referrals": {"A": "12", "B": "13"}, "providers": {"A": "14"}},
        "seconds": {"A": 1},
    }
    assert renamed(document, names) == {
        "placements": [{"referral": "new", "provider": "A", "bed_pool": "A", "ask": ["A"]}],
        "choices": [{"case": "new", "provider": "A", "kind": "force", "rule": "A"}],
        "tied_parts": [{"first": "new", "people": 2}],
        "certificate": {"searched": [{"first": "new"}], "pools": [["A", "A", [1]]]},
        "records": {"referrals": {"new": "12", "B": "13"}, "providers": {"A": "14"}},
        "seconds": {"A": 1},
    }
    assert without_marks(document, ["A"])["records"]["referrals"] == {"B": "13"}


@pytest.mark.parametrize("lives", [False, True])
def test_the_bed_of_a_deleted_case_is_free_for_other_offices_at_once(store, lives):
    staffed.office(store, "north")
    casework.on_record(store, [casework.oak()], [casework.beds(1)], casework.people(1))
    worker = casework.desk_of(store)
    offer = holding.hold(worker, "R1", "H1", "P")
    if lives:
        version = casework.case(worker).version
        placing.start(worker, "R1", offer_id=offer.id, expected_version=version)
    north = casework.desk_of(store, office="north")
    before = north.store.data_version()
    assert casework.free(north) == 0
    delete_case(casework.desk_of(store, Role.ADMIN, "boss"), "R1", "R1")
    assert casework.free(north) == 1
    assert north.store.data_version() > before
