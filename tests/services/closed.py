"""An office with cases that were closed long ago, and everything that was done for them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from matching.domain import words as w
from matching.domain.equity import EquityFacts, Race
from matching.domain.records import Referral
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.store import schema
from tests.builders import NEAR, NOW, ago, known_referral
from tests.services.planned import HOMES, POOLS, office
from tests.store.making import batch

OLD = NOW - timedelta(days=2556)
#: Facts that nobody else has, to be looked for afterwards.
MARKS = ("unit-of-the-old-case", "AGENCY-PARTNER-7", "Tagalog-mark")
#: Whose time is over, who was closed a day too late, and who waits.
GONE, FRESH, OPEN = "K7Q-GONE-1", "K7Q-FRESH-2", "K7Q-OPEN-3"
OTHER = "K7Q-GONE-4"

PEOPLE: tuple[Referral, ...] = (
    known_referral(
        GONE,
        worker=MARKS[0],
        languages=(MARKS[2],),
        age_years=14,
        home_county=NEAR,
        received_at=ago(hours=1),
        access_needs=frozenset({w.Capability.WHEELCHAIR}),
        mental_health_need=w.CareNeed.INPATIENT,
        separate_from=frozenset({OPEN}),
    ),
    known_referral(FRESH, worker="unit 2", received_at=ago(hours=50)),
    known_referral(OPEN, worker="unit 3", separate_from=frozenset({GONE})),
    known_referral(OTHER, worker=MARKS[0], age_years=None, gender=w.Gender.MALE),
)


def table(name: str) -> sa.Table:
    return schema.metadata.tables[name]


def closed_office(desk: Desk) -> SavedRun:
    """Put it on the record; return its plan."""
    homes = (dataclasses.replace(HOMES[0], resident_tokens=frozenset({GONE})), *HOMES[1:])
    saved = office(desk, homes, POOLS, PEOPLE)
    with desk.store.transaction() as record:
        record.batches.add(batch(kind="referrals", at=NOW - timedelta(days=1)))
        record.equity.put(
            EquityFacts(
                referral_id=name,
                race=frozenset({Race.BLACK}),
                tribal_status=None,
                actor="a",
                at=NOW,
            )
            for name in (GONE, OPEN)
        )
    writing = desk.store.engine.execution_options(record_writes=True)
    with writing.begin() as connection:
        for name, at in ((GONE, OLD), (OTHER, OLD), (FRESH, OLD + timedelta(days=2))):
            _closed(connection, name, at, int(saved.number), marked=name != FRESH)
        _image(connection, GONE)
        _image(connection, OPEN, before={"separate_from": [GONE]})
    return saved


def _add(connection: sa.Connection, name: str, **values: Any) -> int:
    found = connection.execute(table(name).insert().values(values).returning(table(name).c.id))
    return int(found.scalar_one())


def _closed(connection: sa.Connection, case: str, at: Any, run: int, *, marked: bool) -> None:
    partner, language = MARKS[1:] if marked else ("partner", "language")
    who = {"office": "main", "referral_id": case}
    place = {"provider_id": "P1", "pool_id": POOLS[0].pool_id}
    connection.execute(
        table("cases")
        .insert()
        .values(
            **who,
            state="closed",
            since=at,
            closed_at=at,
            outcome="kin",
            emergency_at=at,
            version=3,
        )
    )
    consent = _add(
        connection,
        "consents",
        **who,
        partner=partner,
        scope=["age"],
        given_by="person",
        given_on=OLD.date(),
        expires=OLD.date(),
        recorded_at=OLD,
        recorded_by="a",
    )
    share = _add(
        connection,
        "shares",
        **who,
        code=f"S-{case}",
        kind="request",
        partner=partner,
        consent_id=consent,
        made_at=at,
        actor="a",
        expires_at=OLD,
        fields={"case": case},
    )
    staff = {"opened_by": "a", "changed_by": "a", "opened_at": at, "changed_at": at}
    offer = _add(
        connection,
        "offers",
        **who,
        **place,
        **staff,
        state="started",
        beds=1,
        run_id=run,
        share_id=share,
        version=2,
    )
    _add(
        connection,
        "offers",
        **who,
        **place,
        **staff,
        state="declined",
        beds=1,
        reason="behaviour",
        version=2,
    )
    _add(
        connection,
        "calls",
        office="main",
        offer_id=offer,
        at=at,
        actor="a",
        answer="accepted",
        asked=[{"code": "language", "question": f"{language}?", "answer": "yes"}],
    )
    _add(
        connection,
        "placements",
        **who,
        **place,
        offer_id=offer,
        state="ended",
        beds=1,
        started_at=at - timedelta(days=40),
        started_by="a",
        recorded_at=at,
        ended_at=at,
        ended_by="a",
        end_reason="planned",
        learned=["run_risk_high"],
        version=2,
    )
    _add(
        connection,
        "searches",
        **who,
        run_id=run,
        made_at=OLD,
        actor="a",
        document={"case": case, "language": language},
    )


def _image(connection: sa.Connection, case: str, before: Any = None) -> None:
    last_one = connection.execute(
        sa.select(sa.func.max(table("upload_batches").c.id))
    ).scalar_one()
    _add(
        connection,
        "upload_images",
        batch_id=last_one,
        kind="referral",
        key=[case],
        fields=["separate_from"],
        before=before or {"worker": MARKS[0]},
        after={"worker": None},
    )
