"""What the different cells of a column of words mean, and which of them are questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from rapidfuzz import fuzz, process

from matching.domain import words as w
from matching.intake import firewall
from matching.intake.ages import read_ages
from matching.intake.column_reader import read_column
from matching.intake.columns import SPECIAL_LABELS, Header, Special
from matching.intake.field_types import Field, Kind, SheetKind, plain
from matching.intake.fields import by_column
from matching.intake.grid import Grid
from matching.intake.issues import CellError, shown
from matching.intake.population import read_served
from matching.intake.recipe import Recipe, spelling
from matching.intake.values import is_unknown
from matching.intake.vocabulary import lookup

#: How alike a cell and a word must be for the word to be proposed, of 100.
ALIKE = 70
#: Different cells of a column that are listed.
MOST = 200
#: Kinds of columns whose cells are words that mean something.
KINDS = frozenset({Kind.ONE_OF, Kind.SET_OF, Kind.RANKED, Kind.YES_NO})


class State(StrEnum):
    """How a cell's text is read."""

    READ = "read"  #: by itself
    CHOSEN = "chosen"  #: as somebody decided
    UNKNOWN = "unknown"  #: it says that nobody knows, or somebody said so
    ASKED = "asked"  #: nobody understands it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One text that occurs in a column of words.

    Attributes
    ----------
    column : str
        Column of the catalogue, or :class:`Special`.
    label : str
        What the column is called on a screen.
    text : str or None
        As it stands in the file, safe to show; ``None`` if it is not.
    spelling : str
        As a recipe names it.
    count : int
        Cells that hold it.
    state : State
    meaning : str
        What it is read as, in words; empty if nobody knows.
    sentence : str
        Why it is a question, where it is.
    proposals : tuple of str
        Texts that may be meant, likeliest first.
    """

    column: str
    label: str
    text: str | None
    spelling: str
    count: int
    state: State
    meaning: str
    sentence: str = ""
    proposals: tuple[str, ...] = ()


def meanings(grid: Grid, header: Header, recipe: Recipe) -> tuple[Meaning, ...]:
    """Return every different text of the columns of words, questions first.

    Parameters
    ----------
    grid : Grid
    header : Header
    recipe : Recipe

    Returns
    -------
    tuple of Meaning
        Column by column; in each, questions first, then by number of cells.
    """
    out: list[Meaning] = []
    fields = by_column(header.kind)
    for column, position in header.positions.items():
        if fields[column].kind in KINDS:
            field = fields[column]
            read = partial(_read_field, field)
            out += _column(
                grid, header.kind, column, position, field.label, read, recipe, field
            )
    for special, read_special in _SPECIAL.items():
        if special in header.special:
            at, label = header.special[special], SPECIAL_LABELS[special]
            out += _column(grid, header.kind, special, at, label, read_special, recipe, None)
    return tuple(out)


def words_of(field: Field) -> tuple[str, ...]:
    """Return the texts that may stand in a column of words, as a screen offers them."""
    if field.kind is Kind.YES_NO:
        return ("yes", "no")
    return tuple(w.label(word) for word in field.words or ())


def _column(
    grid: Grid,
    kind: SheetKind,
    column: str,
    position: int,
    label: str,
    read: Callable[[str], str],
    recipe: Recipe,
    field: Field | None,
) -> list[Meaning]:
    counts = Counter(
        row[position]
        for number, row in zip(grid.numbers, grid.rows, strict=True)
        if position < len(row) and number not in recipe.left_out
    )
    instead = recipe.values.get(column, {})
    merged: dict[str, Meaning] = {}
    for text, count in counts.items():
        name = spelling(text)
        if name == "":
            continue
        if name in merged:
            before = merged[name]
            merged[name] = replace(before, count=before.count + count)
            continue
        state, meaning, sentence = _state(instead.get(name), text, read)
        asked = state is State.ASKED
        hidden = firewall.is_personal(text) or (
            kind is SheetKind.REFERRALS and asked and firewall.may_tell_who(text)
        )
        merged[name] = Meaning(
            column=column,
            label=label,
            text=None if hidden else shown(text),
            spelling=name,
            count=count,
            state=state,
            meaning=meaning,
            sentence="" if hidden else sentence,
            proposals=_proposals(field, text) if asked and not hidden else (),
        )
    order = sorted(merged.values(), key=lambda m: (m.state is not State.ASKED, -m.count))
    return order[:MOST]


def _state(
    instead: str | None, text: str, read: Callable[[str], str]
) -> tuple[State, str, str]:
    """Return how a text is read, what it means, and why it is a question."""
    used = text if instead is None else instead
    if is_unknown(used):
        return State.UNKNOWN, "", ""
    try:
        meaning = read(used)
    except CellError as problem:
        return State.ASKED, "", problem.sentence
    return (State.READ if instead is None else State.CHOSEN), meaning, ""


def _read_field(field: Field, text: str) -> str:
    values, problems = read_column(field, {text})
    if text in problems:
        raise problems[text]
    return in_words(values[text])


def in_words(value: Any) -> str:
    """Return a value of a record in words, such as "female; trans female"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (frozenset, tuple)):
        parts = value if isinstance(value, tuple) else sorted(value)
        return "; ".join(map(in_words, parts)) or "none"
    return w.label(value) if isinstance(value, StrEnum) else str(value)


def _read_population(text: str) -> str:
    served = read_served(text)
    parts = [in_words(one) for one in (served.genders, served.households) if one is not None]
    ages = _ages_in_words(served.age_min, served.age_max)
    return "; ".join([*parts, *([ages] if ages else [])])


def _read_ages(text: str) -> str:
    return _ages_in_words(*read_ages(text))


def _ages_in_words(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f"{low} and older"
    return f"up to {high}" if low is None else f"{low} to {high}"


_SPECIAL: dict[Special, Callable[[str], str]] = {
    Special.AGES: _read_ages,
    Special.POPULATION: _read_population,
}


def _proposals(field: Field | None, text: str) -> tuple[str, ...]:
    """Return words like the whole text, likeliest first.

    Parts that are alike do not count, or "pending" would be taken for "in good
    standing".
    """
    if field is None or field.words is None:
        return ()
    known = lookup(field.words)
    near = process.extract(
        plain(text), list(known), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=6
    )
    return tuple(dict.fromkeys(w.label(known[name]) for name, _, _ in near))[:3]
