"""Words of the page Upload: the steps, the file, its sheet and its columns."""

from __future__ import annotations

from collections.abc import Sequence

from matching.intake.columns import How
from matching.services.upload_steps import Step
from matching.ui.text import common

KINDS = {"providers": "providers", "referrals": "people who are waiting"}

# --- the steps ------------------------------------------------------------------------

STEPS = {
    Step.FILE: "File",
    Step.SHEET: "Sheet",
    Step.COLUMNS: "Columns",
    Step.VALUES: "Values",
    Step.PROBLEMS: "Problems",
    Step.CHANGES: "What changes",
}
_NEXT = {
    Step.SHEET: "the sheet",
    Step.COLUMNS: "the columns",
    Step.VALUES: "the values",
    Step.PROBLEMS: "the problems",
    Step.CHANGES: "what changes",
}
DONE = "Done"
BACK = "Back"
ANOTHER = "Choose another file"
NOTHING_SAVED = "Nothing is saved yet."
READING = "Reading the file"


def step(number: int, which: Step, questions: int) -> str:
    """Return "3. Columns (2 open)"."""
    return f"{number}. {STEPS[which]}" + (f" ({questions:,} open)" if questions else "")


def go_on(to: Step) -> str:
    """Return what the button that leads on says."""
    return f"Go on to {_NEXT[to]}"


def of_file(name: str, kind: str, standard: str) -> str:
    """Return what the file is: "list.csv: a list of providers."."""
    known = f" Recognised: {standard}." if standard else ""
    return f"{name}: a list of {KINDS[kind]}.{known}"


# --- 1. the file ----------------------------------------------------------------------

START = "Bring in a list of providers, or of people who are waiting."
START_NOTE = "Nothing is saved until you have seen what changes and pressed Save."
CHOSEN_LABEL = "Chosen now"
CHOSEN = "{file}. It stays until another file can be read; no decision about it is lost."
CHOOSE = "Choose a spreadsheet, or several files that belong together"
CHOOSE_FOLDER = "Choose a folder"
CHOOSE_HELP = (
    "CSV, Excel, OpenDocument, or a zip. One row for each provider, bed pool or person; the "
    "order and the names of the columns do not matter."
)
FOLDER = "It is a folder of files"
FOLDER_HELP = "Exports of HMIS and HSDS are folders of several tables."
SENDER = "Who sent it (may be left out)"
SENDER_HINT = "An agency on record, or another name"
SENDER_HELP = "What you decide about its columns is used again for the agency's next file."
BY_HAND = "It is a list all the same: match its columns by hand"
REFUSED = "This file was not read"

TEMPLATES = "Start from a template"
TEMPLATES_SENTENCE = (
    "An empty sheet with every column there is. Only the first column is needed; leave blank "
    "what is not known."
)
TEMPLATE = {
    "providers": "Template for providers (Excel)",
    "referrals": "Template for people who are waiting (Excel)",
}
TEMPLATE_FILE = {"providers": "providers-template.xlsx", "referrals": "referrals-template.xlsx"}
FILLED = "The providers on record, to be corrected (CSV)"
FILLED_FILE = "providers.csv"
COLUMNS_HELP = {
    "providers": "What may stand in each column: providers",
    "referrals": "What may stand in each column: people who are waiting",
}
HELP_COLUMNS = ("Column", "What it is", "What may stand there")

PRIVACY = "What is never kept"
PRIVACY_SENTENCE = (
    "Names, birth dates, social security numbers, telephone numbers, addresses and free text "
    "about survivors are dropped as the file is read, and so are the addresses of confidential "
    "places. The page then lists every column that was not kept."
)

# --- what was decided -----------------------------------------------------------------

DECIDED = "Decided without asking ({number})"
DECISIONS = "How the file was read"
NOT_KEPT = "Columns that are not kept"
NOT_KEPT_COLUMNS = ("Why", "Columns in the file")


def not_kept(columns: int, private: int) -> str:
    """Return how many columns are dropped, and how many of them to protect people."""
    said = f"{common.count(columns, 'column')} {'is' if columns == 1 else 'are'} not kept"
    return f"{said}, {private:,} of them to protect people." if private else f"{said}."


# --- 2. the sheet ---------------------------------------------------------------------

KIND = "What it is a list of"
SHEET = "Sheet"
ENCODING = "Letters read as"
ENCODING_HELP = "Change this where letters with accents look wrong below."
DELIMITER = "Columns separated by"
HEADER = "Rows that name the columns"
HEADER_HELP = "Up to three rows that stand under each other."
HEADER_HINT = "Choose a row"
OWN_ROWS = "The first rows, as they stand in the file"
OWN_ROWS_SENTENCE = (
    "Is each name above the cells that belong to it? If not, change the rows above."
)
WITHHELD = "not shown, may be personal"
NO_ROWS = "No rows of data were found. Choose another sheet or other rows above."
HOW_READ = "How the sheet was read"
NO_DATA = "Rows that are not read as data"
NO_DATA_COLUMNS = ("Row", "Why", "How it begins")
MORE_ROWS = "{more} more rows are not listed here."
JUDGE_ROWS = "Take rows in, or take rows out"
AS_DATA = "Read these rows as data after all"
TAKE_OUT = "These rows are no data"
ROWS_HINT = "Choose rows"
ASSUMED = "What is assumed of this list"
AS_TABLE = "Read it as an ordinary table instead"
AS_STANDARD = "Read it as the known standard again"


def kind(value: str) -> str:
    """Return "Providers"."""
    return common.capital(KINDS[value])


def sheet_sentence(rows: int, columns: int) -> str:
    """Return the first sentence of the step."""
    if not rows:
        return "No rows were found in this sheet."
    were = "was" if rows == 1 else "were"
    return f"{common.count(rows, 'row')} under {common.count(columns, 'column')} {were} found."


def sheet(name: str, rows: int, hidden: bool) -> str:
    """Return "Beds, 40 rows (hidden in the file)"."""
    said = f"{name or 'the only one'}, {common.count(rows, 'row')}"
    return f"{said} (hidden in the file)" if hidden else said


_SIGNS = {",": "commas ,", ";": "semicolons ;", "\t": "tabs", "|": "bars |", ":": "colons :",
          "^": "carets ^", "~": "tildes ~", " ": "spaces"}  # fmt: skip


def delimiter(sign: str) -> str:
    """Return the name of a sign that separates columns."""
    return common.capital(_SIGNS.get(sign, sign))


def row(number: int) -> str:
    """Return "Row 3"."""
    return f"Row {number:,}"


def header_row(row: int, glance: str) -> str:
    """Return "Row 3: Key, Name"."""
    return f"Row {row:,}: {glance}" if glance else f"Row {row:,}"


def assumed(standard: str) -> str:
    """Return what a published list was recognised as."""
    return f"Recognised: {standard}. Each answer you give stands above this."


def across(first: int, last: int, total: int) -> str:
    """Return which of many columns are shown."""
    return f"Columns {first:,} to {last:,} of {total:,}; turn the page for the others."


def hidden_columns(names: Sequence[str]) -> str:
    """Return which columns are not shown, since nothing of them is kept."""
    return f"Never shown or kept as they are: {common.listed(names)}."


def no_data(rows: int) -> str:
    """Return how many rows are not read."""
    were = "is" if rows == 1 else "are"
    return f"{common.count(rows, 'row')} {were} a title, a sum or a note. Each can be taken in."


# --- 3. the columns -------------------------------------------------------------------

REMEMBERED = "What was decided for the last file with these columns is used again."
OPEN_COLUMNS = "Columns that may fill something"
OPEN_SENTENCE = (
    "They look like something on the record. Nothing of them is used unless you say so."
)
USED_COLUMNS = "Columns that are used"
LOCKED_COLUMNS = "Columns that are never kept"
LOCKED_SENTENCE = "They are dropped as the file is read, whatever is chosen here."
LOCKED_TITLES = ("Column", "Why")
NO_NAME = "(no name)"
NOT_USED = "Not used"
FILLS = "What {column} fills"
PROPOSED = "Use it for {field}"
CANNOT = "Nothing can be saved so"
USE_COLUMN = "Use the column {column}"
MAKE_CODES = "Make a code from each name"
MAKE_CODES_NOTE = (
    "A code made from a name stays the same as long as the name does. A provider that is "
    "renamed is then taken for a new one."
)
CODES_MADE_LABEL = "Codes"
CODES_MADE = "Each provider gets a code made from its name, since no column holds one."
NO_CODES = "Do not make codes"

_HOW = {
    How.NAME: "Matched by its name.",
    How.REMEMBERED: "As last time.",
    How.CHOSEN: "As you chose.",
    How.UNDECIDED: "Two columns may fill the same thing.",
    How.NOTHING: "",
    How.PRIVATE: "",
}


def columns_sentence(used: int, total: int, asked: int) -> str:
    """Return the first sentence of the step."""
    first = f"{used:,} of {common.count(total, 'column')} {'is' if used == 1 else 'are'} used"
    wait = "waits" if asked == 1 else "wait"
    return f"{first}; {common.count(asked, 'question')} {wait}." if asked else f"{first}."


def how(value: How) -> str:
    """Return how a column was matched."""
    return _HOW[value]


def samples(cells: Sequence[str]) -> str:
    """Return a few cells of a column."""
    return f"For example {'; '.join(cells).removesuffix('.')}." if cells else ""


def because(why: str) -> str:
    """Return a reason as a sentence."""
    return f"{common.capital(why)}." if why else ""


_KEYS = {
    "providers": ("a code for the provider", "provider"),
    "referrals": ("a case reference", "person"),
}


def missing_label(kind: str) -> str:
    """Return what stands before the sentence about a missing key."""
    return f"No column holds {_KEYS[kind][0]}"


def missing_key(kind: str) -> str:
    """Return what a missing key means and what to do."""
    code, whom = _KEYS[kind]
    return (
        f"Each row needs {code} that stays the same from list to list, so that the next list "
        f"changes the same {whom} and makes no second one. Choose what holds it."
    )


def unused(columns: int) -> str:
    """Return the title of the columns that fill nothing."""
    return f"{common.count(columns, 'column')} not used"
