"""Workers in processes of their own that fight for few beds on one record.

In each round a worker does what somebody at a desk could do: hold a bed, record what a
provider answers, take it back, release, record a move in, away, back or out, or let the
clock end what is due. What it was told was saved it writes down at once, so that the
record can be held against what everybody was told, even where a worker was killed.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from matching.domain.access import Actor, Role
from matching.domain.accounts import Office
from matching.domain.casework import (
    TAKES_BED,
    Answer,
    CaseState,
    DeclineReason,
    Offer,
    OfferState,
    Placement,
    ReleaseReason,
    StayEnd,
    StayState,
)
from matching.domain.errors import ChoiceError, ConflictError
from matching.services import calling, holding, placing
from matching.services.casebook import states
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.facts import places_on
from matching.services.intake import load_sample
from matching.settings import Settings
from matching.store import Store, open_store
from matching.store.audit import AuditEvent
from matching.store.database import Reading
from tests.builders import known_home, known_pool, known_referral

BEGIN = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
OFFICES = ("main", "second")
PEOPLE, HOMES = 24, 3
#: Beds in each pool.
BEDS = 2
#: Seconds of the arena's clock in one of the wall's, so that holds end while it is fought.
SPEED = 120
#: Cases that a worker's own desk never moves, so that plans find somebody waiting.
SETTINGS = Settings(database_url="sqlite:///unused.db")


def prepare(store: Store) -> None:
    """Put few beds and many people of two offices on the record."""
    homes = tuple(
        known_home(f"H{k}", licensed_capacity=BEDS, residents=0, high_acuity_residents=0)
        for k in range(HOMES)
    )
    pools = tuple(_pool(f"H{k}") for k in range(HOMES))
    with store.transaction() as record:
        record.offices.add(Office(code="second", name="Second office"), BEGIN)
    for office in OFFICES:
        people = tuple(known_referral(f"{office[0].upper()}{k:02}") for k in range(PEOPLE // 2))
        desk = Desk(store.at(office), Actor("loader", Role.LOCAL), SETTINGS, lambda: BEGIN)
        mine = office == "main"
        load_sample(desk, homes if mine else (), pools if mine else (), people, office)


def _pool(home: str) -> Any:
    return known_pool(
        home,
        "P",
        beds_licensed=BEDS,
        beds_staffed=BEDS,
        beds_accepting=BEDS,
        beds_occupied=0,
        beds_held=0,
        beds_available=BEDS,
        gender_lock=None,
        resident_age_min=None,
        resident_age_max=None,
        age_spread_max=None,
        as_of=BEGIN - timedelta(hours=1),
    )


@dataclass(slots=True)
class Worker:
    """Somebody at a desk of their own."""

    desk: Desk
    rng: random.Random
    journal: Callable[[str], None]
    refused: Counter[str] = field(default_factory=Counter)

    def round(self) -> None:
        """Do one thing that the record as it is seems to allow."""
        with self.desk.store.reading() as record:
            require_no_bed_twice(record)
            acts = tuple(self._acts(record))
        name, act = self.rng.choice(acts)
        try:
            act()
        except (ConflictError, ChoiceError) as error:
            if error.saved:
                raise
            self.refused[type(error).__name__] += 1
            return
        if name != "clock":
            self.journal(name)

    def _acts(self, record: Reading) -> Iterable[tuple[str, Callable[[], object]]]:
        desk, rng = self.desk, self.rng
        yield "clock", lambda: end_what_is_due(desk.store, SETTINGS, desk.clock())
        where = states(record)
        open_offers = record.offers.open()
        asked = {(one.referral_id, one.provider_id) for one in open_offers}
        waiting = [name for name, one in where.items() if one.state is CaseState.WAITING]
        for case in rng.sample(waiting, min(4, len(waiting))):
            home = f"H{rng.randrange(HOMES)}"
            if (case, home) not in asked:
                yield from self._new(case, home, where[case].version)
        if open_offers:
            yield from self._answers(rng.choice(open_offers), where)
        stays = record.placements.open()
        if stays:
            yield from self._stays(rng.choice(stays))

    def _new(
        self, case: str, home: str, version: int
    ) -> Iterable[tuple[str, Callable[[], object]]]:
        desk, minutes = self.desk, self.rng.randint(1, 4)
        yield "hold", lambda: holding.hold(desk, case, home, "P", minutes)
        yield "call", lambda: calling.start_calling(desk, case, home, "P")
        yield (
            "start",
            lambda: placing.start(
                desk, case, provider_id=home, pool_id="P", expected_version=version
            ),
        )

    def _answers(
        self, offer: Offer, where: dict[str, Any]
    ) -> Iterable[tuple[str, Callable[[], object]]]:
        desk, number, version = self.desk, int(offer.id or 0), offer.version
        minutes = self.rng.randint(1, 4)
        if offer.state is not OfferState.ACCEPTED:
            answers = [Answer.ACCEPTED, Answer.DECLINED]
            if offer.state is OfferState.CALLING:
                answers += [Answer.HOLDS, Answer.NO_ANSWER, Answer.CALL_BACK]
            answer = self.rng.choice(answers)
            reason = DeclineReason.NO_BED if answer is Answer.DECLINED else None
            yield (
                "answer",
                lambda: calling.record_answer(
                    desk,
                    number,
                    answer,
                    reason=reason,
                    hold_minutes=minutes if answer is Answer.HOLDS else None,
                    expected_version=version,
                ),
            )
            yield (
                "take back",
                lambda: calling.take_back_answer(desk, number, expected_version=version),
            )
        if offer.state is OfferState.HELD:
            yield (
                "extend",
                lambda: holding.extend(desk, number, 5, expected_version=version),
            )
        if offer.state in TAKES_BED:
            case = where[offer.referral_id].version
            yield (
                "start",
                lambda: placing.start(
                    desk, offer.referral_id, offer_id=number, expected_version=case
                ),
            )
            yield (
                "release",
                lambda: holding.release(
                    desk, number, ReleaseReason.NOT_NEEDED, expected_version=version
                ),
            )

    def _stays(self, stay: Placement) -> Iterable[tuple[str, Callable[[], object]]]:
        desk, number, version = self.desk, int(stay.id or 0), stay.version
        home = f"H{self.rng.randrange(HOMES)}"
        for again in (1, 2):  # places must come free for others
            del again
            yield (
                "end",
                lambda: placing.end(
                    desk, number, StayEnd.PLANNED, needs_place=True, expected_version=version
                ),
            )
        if stay.state is StayState.LIVING:
            yield (
                "leave",
                lambda: placing.leave(
                    desk, number, StayState.MISSING, bed_days=0, expected_version=version
                ),
            )
            if home != stay.provider_id:
                yield (
                    "transfer",
                    lambda: placing.transfer(desk, number, home, "P", expected_version=version),
                )
        else:
            yield "back", lambda: placing.come_back(desk, number, expected_version=version)


def require_no_bed_twice(record: Reading) -> None:
    """Raise unless no bed is taken twice and nobody has two, at this moment."""
    taken = (*record.offers.taking(), *record.placements.current())
    beds: Counter[str] = Counter()
    for one in taken:
        beds[one.provider_id] += one.beds
    people = Counter(one.key for one in taken)
    if max(beds.values(), default=0) > BEDS or max(people.values(), default=0) > 1:
        raise AssertionError(f"taken twice: {beds} {people}")


def fight(url: str, folder: str, number: int, rounds: int, seed: int, begin: float) -> None:
    """Fight as one worker, in this process; for a process of its own."""
    store = open_store(url)
    office = OFFICES[number % len(OFFICES)]

    def clock() -> datetime:
        gone = timedelta(seconds=(time.time() - begin) * SPEED)
        return (BEGIN + gone).replace(microsecond=0)

    desk = Desk(store.at(office), Actor(f"w{number}", Role.WORKER), SETTINGS, clock)
    path = Path(folder) / f"w{number}.jsonl"
    with path.open("a", encoding="utf-8") as file:

        def journal(name: str) -> None:
            file.write(json.dumps(name) + "\n")
            file.flush()

        worker = Worker(desk, random.Random(seed * 1000 + number), journal)
        for _ in range(rounds):
            worker.round()
    (Path(folder) / f"w{number}.done").write_text(json.dumps(worker.refused), "utf-8")
    store.close()


def start_workers(
    url: str,
    folder: Path,
    workers: int,
    rounds: int,
    seed: int,
    *,
    method: str = "forkserver",
    begin: float | None = None,
) -> list[BaseProcess]:
    """Start workers, each in a process of its own; their clock began at a moment."""
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([__name__])
    start = time.time() if begin is None else begin
    out = []
    for number in range(workers):
        args = (url, str(folder), number, rounds, seed, start)
        process = context.Process(target=fight, args=args, daemon=True)
        process.start()
        out.append(process)
    return out


def told(folder: Path, workers: int) -> dict[str, int]:
    """Return how often each worker was told that something was saved."""
    out = {}
    for number in range(workers):
        path = folder / f"w{number}.jsonl"
        text = path.read_text("utf-8") if path.exists() else ""
        # A line that was cut off by the end of the process was not told to anybody.
        out[f"w{number}"] = text.count("\n")
    return out


def require_sound(store: Store, told_to: dict[str, int], *, killed: Sequence[str] = ()) -> int:
    """Raise unless the record is whole and says what everybody was told.

    Returns
    -------
    int
        Events of the workers.
    """
    with store.reading() as record:
        assert record.audit.verify() == []
        events = record.audit.events(everywhere=True)
        require_no_bed_twice(record)
    require_chain_says_no_bed_twice(events)
    by = Counter(event.actor for event in events)
    for name, number in told_to.items():
        # Somebody who was killed may have saved one thing that nobody was told.
        most = number + (killed.count(name))
        assert number <= by[name] <= most, (name, number, by[name], most)
    for office in OFFICES:
        with store.at(office).reading() as record:
            require_states_agree(record)
    require_none_lost(store)
    return sum(by[name] for name in told_to)


def require_chain_says_no_bed_twice(events: Iterable[AuditEvent]) -> None:
    """Raise unless the beds were never taken twice at any moment of the chain."""
    taken: dict[tuple[str, str], tuple[str, str, str]] = {}
    for event in events:
        details = event.details
        if event.object_kind not in ("offer", "placement") or "case" not in details:
            continue
        who = (str(event.office), str(details["case"]))
        thing = (event.object_kind, event.object_id)
        state = details.get("state", "ended")
        if state in ("held", "accepted", "living", "missing", "hospital"):
            taken[who] = (str(details["provider"]), *thing)
        elif who in taken and taken[who][1:] == thing:
            del taken[who]
        beds = Counter(home for home, *_ in taken.values())
        assert max(beds.values(), default=0) <= BEDS, (event.seq, beds)


def require_states_agree(record: Reading) -> None:
    """Raise unless every case stands where its offers and placements say."""
    held = {
        one.referral_id: one.state for one in record.offers.open() if one.state in TAKES_BED
    }
    lives = {one.referral_id: one.state for one in record.placements.open()}
    assert not held.keys() & lives.keys()
    for name, case in states(record).items():
        if case.state is CaseState.HELD:
            assert held.pop(name) is OfferState.HELD
        elif case.state is CaseState.ACCEPTED:
            assert held.pop(name) is OfferState.ACCEPTED
        elif case.state is CaseState.PLACED:
            assert lives.pop(name) is StayState.LIVING
        elif case.state is CaseState.AWAY:
            assert lives.pop(name) in (StayState.MISSING, StayState.HOSPITAL)
    assert not held
    assert not lives


def require_none_lost(store: Store) -> None:
    """Raise unless the beds that nobody has are free, all of them."""
    with store.reading() as record:
        places = places_on(record)
        taken = Counter({one.provider_id: 0 for one in places.pools})
        for one in places.taken:
            taken[one.provider_id] += one.beds
    for pool in places.pools:
        assert pool.free == BEDS - taken[pool.provider_id], (pool.provider_id, taken)
