"""Codes that fit the record and are no two alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.records import BedPool
from matching.intake.formats.codes import distinct, fitted
from matching.intake.values import ID_LENGTH


@given(st.text(), st.text())
def test_codes_fit_and_stay_apart(first: str, second: str) -> None:
    assert len(fitted(first)) <= ID_LENGTH
    assert (fitted(first) == fitted(second)) == (first == second)
    assert fitted(first) == first or len(first) > ID_LENGTH


def test_long_codes_with_one_beginning_stay_apart() -> None:
    assert fitted("x" * 80 + "a") != fitted("x" * 80 + "b")


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["1", "2", "A/1"])), max_size=8)
)
def test_no_two_pools_have_one_code(drawn: list[tuple[str, str]]) -> None:
    pools = [BedPool(pool_id=code, provider_id=owner) for owner, code in drawn]
    found = distinct(pools)
    assert [pool.provider_id for pool in found] == [owner for owner, _ in drawn]
    assert len({pool.pool_id for pool in found}) == len(pools)
    if len({code for _, code in drawn}) == len(drawn):
        assert list(found) == pools
