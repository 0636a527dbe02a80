"""What every sentence about an event needs: names, moments, cases and reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.engine.rules.base import day
from matching.store.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class Look:
    """What a sentence needs to know besides the event.

    Attributes
    ----------
    names : mapping of str to str
        What providers may be called, by identifier.
    local : callable
        Returns a moment in the office's time zone.
    """

    names: Mapping[str, str]
    local: Callable[[datetime], datetime]

    def place(self, provider_id: object) -> str:
        """Return what a provider is called, or its code if it is gone."""
        return self.names.get(str(provider_id), f"provider {provider_id}")

    def moment(self, text: object, beside: datetime) -> str:
        """Return a stored moment: the time, and the day where it is another one."""
        local = self.local(datetime.fromisoformat(str(text)))
        if local.date() == self.local(beside).date():
            return f"{local:%H:%M}"
        return f"{local:%H:%M} on {day(local.date())}"


Builder = Callable[[AuditEvent, Look], str]


def counted(number: object, one: str, many: str = "") -> str:
    """Return a number with what is counted."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def cases_of(details: Mapping[str, Any]) -> str:
    """Return the case of an event, and those that go together with it."""
    names = [str(details.get("case", "")), *map(str, details.get("with", ()))]
    if len(names) == 1:
        return f"case {names[0]}"
    return f"cases {', '.join(names[:-1])} and {names[-1]}"


def place_of(event: AuditEvent, look: Look) -> str:
    """Return what the provider of an event is called."""
    return look.place(event.details.get("provider"))


def reason_of(event: AuditEvent, words: Mapping[Any, str]) -> str:
    """Return a reason in words, or its code where nobody has put it in words."""
    said = {str(code): text for code, text in words.items()}
    return said.get(event.reason, event.reason.replace("_", " "))
