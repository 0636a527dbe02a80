"""An office with confidential places, whose words must stand nowhere unless opened."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matching.domain import geography
from matching.domain import words as w
from matching.domain.records import BedPool, Provider
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.planning import Run
from tests.builders import known_home, known_pool
from tests.services.planned import HOMES, PEOPLE, POOLS, office

#: Counties of the invented region where no other place is and nobody lives.
SHELTERED, ALONE = "80003", "80005"

SECRET: tuple[Provider, ...] = (
    known_home(
        "S1",
        name="Zephyrine House",
        agency="Zinnia Trust",
        contact="zebra desk",
        confidential=True,
        county=SHELTERED,
        service_area=frozenset({SHELTERED, "XA"}),
        placement_type=w.PlacementType.SAFE_HOUSE,
        certificate=w.Certificate.SAFE_HOUSE,
    ),
    known_home(
        "S2",
        name="Zircon Place",
        agency="Zinnia Trust",
        contact="zebra desk",
        victim_service_provider=True,
        county=SHELTERED,
    ),
    known_home(
        "S3",
        name="Zabaglione Shelter",
        agency="Zwieback Group",
        contact="zucchini line",
        confidential=None,
        domestic_violence=True,
        county=ALONE,
    ),
)
SECRET_POOLS: tuple[BedPool, ...] = tuple(
    known_pool(one.provider_id, pool_name="Zodiac floor", confirmed_by="zenith desk")
    for one in SECRET
)

COUNTIES = tuple(geography.load().name(one) for one in (SHELTERED, ALONE))
#: None of these may be read by whoever opened nothing.
TOKENS = (
    "Zephyrine", "Zircon", "Zabaglione", "Zinnia", "Zwieback", "zebra", "zucchini", "Zodiac",
    "zenith", *COUNTIES, SHELTERED, ALONE,
)  # fmt: skip


def secret_office(desk: Desk) -> SavedRun:
    """Put the office on the record, with its confidential places, and make its plan."""
    return office(desk, (*HOMES, *SECRET), (*POOLS, *SECRET_POOLS), PEOPLE)


def found_in(texts: Iterable[str], tokens: Iterable[str] = TOKENS) -> set[str]:
    """Return the words that stand in any of the texts."""
    every = "\n".join(texts).casefold()
    return {one for one in tokens if one.casefold() in every}


#: What a service hands to another, and shows to nobody.
_INNER = (Run, Problem, Solution, SavedRun)


def said_by(value: Any, seen: set[int] | None = None) -> Iterator[str]:
    """Return every text in what a service returned: fields, properties, files in zips."""
    seen = set() if seen is None else seen
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, bytes):
        yield from _file(value)
    elif isinstance(value, _INNER) or value is None or id(value) in seen:
        return
    elif isinstance(value, Mapping):
        seen.add(id(value))
        for name, one in value.items():
            yield from said_by(name, seen)
            yield from said_by(one, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        seen.add(id(value))
        for one in value:
            yield from said_by(one, seen)
    elif dataclasses.is_dataclass(value):
        seen.add(id(value))
        names = [one.name for one in dataclasses.fields(value)]
        names += [name for name, one in vars(type(value)).items() if isinstance(one, property)]
        for name in names:
            yield from said_by(getattr(value, name), seen)


def _file(data: bytes) -> Iterator[str]:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from _file(archive.read(name))
    else:
        yield data.decode("utf-8", "replace")
