"""Words of the page Upload: what changes, what was saved, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping

from matching.ui.text import common
from matching.ui.text.upload import KINDS

COMPARING = "Comparing with the record"
SAVING = "Saving"
MOVED = "The record moved"
BACK = "Back"
ANOTHER = "Choose another file"

CHANGES = "How many records change"
CHANGE_COLUMNS = ("Records", "New", "Changed", "Unchanged", "Not in the file")
CHANGE_KINDS = ("new", "changed", "unchanged", "gone")
RECORDS = {
    "provider": "Providers",
    "bed_pool": "Bed pools",
    "referral": "People who are waiting",
}
NOUNS = {
    "providers": "Providers",
    "pools": "Bed pools",
    "referrals": "People who are waiting",
}
LINE_COLUMNS = ("Where", "Fact", "Now", "After saving")
LINES = "Facts before and after"
CHANGED = "What changes, fact by fact"
GONE = "On record, but not in the file"
CLOSE = "Providers that take in nobody any more"
CLOSE_NONE = "None: all are kept as they are"
CLOSE_HELP = "Their beds that accept people become 0. People who live there stay."
KEPT_FACTS = "Facts that are kept because the file leaves them blank"
KEPT_COLUMNS = ("Fact", "Records")
PREVIEW = "The first rows as they will be saved"
AND_MORE = "And {more} more."

LOOSER = "Look again: these changes loosen safety"
SHRUNK = "Fewer beds than people living there"
SHRUNK_SENTENCE = (
    "This needs the name or role of the member of staff who decided it, and why. Or keep what "
    "is on record."
)
KEEP_RECORD = "Keep what is on record"
KEEP_NONE = "Use the file after all"
WHO = "Who decided it"
WHY = "Why"
CHOOSE_REASON = "Choose a reason"


TOUCHED = "Who is affected"
TOUCHED_DOING = "Making the last plan again with what this file brings"
TOUCHED_STOP = "Stop and compare the best so far"
TOUCHED_GIVE_UP = "Do not work it out"
TOUCHED_STOPPING = "Stopping"
TOUCHED_GIVEN_UP = "It was not worked out who is affected."
TOUCHED_AGAIN = "Work out who is affected"


def changes_sentence(rows: int, nothing: bool) -> str:
    """Return the first sentence of the step."""
    if nothing:
        return "Saving this would change nothing on the record."
    return f"{common.count(rows, 'row')} can be saved, and this is what changes."


def aside(rows: int) -> str:
    """Return that rows with a problem are not saved; nothing if there are none."""
    are = "is" if rows == 1 else "are"
    return f"{common.count(rows, 'row')} set aside {are} not saved." if rows else ""


def save(rows: int) -> str:
    """Return what the button says."""
    return f"Save {common.count(rows, 'row')}"


def still_open(number: int) -> str:
    """Return what is to be done before saving."""
    wait = "waits" if number == 1 else "wait"
    return f"{common.count(number, 'answer')} {wait} below before this can be saved."


def looser(changes: int) -> str:
    """Return why changes are set apart."""
    them = "it" if changes == 1 else "them"
    return (
        f"After {common.count(changes, 'change')} somebody may be placed with less protection "
        f"than now. Look at {them}, then tick, or keep what is on record."
    )


def looked(changes: int, label: str) -> str:
    """Return what is ticked."""
    this = "this change" if changes == 1 else f"these {changes:,} changes"
    return f"I have looked at {this} of {label}"


def keep_all(entries: int) -> str:
    """Return what the button says that keeps a whole list as it is."""
    return f"Keep what is on record in all {entries:,} below"


def kept_back(facts: int) -> str:
    """Return how many facts stay against the file."""
    stay = "stays" if facts == 1 else "stay"
    return f"{common.count(facts, 'fact')} {stay} as on record, whatever the file says."


def changed(facts: int, records: int) -> str:
    """Return how much changes."""
    return f"{common.count(facts, 'fact')} of {common.count(records, 'record')}."


def new(records: int) -> str:
    """Return the title of what is new."""
    return f"{common.count(records, 'new record')}"


def gone(records: int, kind: str) -> str:
    """Return what becomes of records that the file does not name."""
    noun = ("provider",) if kind == "providers" else ("person", "people")
    are = "is" if records == 1 else "are"
    return (
        f"{common.count(records, *noun)} {are} kept as on record. "
        "A list that leaves somebody out says nothing of them."
    )


def gone_list(records: int) -> str:
    """Return the title of the list."""
    return f"Show {'it' if records == 1 else f'all {records:,}'}"


def kept_facts(kinds: int) -> str:
    """Return the title of the facts that are kept."""
    return f"{common.count(kinds, 'kind')} of facts kept where the file is blank"


# --- after saving ---------------------------------------------------------------------

#: The ways on, by page.
ONWARD = {
    "board": "Go to the board to make a plan",
    "gaps": "See the gaps",
    "providers": "See the providers",
}
UPLOAD_MORE = "Upload another list"
KEPT = "Records that the file does not name were kept as they are."
SITES = "Compromised sites"
CHANGED_NOW = "What changed"
SAVED_COLUMNS = ("Records", "Added", "Changed", "Unchanged")


def done(kind: str, added: int, changed: int, unchanged: int) -> str:
    """Return the page's first sentence once the rows are saved."""
    counts = {"added": added, "changed": changed, "unchanged": unchanged}
    said = common.listed(f"{number:,} {what}" for what, number in counts.items() if number)
    noun = common.count(
        added + changed + unchanged,
        *(("provider",) if kind == "providers" else ("person", "people")),
    )
    return f"{noun} saved: {said}."


def next_step(kind: str, may_add_other: bool) -> str:
    """Return what is to be done next, or what comes of the list without the reader.

    Parameters
    ----------
    kind : str
        "providers" or "referrals".
    may_add_other : bool
        Whether the reader may upload the other of the two lists as well.
    """
    if not may_add_other:
        these = "beds" if kind == "providers" else "people"
        return f"The next plan that is made takes these {these} into account."
    other = "people who are waiting" if kind == "providers" else "providers"
    return (
        f"A plan needs both lists: if the {other} are not on the record yet, upload them next."
    )


def sample_gone(records: int) -> str:
    """Return that the sample was removed."""
    removed = common.count(records, "sample record")
    were = "was" if records == 1 else "were"
    return f"{removed} {were} removed, so that invented and real facts never mix."


# --- uploads of late ------------------------------------------------------------------

RECENT = "Uploads of late"
RECENT_SENTENCE = "Each can be taken back as long as nothing later touched what it changed."
UNDO = "Take upload {number} back"
UNDO_YES = "Yes, take upload {number} back"
UNDO_NOTE = (
    "Every fact it changed becomes what it was, and what it added is taken off the record."
)


def batch(number: int, kind: str) -> str:
    """Return "Upload 7: providers"."""
    return f"Upload {number}: {KINDS[kind]}"


def batch_by(when: str, who: str) -> str:
    """Return when an upload was made, and by whom."""
    return f"{when}, by {who}"


def batch_did(counts: Mapping[str, int], why_not: str) -> str:
    """Return what an upload did, and why it cannot be taken back."""
    loaded, read = counts.get("loaded", 0), counts.get("read", 0)
    said = f"{loaded:,} of {common.count(read, 'row')} saved."
    return f"{said} {why_not}".strip()
