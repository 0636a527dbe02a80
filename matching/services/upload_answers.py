"""Questions about a file's texts, how each may be answered, and what an answer does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.domain import words as w
from matching.intake.columns import Special
from matching.intake.dates import Order
from matching.intake.draft import Draft
from matching.intake.fields import Kind, SheetKind, by_column
from matching.intake.issues import Severity
from matching.intake.known_lists import known_list
from matching.intake.meanings import Meaning, State, words_of
from matching.intake.recipe import UNKNOWN, Recipe
from matching.intake.repairs import Ask, Repair
from matching.services.upload_columns import label_of

#: Orders of dates that may be chosen, in the order of the page.
ORDERS = (Order.MONTH_FIRST, Order.DAY_FIRST)
#: How :class:`Repair` shortens a cell: one so long may be cut.
_CUT = "…"


class Way(StrEnum):
    """How a question is answered."""

    ONE = "one"  #: one word of a list
    SEVERAL = "several"  #: several words of a list
    SERVED = "served"  #: genders, households and ages
    NUMBER = "number"
    TEXT = "text"
    ORDER = "order"  #: whether the month or the day comes first
    ROWS = "rows"  #: only by leaving rows out, or in the file itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text that nobody understands, or one problem, and what answers it.

    Attributes
    ----------
    column : str
        Column of the catalogue, or :class:`Special`; empty for the whole row.
    text : str
        As a recipe names it; empty if no text is meant.
    way : Way
    words : tuple of str
        What may be chosen.
    proposals : tuple of str
        Of those, what is likeliest.
    rows : tuple of int
        For an answer row by row, where the text is not known in full.
    """

    column: str
    text: str
    way: Way
    words: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


def of_meaning(meaning: Meaning, kind: SheetKind) -> Question:
    """Return how a text of a column of words is answered."""
    field = by_column(kind).get(meaning.column)
    if field is None:
        way = Way.SERVED if meaning.column == Special.POPULATION else Way.TEXT
        return Question(column=meaning.column, text=meaning.spelling, way=way)
    several = field.kind in (Kind.SET_OF, Kind.RANKED)
    return Question(
        column=meaning.column,
        text=meaning.spelling,
        way=Way.SEVERAL if several else Way.ONE,
        words=words_of(field),
        proposals=meaning.proposals,
    )


_WAYS = {
    Ask.WORD: Way.ONE,
    Ask.WORDS: Way.SEVERAL,
    Ask.NUMBER: Way.NUMBER,
    Ask.TEXT: Way.TEXT,
    Ask.ORDER: Way.ORDER,
}


def of_repair(repair: Repair) -> Question:
    """Return how a group of problems is answered."""
    way = _WAYS.get(repair.ask, Way.ROWS)
    if repair.column == Special.POPULATION and way is Way.TEXT:
        way = Way.SERVED
    value = repair.value or ""
    cut = value.endswith(_CUT)
    return Question(
        column=repair.column or "",
        text="" if cut else value,
        way=way,
        words=repair.words,
        rows=repair.rows if cut else (),
    )


def answered(recipe: Recipe, question: Question, instead: str) -> Recipe:
    """Return the recipe with a question answered for all cells of its text.

    Parameters
    ----------
    recipe : Recipe
    question : Question
    instead : str
        What is read instead; :data:`~matching.intake.recipe.UNKNOWN` for unknown.
    """
    if question.rows:
        for row in question.rows:
            recipe = recipe.with_cell(row, question.column, instead)
        return recipe
    return recipe.with_value(question.column, question.text, instead)


def as_words(chosen: Iterable[str]) -> str:
    """Return several words of a list as one cell."""
    return "; ".join(chosen) or UNKNOWN


def served_as_text(
    genders: Sequence[w.Gender],
    households: Sequence[w.Household],
    youngest: int | None,
    oldest: int | None,
) -> str:
    """Return who is served as a text that is read back as exactly that.

    Nothing chosen is unknown, and so is what is left out.
    """
    parts = [w.label(one) for one in (*genders, *households)]
    if oldest is not None:
        parts.append(f"{youngest or 0}-{oldest}")
    elif youngest is not None:
        parts.append(f"{youngest}+")
    return "; ".join(parts) or UNKNOWN


@dataclass(frozen=True, slots=True)
class ColumnTexts:
    """The different texts of one column of words.

    Attributes
    ----------
    column : str
    label : str
    asked : tuple of Meaning
    settled : tuple of Meaning
    """

    column: str
    label: str
    asked: tuple[Meaning, ...]
    settled: tuple[Meaning, ...]

    @property
    def cells_asked(self) -> int:
        """Number of cells that wait for an answer."""
        return sum(one.count for one in self.asked)


def texts_by_column(draft: Draft) -> tuple[ColumnTexts, ...]:
    """Return the texts of every column of words: columns with most questions first."""
    found: dict[str, list[Meaning]] = {}
    for one in draft.meanings:
        found.setdefault(one.column, []).append(one)
    columns = [
        ColumnTexts(
            column,
            mine[0].label,
            tuple(one for one in mine if one.state is State.ASKED),
            tuple(one for one in mine if one.state is not State.ASKED),
        )
        for column, mine in found.items()
    ]
    return tuple(sorted(columns, key=lambda one: -one.cells_asked))


@dataclass(frozen=True, slots=True)
class DateOrder:
    """A column whose dates in numbers have two orders.

    Attributes
    ----------
    column : str
    label : str
    rows : int
        That wait for the answer; 0 once it is given.
    chosen : Order or None
    """

    column: str
    label: str
    rows: int
    chosen: Order | None


def date_orders(draft: Draft, recipe: Recipe) -> tuple[DateOrder, ...]:
    """Return the columns whose dates can be read in two orders, and what was chosen."""
    asked = {one.column or "": one.count for one in draft.repairs if one.ask is Ask.ORDER}
    names = dict.fromkeys([*asked, *recipe.orders])
    return tuple(
        DateOrder(name, label_of(name, draft.kind), asked.get(name, 0), recipe.orders.get(name))
        for name in names
    )


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of a file, as the page lists them.

    Attributes
    ----------
    asked : tuple of Repair
        Those whose rows are set aside, the largest first.
    told : tuple of Repair
        Remarks on rows that are saved all the same.
    """

    asked: tuple[Repair, ...]
    told: tuple[Repair, ...]


def problems(draft: Draft) -> Problems:
    """Return the problems of a file, those that keep rows from being saved apart."""
    errors = [one for one in draft.repairs if one.severity is Severity.ERROR]
    return Problems(tuple(errors), tuple(one for one in draft.repairs if one not in errors))


@dataclass(frozen=True, slots=True)
class LeftOutRows:
    """Rows that were left out for one reason.

    Attributes
    ----------
    why : str
    rows : tuple of int
    """

    why: str
    rows: tuple[int, ...]


def left_out(draft: Draft, recipe: Recipe) -> tuple[LeftOutRows, ...]:
    """Return the rows that were left out, by reason; those somebody left out first."""
    grid = draft.grid
    known = known_list(grid.columns) if grid is not None and draft.standard else None
    theirs = {} if known is None or grid is None else known.rows_left_out(grid)
    return (
        *_by_reason(recipe.left_out),
        *_by_reason(
            {
                row: why
                for row, why in theirs.items()
                if row not in recipe.left_out and not recipe.rows.get(row)
            }
        ),
    )


def _by_reason(rows: Mapping[int, str]) -> list[LeftOutRows]:
    found: dict[str, list[int]] = {}
    for row in sorted(rows):
        found.setdefault(rows[row], []).append(row)
    return [LeftOutRows(why, tuple(mine)) for why, mine in found.items()]
