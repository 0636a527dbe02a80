"""One family of errors; each says what happened and what to do next."""

from __future__ import annotations

import unicodedata


class MatchingError(Exception):
    """Base of every error a person may see.

    Parameters
    ----------
    message : str
        One plain sentence on what happened. It carries no personal fact.
    saved : bool, default False
        Whether anything was saved before the error.
    next_step : str, default ""
        What to do next.
    """

    def __init__(self, message: str, *, saved: bool = False, next_step: str = "") -> None:
        # A message may name what somebody wrote, and a page must not show it as another text.
        self.message = visible(message)
        super().__init__(self.message)
        self.saved = saved
        self.next_step = visible(next_step)

    def sentence(self) -> str:
        """Return what happened, what was saved and what to do, as one text."""
        state = "Everything up to here was saved." if self.saved else "Nothing was saved."
        return " ".join(part for part in (self.message, state, self.next_step) if part)


def visible(text: str) -> str:
    """Return a text without signs that nobody sees, which may turn or end what is shown."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one) not in ("Cc", "Cf")
    )


class InputError(MatchingError):
    """A file or a form holds something that cannot be used."""


class PolicyError(MatchingError):
    """A policy file contradicts itself or leaves out what it must say."""


class PermissionDenied(MatchingError):
    """The actor's role does not allow this."""


class ConflictError(MatchingError):
    """The record moved meanwhile."""


class NotFound(MatchingError):
    """There is no such record."""


class EngineError(MatchingError):
    """The engine cannot give a trustworthy answer."""


class CostOverflow(EngineError):
    """Exact integer costs would not fit; nothing was computed."""


class ChoiceError(MatchingError):
    """What somebody decided cannot be done, or may not be decided."""


class StoreError(MatchingError):
    """The record cannot be reached, or refuses what was asked of it."""
