"""A single change that might give a person a place, and in which order to try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from matching.engine.rules.text import start
from matching.insight.chances import Chances
from matching.insight.edits import Edit
from matching.insight.near import Near


class ChangeKind(StrEnum):
    """What has to be done, from the least effort to the most: the published order."""

    CALL = "call"  #: a fact that nobody has said is asked for
    WAIVE = "waive"  #: a rule of policy is waived by the role that may
    WIDEN = "widen"  #: a place farther from home is accepted
    TRAIN = "train"  #: the people at a place learn something
    RELICENSE = "relicense"  #: a licence, certificate, check or capability is added or renewed
    STAFF = "staff"  #: more staff are on shift
    BED = "bed"  #: one more bed, or beds that open sooner


@dataclass(frozen=True, slots=True)
class Attempt:
    """A single change that might give a unit a place.

    Attributes
    ----------
    kind : ChangeKind
    code : str
        Code of the rule that stands in the way; "beds" where others have them.
    home, pool : int or None
        Positions of the provider and the bed pool, where it is about one.
    amount : int or None
        Beds, miles or members of staff.
    make : callable
        Makes the change, or returns ``None`` where there is none. Called once,
        when its turn comes.
    words : str
        What would give the place, as the beginning of a sentence.
    ask : str
        What to ask, as a sentence of its own; empty where nothing is.
    role : str or None
        Who may waive.
    licence : bool
        Whether a licence has to grow with it.
    people : tuple of int
        Positions of those who must have a place with it.
    order : tuple
        Attempts of one kind are tried in this order.
    """

    kind: ChangeKind
    code: str
    home: int | None
    pool: int | None
    amount: int | None
    make: Callable[[], Edit | None]
    words: str
    people: tuple[int, ...]
    order: tuple[object, ...]
    ask: str = ""
    role: str | None = None
    licence: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A referral without a place, what bars its unit, and chains of moves.

    Attributes
    ----------
    row : int
    near : Near
    chances : Chances
    """

    row: int
    near: Near
    chances: Chances

    def order(
        self, hopeless: bool, *effort: object, home: int, pool: int = -1
    ) -> tuple[object, ...]:
        """Return a place in the order of tries: effort, then the name of the place."""
        return hopeless, *effort, self.near.name(home), home, pool


def for_place(words: str, at: str, name: str) -> str:
    """Return what is done at a place, as the beginning of a sentence."""
    return start(f"{words} {at} {name}")
