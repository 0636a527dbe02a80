"""Standards with anything in their cells: records and sentences come of it, or a refusal."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.errors import InputError
from matching.intake.formats import Found, recognise
from matching.intake.formats.hsds_own import OWN_TAXONOMY, PROVIDER_COLUMNS
from matching.intake.reader import Book, Sheet
from matching.intake.values import ID_LENGTH, TEXT_LENGTH
from tests.intake.formats import hmis_files, hsds_files

_CELLS = st.sampled_from(
    [
        "", "0", "1", "2", "3", "7.0", "-4", "1e9", "99999999", "nan", "s1", "s2", "o1", "u1",
        "l1", "p1", "yes", "unknown", "2026-01-01", "13/13/2013", "soon", "=1+1", "'=x", "FL",
        "129073", "000000", "Bed", "Room", "x" * 300, "12 Elm Street", "Shelter", "female",
        "Provider record", "none", "\u202e<b>", "2026-01-01T00:00:00Z", "12-17", "32301",
    ]
)  # fmt: skip
_SLOW = [HealthCheck.too_slow]


def tables(known: dict[str, list[dict[str, Any]]]) -> st.SearchStrategy[Book]:
    """Tables with the columns of these, any rows, and some of them missing."""

    def sheet(name: str, columns: list[str]) -> st.SearchStrategy[Sheet]:
        row = st.lists(_CELLS, max_size=len(columns) + 1)
        return st.lists(row, max_size=4).map(lambda rows: Sheet(name, [columns, *rows]))

    made = [sheet(name, list(rows[0])) for name, rows in known.items()]
    return st.builds(
        lambda sheets, missing: Book(
            tuple(one for k, one in enumerate(sheets) if k not in missing), ()
        ),
        st.tuples(*made),
        st.sets(st.integers(0, len(made) - 1), max_size=2),
    )


def outcome(book: Book) -> Found | InputError | None:
    standard = recognise(book)
    if standard is None:
        return None
    try:
        return standard.load(book, hsds_files.TODAY)
    except InputError as refused:
        return refused


def holds(found: Found | InputError | None) -> None:
    """What must hold whatever a file says."""
    if found is None or isinstance(found, InputError):
        assert found is None or found.next_step
        return
    counts, geo = found.counts, geography.load()
    assert counts.read == counts.loaded + counts.set_aside + counts.left_out
    codes = [one.provider_id for one in found.providers]
    assert len(set(codes)) == len(codes)
    assert len({pool.pool_id for pool in found.pools}) == len(found.pools)
    assert {pool.provider_id for pool in found.pools} <= set(codes)
    for one in found.providers:
        assert 0 < len(one.provider_id) <= ID_LENGTH
        assert len(one.name or "") <= TEXT_LENGTH
        assert "Elm Street" not in f"{one.name} {one.agency}"
        assert one.county is None or geo.state_of(one.county) == one.state
        if one.domestic_violence or one.victim_service_provider:
            assert one.confidential
    for pool in found.pools:
        most, free = pool.beds_licensed, pool.beds_available
        assert all(beds is None or beds >= 0 for beds in (most, free))
        assert most is None or free is None or free <= most
        low, high = pool.age_min, pool.age_max
        assert low is None or high is None or low <= high


_EXPORT = hmis_files.tables()
_DIRECTORY = {
    **hsds_files.directory(),
    **hsds_files.located(),
    "programs": [{"id": "p1", "organization_id": "o1", "name": "x"}],
    "service_capacity": [hsds_files.capacity()],
    "units": [hsds_files.unit()],
    "languages": [{"id": "1", "service_id": "s1", "name": "", "code": ""}],
    "eligibility": [{"id": "1", "service_id": "s1", "eligibility": ""}],
}


@settings(max_examples=60, suppress_health_check=_SLOW)
@given(tables(_EXPORT))
def test_any_hmis_export(book: Book) -> None:
    holds(outcome(book))


@settings(max_examples=60, suppress_health_check=_SLOW)
@given(tables(_DIRECTORY))
def test_any_hsds_directory(book: Book) -> None:
    holds(outcome(book))


_FACTS = st.tuples(st.sampled_from(["s1", "s2"]), st.sampled_from(PROVIDER_COLUMNS), _CELLS)


@settings(max_examples=60, suppress_health_check=_SLOW)
@given(st.lists(_FACTS, max_size=8), _CELLS, _CELLS)
def test_any_facts_under_our_own_taxonomy(
    facts: list[tuple[str, str, str]], first: str, second: str
) -> None:
    codes = (*PROVIDER_COLUMNS, "bed_pool")
    terms = [[code, code, code, "", OWN_TAXONOMY] for code in codes]
    lines = [*facts, ("s1", "bed_pool", first), ("s2", "bed_pool", second)]
    linked = [
        [str(n), owner, code, "service", value] for n, (owner, code, value) in enumerate(lines)
    ]
    services = [hsds_files.service(number=number) for number in ("s1", "s2")]
    rows = [list(services[0]), *([str(cell) for cell in one.values()] for one in services)]
    header = ["id", "link_id", "taxonomy_term_id", "link_entity", "value"]
    sheets = (
        Sheet("services", rows),
        Sheet("taxonomy_terms", [["id", "code", "name", "description", "taxonomy"], *terms]),
        Sheet("attributes", [header, *linked]),
    )
    holds(outcome(Book(sheets, ())))
