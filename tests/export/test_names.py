"""Names as they may leave the agency."""

from __future__ import annotations

import pytest

from matching.export.names import public_name


@pytest.mark.parametrize(
    ("name", "written"),
    [("Oak House", "Oak House"), ("12 Elm Street", None), ("", None), (None, None)],
)
def test_a_name_with_an_address_stays_here(name: str | None, written: str | None) -> None:
    assert public_name(name) == written
