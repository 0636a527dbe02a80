"""Whom an HSDS service is for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.words import Gender, Household
from matching.intake.formats.hsds_facts import OLDEST, Served, read_group, read_languages
from tests.intake.formats.hsds_files import load, service


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("adult", Served(age_min=18)),
        ("Children", Served(age_max=17)),
        ("18+", Served(age_min=18)),
        ("Ages 18 and over", Served(age_min=18)),
        ("12-17", Served(12, 17)),
        ("ages 12 to 17 years", Served(12, 17)),
        ("under 18", Served(age_max=17)),
        ("up to 21", Served(age_max=21)),
        ("Women", Served(genders=frozenset({Gender.FEMALE}))),
        ("families", Served(households=frozenset({Household.WITH_CHILDREN}))),
        ("17-12", Served()),
        ("500+", Served()),
        ("teen", Served()),
        ("Adults with a referral from the county", Served()),
        ("", Served()),
    ],
)
def test_only_plain_entries_are_read(text: str, served: Served) -> None:
    assert read_group(text) == served


@given(st.integers(0, 130), st.integers(0, 130))
def test_ranges_are_read_as_they_stand(low: int, high: int) -> None:
    found = read_group(f"{low}-{high}")
    assert found == (Served(low, min(high, OLDEST)) if low <= high else Served())


@given(st.text())
def test_any_text_is_read_or_says_nothing(text: str) -> None:
    found = read_group(text)
    assert found.age_min is None or 0 <= found.age_min <= OLDEST or found == Served()


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        (["English, Spanish"], {"en", "es"}),
        (["ur"], {"ur"}),
        (["en-US", "zh_Hant"], {"en", "zh"}),
        (["Chinese (Mandarin)"], {"zh"}),
        (["unknown", "", "n/a"], None),
        (["x" * 200], None),
        ([], None),
    ],
)
def test_languages(texts: list[str], languages: Any) -> None:
    assert read_languages(texts) == languages


@pytest.mark.parametrize(
    ("entries", "low", "high"),
    [
        (["adult"], 18, None),
        (["12-14", "16-17"], 12, 17),
        (["adult", "child"], None, None),
        (["adult", "female"], 18, None),
        (["0-5", "adult"], 0, None),
    ],
)
def test_of_several_entries_the_widest_ages_hold(
    entries: list[str], low: int | None, high: int | None
) -> None:
    rows = [
        {"id": str(n), "service_id": "s1", "eligibility": text}
        for n, text in enumerate(entries)
    ]
    (pool,) = load(eligibility=rows).pools
    assert (pool.age_min, pool.age_max) == (low, high)


def test_columns_of_ages_count_before_words() -> None:
    rows = [{"id": "1", "service_id": "s1", "eligibility": "adult"}]
    (pool,) = load(services=[service(minimum_age=12)], eligibility=rows).pools
    assert pool.age_min == 12
