"""A reference number for the screen and the log, and nothing of the error."""

from __future__ import annotations

import re

from matching.services import incidents


def test_only_the_reference_and_the_type_are_logged(caplog):
    reference = incidents.note(KeyError("R-0001 is 15 years old"))
    assert caplog.messages == [f"Reference {reference}: KeyError"]
    assert "R-0001" not in caplog.text


def test_references_differ_and_are_easy_to_read_aloud():
    found = {incidents.note(ValueError()) for _ in range(200)}
    assert len(found) == 200
    assert all(
        re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", one) for one in found
    )
