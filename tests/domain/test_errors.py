"""An error says what happened, whether anything was saved and what to do next."""

from __future__ import annotations

import inspect
import pickle

import pytest

from matching.domain import errors
from matching.domain.errors import CostOverflow, EngineError, MatchingError

FAMILY = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, Exception) and found.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_every_error_is_of_one_family_and_speaks(kind: type[MatchingError]) -> None:
    assert issubclass(kind, MatchingError)
    assert kind.__doc__
    error = kind("The file is empty.", next_step="Choose another file.")
    assert error.saved is False
    assert str(error) == error.message == "The file is empty."
    assert error.sentence() == "The file is empty. Nothing was saved. Choose another file."


@pytest.mark.parametrize(
    ("saved", "next_step", "expected"),
    [
        (False, "", "It broke. Nothing was saved."),
        (True, "", "It broke. Everything up to here was saved."),
        (True, "Go on.", "It broke. Everything up to here was saved. Go on."),
    ],
)
def test_what_was_saved_is_always_said(saved: bool, next_step: str, expected: str) -> None:
    assert MatchingError("It broke.", saved=saved, next_step=next_step).sentence() == expected


def test_the_message_must_be_given_and_the_rest_by_name() -> None:
    with pytest.raises(TypeError):
        MatchingError()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        MatchingError("It broke.", True)  # type: ignore[misc]


def test_an_overflow_is_an_error_of_the_engine() -> None:
    with pytest.raises(EngineError):
        raise CostOverflow("Costs do not fit.")


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_an_error_survives_the_way_back_from_another_process(kind: type[MatchingError]) -> None:
    error = pickle.loads(pickle.dumps(kind("It broke.", saved=True, next_step="Go on.")))  # noqa: S301
    assert type(error) is kind
    assert error.sentence() == "It broke. Everything up to here was saved. Go on."
