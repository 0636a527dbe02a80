"""A small office with a plan: four people with a place, four without, each for its reason."""

from __future__ import annotations

from collections.abc import Sequence

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.records import BedPool, Provider, Referral
from matching.services import choosing
from matching.services.choosing import Trial
from matching.services.decisions import Reason
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.services.matching import SavedRun, run_plan
from matching.settings import Settings
from matching.store import Store, UploadBatch
from tests.builders import FAR, NEAR, NOW, ago, known_home, known_pool, known_referral

HOMES: tuple[Provider, ...] = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Birch [House]", county=NEAR),
    known_home("P3", name="Cedar House", trainings=()),
    known_home("P4", name="Elm House", county=FAR),
)
POOLS: tuple[BedPool, ...] = tuple(known_pool(home.provider_id) for home in HOMES)
PEOPLE: tuple[Referral, ...] = (
    known_referral("R1", worker="unit 1"),
    known_referral("R2", worker="unit 2", received_at=ago(hours=50)),
    known_referral("R3", urgency=w.Urgency.PLANNED),
    known_referral("R4", home_county=NEAR, age_years=None),
    known_referral("R5", gender=w.Gender.MALE, acceptable_settings=None),
    known_referral("R6", age_years=24),
    known_referral("R7", presence=w.Presence.MISSING),
    known_referral("R8", acceptable_types=frozenset({w.PlacementType.QRTP})),
)


def desk_at(store: Store) -> Desk:
    """Return the local user's desk at a record, at the moment of the builders."""
    settings = Settings(database_url="sqlite:///unused.db")
    return Desk(store, Actor("tester", Role.LOCAL), settings, lambda: NOW)


def office(
    desk: Desk,
    homes: Sequence[Provider] = HOMES,
    pools: Sequence[BedPool] = POOLS,
    people: Sequence[Referral] = PEOPLE,
) -> SavedRun:
    """Put an office on the record and make its plan."""
    load_sample(desk, tuple(homes), tuple(pools), tuple(people), "0" * 64)
    return run_plan(desk)


def accept(desk: Desk, trial: Trial) -> SavedRun:
    """Keep a plan tried out; an override for which nobody said why is for safety."""
    return choosing.accept(desk, trial, Reason.SAFETY)


def set_record(
    desk: Desk,
    homes: Sequence[Provider] = HOMES,
    pools: Sequence[BedPool] = POOLS,
    people: Sequence[Referral] = PEOPLE,
) -> None:
    """Make the record hold exactly these."""
    with desk.store.transaction() as record:
        batch = record.batches.add(
            UploadBatch(
                kind="providers",
                file_sha256="0" * 64,
                file_format="csv",
                counts={},
                actor="x",
                at=NOW,
            )
        )
        record.providers.replace(tuple(homes), tuple(pools), batch)
        record.referrals.replace(tuple(people), batch)


def events(desk: Desk, action: str) -> list[dict[str, object]]:
    """Return the audit events of one action, oldest first."""
    with desk.store.reading() as record:
        return [
            {"kind": e.object_kind, "id": e.object_id, **e.details}
            for e in record.audit.events()
            if e.action == action
        ]
