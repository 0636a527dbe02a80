"""Words of the waterfall of beds."""

from __future__ import annotations

from collections.abc import Sequence

from matching.insight.supply import Level, Loss, Step
from matching.ui.text import common

LEVELS = {
    Level.LICENSED: "Licensed",
    Level.STAFFED: "Staffed",
    Level.ACCEPTING: "Accepting",
    Level.FREE: "Free",
    Level.READY: "Ready tonight",
    Level.OF_USE: "Of use to somebody who is waiting",
}

LOSSES = {
    Loss.UNSTAFFED: "not staffed",
    Loss.ON_HOLD: "staffed, but on hold",
    Loss.UNSTAFFED_OR_ON_HOLD: "not staffed or on hold, nobody has said which",
    Loss.OCCUPIED: "occupied",
    Loss.HELD: "held for somebody",
    Loss.NOT_FREE: "not free, nobody has said why",
    Loss.VACANCY_UNKNOWN: "nobody has said whether they are free",
    Loss.LICENCE: "licence lapsed or revoked",
    Loss.BACKGROUND_CHECK: "background check pending or lapsed",
    Loss.TRAINING: "training missing or lapsed",
    Loss.LATER: "open on a later day",
    Loss.STALE: "news too old: call first",
    Loss.COMPROMISED: "site compromised",
    Loss.NO_ROOM: "no room under the licence or the staff on shift",
    Loss.GENDER_LOCK: "locked by the gender of those who live there",
    Loss.AGE_LOCK: "locked by the ages of those who live there",
    Loss.CONFLICT: "those waiting must be kept apart from somebody there",
    Loss.TAKES_NOBODY: "takes nobody who is waiting now",
}

#: Beds that somebody has are no loss to be closed.
_USED = (Loss.OCCUPIED, Loss.HELD)

TITLE_NONE = "No beds are on the record"
SENTENCE = (
    "Every bed from licensed to ready tonight, as of {moment}. Ready: free, confirmed lately, "
    "and licence, check, training and staff are in order. A number that nobody has given is "
    "never counted as 0."
)
ALT = "Beds from licensed to ready tonight; the table below has the same numbers."
KIND, REGION, EVERY = "Placement type", "Region", "All"
TABLE = "The same numbers as a table"
STEP_COLUMNS = ("", "Beds")
STEPS_CAPTION = "Beds at each step, and what is lost on the way"
BY_KIND = "By placement type"
BY_KIND_CAPTION = "Beds by placement type at each step"
PROVIDERS, SILENT = "Providers", "Pools without any number"
ENTERED = "{level}, where no earlier number is known"


def title(steps: Sequence[Step]) -> str:
    """Return the finding of the waterfall."""
    most = max((step.beds for step in steps), default=0)
    if most == 0:
        return TITLE_NONE
    top = next(step for step in steps if step.beds == most)
    ready = next(step for step in steps if step.level is Level.READY)
    named = LEVELS[top.level].lower()
    lost = [
        (number, loss) for step in steps[:5] for loss, number in step.lost if loss not in _USED
    ]
    of = f"{ready.beds:,} of {common.count(most, f'{named} bed', f'{named} beds')}"
    said = f"{of} {'is' if ready.beds == 1 else 'are'} ready tonight"
    if not lost:
        return said
    number, loss = max(lost, key=lambda one: one[0])
    return f"{said}; besides beds in use, the largest loss: {number:,} {LOSSES[loss]}"
