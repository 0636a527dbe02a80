"""Words of the page Upload: what is asked about a file's values, and its problems."""

from __future__ import annotations

from collections.abc import Sequence

from matching.intake.dates import Order
from matching.intake.meanings import State
from matching.ui.text import common

# --- 4. the values --------------------------------------------------------------------

UNDERSTOOD = "What is understood"
UNDERSTOOD_SENTENCE = "Open a column to see what each text is read as, and to change it."
SETTLED_COLUMNS = ("In the file", "Cells", "Read as", "How")
STATES = {
    State.READ: "by itself",
    State.CHOSEN: "as decided",
    State.UNKNOWN: "nobody knows",
    State.ASKED: "open",
}
ORDERS = "Dates"
ORDERS_SENTENCE = (
    "3/4/2026 can be read in two ways. Say once for the whole column which is meant."
)
ORDER = {
    Order.MONTH_FIRST: "Month first: 3/4 is 4 March",
    Order.DAY_FIRST: "Day first: 3/4 is 3 April",
}
NO_WORD_COLUMNS = "No column of this file holds words that need a meaning."
CHOOSE_WORD = "Choose what it means"
CHOOSE_WORDS = "Choose all that it means"
NOBODY_KNOWS = "Nobody knows: leave it unknown"
READ_AS = "Read it as {word}"
MEANS = "What {text} means"
APPLY = "Apply"
GENDERS = "Genders"
HOUSEHOLDS = "Households"
YOUNGEST = "Youngest"
OLDEST = "Oldest"
NOT_SAID = "Not said"
NOT_SAID_SHORT = "not said"
NUMBER_HINT = "A whole number"
TEXT_HINT = "What is read instead"
CHANGE_TEXT = "Change how a text is read"
CHOOSE_TEXT = "Choose a text"
AS_IT_STANDS = "Read it as it stands"
MORE_TEXTS = "{more} more texts are not listed here."


def values_sentence(texts: int, number: int, orders: int) -> str:
    """Return the first sentence of the step."""
    parts = []
    if texts:
        are = "is" if texts == 1 else "are"
        parts.append(
            f"{common.count(texts, 'text')} in {common.count(number, 'cell')} {are} not "
            "understood yet"
        )
    if orders:
        have = "has" if orders == 1 else "have"
        parts.append(f"{common.count(orders, 'column')} of dates {have} two readings")
    return f"{common.capital('; '.join(parts))}." if parts else "Every text is understood."


def asked(texts: int, number: int) -> str:
    """Return how many questions a column has."""
    are = "is" if texts == 1 else "are"
    return (
        f"{common.count(texts, 'text')} in {common.count(number, 'cell')} {are} not understood."
        " Each answer counts for all cells that say the same."
    )


def cells(number: int) -> str:
    """Return "in 3 cells"."""
    return f"in {common.count(number, 'cell')}"


def settled(label: str, texts: int) -> str:
    """Return the title of a column's texts that are understood."""
    return f"{common.capital(label)}: {common.count(texts, 'text')}"


def order(rows: int, chosen: Order | None) -> str:
    """Return what is asked about a column of dates, or was chosen."""
    if chosen is None:
        wait = "waits" if rows == 1 else "wait"
        return f"{common.count(rows, 'row')} {wait} for the answer."
    return f"Chosen: {ORDER.get(chosen, chosen.value)}."


# --- 5. the problems ------------------------------------------------------------------

COUNT_READ = "Rows read"
COUNT_LOADED = "Can be saved"
COUNT_ASIDE = "Set aside"
COUNT_OUT = "Left out"
ASIDE_NOTE = "with a problem that must be corrected"
OUT_NOTE = "repeated, no place for a night, or taken out by you"
NOTHING_GOOD = "No row can be saved. Correct what is listed below, or choose another file."
STANDARD_LABEL = "Recognised"
STANDARD = (
    "{standard}. Its columns and words are known, so sheet, columns and values need no "
    "decision."
)
AS_TABLE = "Read it as an ordinary table instead"
PROBLEMS = "Problems"
NO_PROBLEMS = "No problem keeps a row from being saved."
WHOLE_FILE = "Whole file"
SAY_SERVED = "Say who is served"
ONE_ROW = "Correct one row only"
INSTEAD = "What is read instead"
INSTEAD_HINT = "Leave blank for unknown"
CORRECT = "Correct this row"
WHY_OUT = "Why these rows are left out"
WHY_HINT = "For example: closed, or not a place for a night"
NO_REASON = "left out by hand"
REMARKS = "Remarks"
REMARK_COLUMNS = ("Rows", "Column", "What is remarkable")
MORE_PROBLEMS = "{more} more are in the download."
LEFT_OUT = "Rows that are left out"
TAKE_BACK = "Take them in again"
TAKE_AWAY = "Correct it in the file instead"
TAKE_AWAY_SENTENCE = (
    "The rows that were set aside, with their bad cells red and the problem beside them. "
    "Uploaded again, they are read with the same decisions."
)
ALL_TOLD = "Everything above as a list"
PROBLEMS_XLSX = "Rows set aside (Excel)"
ROWS_FILE = "rows-set-aside.xlsx"
PROBLEMS_CSV = "List of all problems (CSV)"
PROBLEMS_FILE = "problems.csv"


def sentence(loaded: int, read: int, aside: int, out: int) -> str:
    """Return the first sentence of the step."""
    rest = []
    if aside:
        rest.append(f"{aside:,} {'is' if aside == 1 else 'are'} set aside")
    if out:
        rest.append(f"{out:,} {'is' if out == 1 else 'are'} left out")
    first = f"{loaded:,} of {common.count(read, 'row')} can be saved"
    return f"{first}; {common.listed(rest)}." if rest else f"{first}."


def problems(repairs: int, rows: int) -> str:
    """Return how many repairs there are and what they mean."""
    keep = "keeps" if repairs == 1 else "keep"
    return (
        f"{common.count(repairs, 'problem')} {keep} {common.count(rows, 'row')} from being "
        "saved. The other rows do not wait for them."
    )


def repair_title(label: str, value: str | None) -> str:
    """Return "Licence status: PENDING"."""
    return f"{label}: {value}" if value else label or "The whole row"


def rows_count(rows: Sequence[int]) -> str:
    """Return "8 rows"."""
    return common.count(len(rows), "row") if rows else WHOLE_FILE.lower()


def which_rows(rows: Sequence[int], spans: str) -> str:
    """Return "Rows 3 and 5 to 9 of the file."."""
    return f"{'Row' if len(rows) == 1 else 'Rows'} {spans} of the file." if rows else ""


def other_ways(rows: int) -> str:
    """Return the title of what else can be done."""
    return "Leave this row out" if rows == 1 else "One row only, or leave these rows out"


def leave_out(rows: int) -> str:
    """Return what the button says."""
    return "Leave the row out" if rows == 1 else f"Leave {rows:,} rows out"


def remarks(number: int) -> str:
    """Return how many remarks there are."""
    return f"{common.count(number, 'remark')} on rows that are saved all the same"


def left(why: str, rows: Sequence[int], spans: str) -> str:
    """Return why rows were left out, and which."""
    return f"{common.capital(why)}. {which_rows(rows, spans)}"


def row(number: int | None) -> str:
    """Return where a problem is."""
    return WHOLE_FILE if number is None else f"Row {number:,}"
