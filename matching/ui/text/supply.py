"""Words of the waterfall of beds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, Level, Loss
from matching.insight.supply import Step
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
PROVIDERS, UNSAID, NOT_SAID = "Providers", "Pools that have not said", "not said"
FOLLOWED = (
    " Beds marked as not said are of pools that have not said how many reach that step; they "
    "are followed to the next number that is known."
)
AT_LEAST = "A plus sign means at least: {unsaid}."
#: What has not been said, before a number of bed pools.
_UNSAID = {
    Level.LICENSED: "how many beds are licensed",
    Level.STAFFED: "how many are staffed",
    Level.ACCEPTING: "how many are accepting",
    Level.FREE: "how many are free",
}
ENTERED = "{level}, where no earlier number is known"


def sentence(moment: str, steps: Sequence[Step]) -> str:
    """Return what the waterfall shows, and what stands in it for what nobody has said."""
    said = SENTENCE.format(moment=moment)
    return said + FOLLOWED if any(step.followed for step in steps) else said


def at_least(unsaid: Mapping[Level, int]) -> str:
    """Say of how many bed pools a number is missing; nothing if all have said.

    Parameters
    ----------
    unsaid : mapping of Level to int
        Bed pools, for each level that some of them have not said.
    """
    if not unsaid:
        return ""
    said = [
        f"{common.count(pools, 'bed pool')} {'has' if pools == 1 else 'have'} not said "
        f"{_UNSAID[level]}"
        for level, pools in unsaid.items()
    ]
    return AT_LEAST.format(unsaid=common.listed(said))


def title(steps: Sequence[Step]) -> str:
    """Return the finding of the waterfall."""
    most = max((step.beds for step in steps), default=0)
    if most == 0:
        return TITLE_NONE
    top = next(step for step in steps if step.beds == most)
    ready = next(step for step in steps if step.level is Level.READY)
    # What somebody has not said is not given the name of that level.
    named = "known" if top.followed else LEVEL_WORDS[top.level].lower()
    lost = [
        (number, loss) for step in steps[:5] for loss, number in step.lost if loss not in _USED
    ]
    of = f"{ready.beds:,} of {common.count(most, f'{named} bed', f'{named} beds')}"
    said = f"{of} {'is' if ready.beds == 1 else 'are'} usable tonight"
    if not lost:
        return said
    number, loss = max(lost, key=lambda one: one[0])
    return f"{said}; besides beds in use, the largest loss: {number:,} {LOSS_WORDS[loss]}"
