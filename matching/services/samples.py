"""The fictional region: as files, and on a record that is still empty."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from matching.domain.access import Action, allows
from matching.insight.history import ALL, Measure
from matching.intake.sample import generate
from matching.intake.sample_history import sample_past
from matching.intake.template import providers_csv, referrals_csv
from matching.services.desk import Desk
from matching.services.history import TYPE, put_past
from matching.services.intake import load_sample

#: The sample a new user meets.
SEED, PROVIDERS, REFERRALS = 1, 132, 60

#: Larger samples have nobody tied to another, since the few pairs drawn would
#: make one slow component of a whole country.
MOST_TIED = 200


def write_sample(
    folder: Path,
    *,
    seed: int,
    providers: int,
    referrals: int,
    as_of: datetime,
    invented_places: bool = False,
) -> tuple[Path, Path]:
    """Write ``providers.csv`` and ``referrals.csv``.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    seed, providers, referrals : int
    as_of : datetime
        Moment that waits and vacancies are told from.
    invented_places : bool, default False
        Whether counties and states are invented too. Real ones let the people
        be planned on a real inventory.

    Returns
    -------
    tuple of Path
    """
    sample = generate(
        seed,
        providers,
        referrals,
        as_of=as_of,
        ties=referrals <= MOST_TIED,
        invented_places=invented_places,
    )
    folder.mkdir(parents=True, exist_ok=True)
    homes, people = folder / "providers.csv", folder / "referrals.csv"
    homes.write_text(providers_csv(sample.providers, sample.pools), "utf-8", newline="")
    people.write_text(referrals_csv(sample.referrals), "utf-8", newline="")
    return homes, people


def ensure_sample(desk: Desk) -> bool:
    """Put the sample region on the record if nothing has ever been uploaded.

    Nothing is done for those who may not load it.

    Returns
    -------
    bool
        Whether it was loaded now.
    """
    if not allows(desk.actor.role, Action.LOAD_SAMPLE):
        return False
    with desk.store.reading() as record:
        if record.batches.list(limit=1):
            return False
    sample = generate(SEED, PROVIDERS, REFERRALS, as_of=desk.clock())
    name = hashlib.sha256(f"sample {SEED} {PROVIDERS} {REFERRALS}".encode()).hexdigest()
    load_sample(desk, sample.providers, sample.pools, sample.referrals, name)
    _invent_past(desk)
    return True


def _invent_past(desk: Desk) -> None:
    """Put an invented past before the first day of the sample."""
    today = desk.local(desk.clock()).date()
    with desk.store.transaction() as record:
        now = {
            one.category: one.count
            for one in record.history.rows(Measure.FREE, since=today)
            if one.category.startswith(TYPE)
        }
        past = sample_past(SEED, today, now)
        beds = Counter[date]()
        for (day, _), number in past.free.items():
            beds[day] += number
        free = [((day, ALL), number) for day, number in beds.items()]
        put_past(record, Measure.LISTED, {(day, ALL): n for day, n in past.listed.items()})
        put_past(record, Measure.REFERRED, {(day, ALL): n for day, n in past.referred.items()})
        put_past(record, Measure.FREE, dict([*free, *past.free.items()]))
