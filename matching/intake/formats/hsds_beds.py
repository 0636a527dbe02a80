"""Beds of an HSDS service: what its capacities count, and the pools they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from matching.domain.records import BedPool
from matching.intake.dates import DateColumn
from matching.intake.formats import bed_words
from matching.intake.formats.hsds_facts import Served, read_group
from matching.intake.formats.hsds_tables import Tables
from matching.intake.formats.tables import Row, count
from matching.intake.issues import CellError, Code, Issue, Severity


@dataclass(frozen=True, slots=True)
class Capacity:
    """One row of ``service_capacity``.

    Attributes
    ----------
    row : Row
    counts : str
        "beds", "rooms", "other", or "" if nobody says.
    """

    row: Row
    counts: str


@dataclass(slots=True)
class Capacities:
    """Capacities by service.

    Attributes
    ----------
    by_service : dict of str to list of Capacity
    issues : list of Issue
        Problems found while their numbers were read.
    """

    by_service: dict[str, list[Capacity]]
    issues: list[Issue] = field(default_factory=list)

    @classmethod
    def of(cls, tables: Tables) -> Capacities:
        """Return the capacities of a directory."""
        units = {row.peek("id"): row for row in tables.get("unit").rows}
        found: dict[str, list[Capacity]] = {}
        for row in tables.get("service_capacity").rows:
            found.setdefault(row.get("serviceid"), []).append(
                Capacity(row, _counts(row, units))
            )
        return cls(found)

    def pools(self, provider_id: str, service: str, served: Served) -> list[BedPool]:
        """Return the bed pools of a service.

        Parameters
        ----------
        provider_id : str
        service : str
            Its id in the file.
        served : Served
            Whom the service is for.

        Returns
        -------
        list of BedPool
            One for each capacity in beds; if there is none, one whose beds are
            unknown.
        """
        rows = self.by_service.get(service, [])
        beds = [one.row for one in rows if one.counts == "beds"]
        if not beds:
            return [_pool(f"{provider_id}-1", provider_id, served, {})]
        pools = []
        for number, row in enumerate(beds, 1):
            group = read_group(row.peek("description")) if len(beds) > 1 else Served()
            numbers = self._numbers(row)
            name = f"{provider_id}-{number}"
            pools.append(_pool(name, provider_id, group.with_(served), numbers))
        return pools

    def _numbers(self, row: Row) -> dict[str, int | datetime | None]:
        """Return beds and when they were reported; more available than there are is lowered."""
        most, free = self._count(row, "maximum"), self._count(row, "available")
        if most is not None and free is not None and free > most:
            self.issues.append(
                _warned(
                    row,
                    Code.MORE_THAN_LIMIT,
                    "available",
                    f"{free} beds available are more than the {most} there are; {most} was "
                    "used.",
                )
            )
            free = most
        return {"beds_licensed": most, "beds_available": free, "as_of": self._moment(row)}

    def _count(self, row: Row, name: str) -> int | None:
        text = row.get(name)
        found = count(text)
        if text and found is None:
            sentence = f"the {name} number of beds is no whole number; it is read as unknown."
            self.issues.append(_warned(row, Code.NOT_A_NUMBER, name, sentence))
        return found

    def _moment(self, row: Row) -> datetime | None:
        text = row.get("updated")
        if not text:
            return None
        try:
            return DateColumn.of([text]).moment(text)
        except CellError as error:
            self.issues.append(_warned(row, error.code, "updated", error.sentence))
            return None


def _counts(row: Row, units: dict[str, Row]) -> str:
    """Return what a capacity counts: by its unit or, if that is missing, by its description."""
    unit = units.get(row.get("unitid"))
    names = [row.peek("unit", "unitname")]
    if unit is not None:
        names += [unit.get("name"), unit.get("identifier")]
    counts = bed_words.unit(*names)
    if not counts and bed_words.mentions_bed(row.peek("description")):
        return "beds"
    return counts


def _pool(
    pool_id: str, provider_id: str, served: Served, numbers: dict[str, int | datetime | None]
) -> BedPool:
    return BedPool(
        pool_id=pool_id,
        provider_id=provider_id,
        age_min=served.age_min,
        age_max=served.age_max,
        genders=served.genders,
        households=served.households,
        **numbers,  # type: ignore[arg-type]
    )


def _warned(row: Row, code: Code, column: str, sentence: str) -> Issue:
    return Issue(
        Severity.WARNING, code, row.number, column, None, sentence, "Ask before placing."
    )
