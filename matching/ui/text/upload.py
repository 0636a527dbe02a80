"""Words of the page Upload."""

from __future__ import annotations

from matching.ui.text import common

KINDS = {"providers": "providers", "referrals": "people who are waiting"}
START = "Bring in a list of providers, or of people who are waiting."
START_NOTE = "Nothing is saved until you have seen what was read and pressed Save."
CHOOSE = "Choose a spreadsheet"
CHOOSE_HELP = "One sheet of providers or of people, with one row for each bed pool or person."
READING = "Reading the file"
SAVING = "Saving"

TEMPLATES = "Start from a template"
TEMPLATES_SENTENCE = (
    "An empty sheet with every column there is. Only the first column is needed; leave blank "
    "what is not known. The HUD Housing Inventory Count is recognised as it is."
)
TEMPLATE = {
    "providers": "Template for providers (CSV)",
    "referrals": "Template for people who are waiting (CSV)",
}
TEMPLATE_FILE = {"providers": "providers-template.csv", "referrals": "referrals-template.csv"}
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

REFUSED = "This file was not read"

COUNT_READ = "Rows read"
COUNT_LOADED = "Can be saved"
COUNT_ASIDE = "Set aside"
COUNT_OUT = "Left out"
ASIDE_NOTE = "with a problem that must be corrected"
OUT_NOTE = "repeated, or no place for a night"

PREVIEW = "What will be saved"
PREVIEW_CAPTION = "The first rows as they will be saved"
BLANK = "not known"

PROBLEMS = "Problems"
PROBLEM_COLUMNS = ("Where", "Column", "In the file", "What is wrong, and what to do", "Row")
PROBLEM_CAPTION = "Problems by row and column"
SET_ASIDE = "set aside"
LOADED = "loaded"
WHOLE_FILE = "Whole file"
HIDDEN = "not shown, may be personal"
PROBLEMS_CSV = "Download all problems (CSV)"
PROBLEMS_FILE = "problems.csv"
NO_PROBLEMS = "No problem was found in any row."
MORE_PROBLEMS = "{more} more are in the download."

NOT_KEPT = "Columns that were not kept"
NOT_KEPT_COLUMNS = ("Why", "Columns in the file")
YES_NO = {True: "yes", False: "no"}
DECISIONS = "How the file was read"

ANOTHER = "Choose another file"
NOTHING_GOOD = "No row can be saved. Correct the file as listed below and choose it again."

CHANGES = "What changed"
CHANGE_COLUMNS = ("Records", "Added", "Changed", "Unchanged")
NOUNS = {
    "providers": "Providers",
    "pools": "Bed pools",
    "referrals": "People who are waiting",
}
TO_BOARD = "Go to the board to make a plan"
UPLOAD_MORE = "Upload another list"
KEPT = "Records that the file does not name were kept as they are."


def found(kind: str, file_format: str) -> str:
    """Return what the file was recognised as."""
    known = {
        "template": "the template's columns",
        "hud-hic": "the columns of HUD's Housing Inventory Count",
        "hud-hic-extract": "the columns of an extract of HUD's Housing Inventory Count",
    }
    shown = known.get(file_format, file_format)
    return f"Recognised as a list of {KINDS[kind]}, in {shown}. Nothing is saved yet."


def sentence(loaded: int, read: int, aside: int, out: int) -> str:
    """Return the page's first sentence once a file was read."""
    rest = []
    if aside:
        rest.append(f"{aside:,} {'is' if aside == 1 else 'are'} set aside")
    if out:
        rest.append(f"{out:,} {'is' if out == 1 else 'are'} left out")
    first = f"{loaded:,} of {common.count(read, 'row')} can be saved"
    return f"{first}; {common.listed(rest)}." if rest else f"{first}."


def save(rows: int) -> str:
    """Return what the button says."""
    return f"Save {common.count(rows, 'row')}"


def problems(errors: int, warnings: int) -> str:
    """Return how many problems there are and what they mean."""
    parts = []
    if errors:
        aside = "its row was" if errors == 1 else "their rows were"
        parts.append(f"{common.count(errors, 'problem')}: {aside} set aside, the rest goes on.")
    if warnings:
        row = "its row is" if warnings == 1 else "their rows are"
        parts.append(f"{common.count(warnings, 'remark')}: {row} loaded all the same.")
    return " ".join(parts)


def not_kept(columns: int, private: int) -> str:
    """Return how many columns were dropped, and how many of them to protect people."""
    said = f"{common.count(columns, 'column')} {'was' if columns == 1 else 'were'} not kept"
    return f"{said}, {private:,} of them to protect people." if private else f"{said}."


def done(kind: str, added: int, changed: int, unchanged: int) -> str:
    """Return the page's first sentence once the rows are saved."""
    counts = {"added": added, "changed": changed, "unchanged": unchanged}
    said = common.listed(f"{number:,} {what}" for what, number in counts.items() if number)
    noun = common.count(
        added + changed + unchanged,
        *(("provider",) if kind == "providers" else ("person", "people")),
    )
    return f"{noun} saved: {said}."


def next_step(kind: str) -> str:
    """Return what is to be done next."""
    other = "people who are waiting" if kind == "providers" else "providers"
    return (
        f"A plan needs both lists: if the {other} are not on the record yet, upload them next."
    )


def sample_gone(records: int) -> str:
    """Return that the sample was removed."""
    removed = common.count(records, "sample record")
    were = "was" if records == 1 else "were"
    return f"{removed} {were} removed, so that invented and real facts never mix."


def row(number: int | None) -> str:
    """Return where a problem is."""
    return WHOLE_FILE if number is None else f"Row {number:,}"
