"""From licensed to usable tonight: the levels a bed reaches, and why it does not.

The first four are numbers that a provider says; the last two are worked out.
"""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How far a bed is from being of use, in order."""

    LICENSED = "licensed"
    STAFFED = "staffed"
    ACCEPTING = "accepting"
    FREE = "free"
    READY = "ready"  #: tonight, for somebody who needs nothing special
    OF_USE = "of use"  #: to at least one person who is waiting


class Loss(StrEnum):
    """Why a bed does not reach the next level, in order."""

    UNSTAFFED = "unstaffed"
    ON_HOLD = "on hold"
    UNSTAFFED_OR_ON_HOLD = "unstaffed or on hold"  #: nobody has said how many are staffed
    OCCUPIED = "occupied"
    HELD = "held"
    NOT_FREE = "not free"  #: the provider has not said why
    VACANCY_UNKNOWN = "vacancy unknown"
    LICENCE = "licence"
    BACKGROUND_CHECK = "background-check"
    TRAINING = "training"
    LATER = "opening"
    STALE = "freshness"
    COMPROMISED = "compromised"
    NO_ROOM = "no room"  #: under the licence or the staff of the provider as a whole
    GENDER_LOCK = "resident-gender"
    AGE_LOCK = "resident-age"
    CONFLICT = "kept-apart"
    TAKES_NOBODY = "takes nobody"  #: of those who are waiting, by other rules


#: The levels in words.
LEVEL_WORDS = {
    Level.LICENSED: "Licensed",
    Level.STAFFED: "Staffed",
    Level.ACCEPTING: "Accepting",
    Level.FREE: "Free",
    Level.READY: "Usable tonight",
    Level.OF_USE: "Of use to somebody waiting",
}

#: The losses in words, after a number of beds.
LOSS_WORDS = {
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

#: The losses between each level and the one before it.
LOSSES: dict[Level, tuple[Loss, ...]] = {
    Level.LICENSED: (),
    Level.STAFFED: (Loss.UNSTAFFED,),
    Level.ACCEPTING: (Loss.ON_HOLD, Loss.UNSTAFFED_OR_ON_HOLD),
    Level.FREE: (Loss.OCCUPIED, Loss.HELD, Loss.NOT_FREE, Loss.VACANCY_UNKNOWN),
    Level.READY: (
        Loss.LICENCE,
        Loss.BACKGROUND_CHECK,
        Loss.TRAINING,
        Loss.LATER,
        Loss.STALE,
        Loss.COMPROMISED,
        Loss.NO_ROOM,
    ),
    Level.OF_USE: (Loss.GENDER_LOCK, Loss.AGE_LOCK, Loss.CONFLICT, Loss.TAKES_NOBODY),
}


def level_text(beds: int, followed: int) -> str:
    """Return how many beds reach a level: "23 (8 not said)".

    Parameters
    ----------
    beds : int
    followed : int
        Of them, beds of pools that have not said how many reach it.
    """
    return f"{beds:,} ({followed:,} not said)" if followed else f"{beds:,}"
