"""Words of the waterfall of beds."""

from __future__ import annotations

from collections.abc import Sequence

from matching.insight.supply import LEVEL_WORDS, LOSS_WORDS, Level, Loss, Step
from matching.ui.text import common

#: Beds that somebody has are no loss to be closed.
_USED = (Loss.OCCUPIED, Loss.HELD)

TITLE_NONE = "No beds are on the record"
SENTENCE = (
    "Every bed from licensed to usable tonight, as of {moment}. Usable: free, confirmed "
    "lately, and licence, check, training and staff are in order. A number that nobody has "
    "given is never counted as 0."
)
ALT = "Beds from licensed to usable tonight; the table below has the same numbers."
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
    named = LEVEL_WORDS[top.level].lower()
    lost = [
        (number, loss) for step in steps[:5] for loss, number in step.lost if loss not in _USED
    ]
    of = f"{ready.beds:,} of {common.count(most, f'{named} bed', f'{named} beds')}"
    said = f"{of} {'is' if ready.beds == 1 else 'are'} usable tonight"
    if not lost:
        return said
    number, loss = max(lost, key=lambda one: one[0])
    return f"{said}; besides beds in use, the largest loss: {number:,} {LOSS_WORDS[loss]}"
