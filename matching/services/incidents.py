"""Errors nobody expected: a number for the screen and for the log, and nothing else."""

from __future__ import annotations

import logging
import secrets

_log = logging.getLogger("matching.incidents")

#: Without letters and digits that are mistaken for one another when read aloud.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def note(error: BaseException) -> str:
    """Write an error to the log under a new reference number.

    Parameters
    ----------
    error : BaseException
        Only the name of its type is written: its message may quote a record.

    Returns
    -------
    str
        The reference, eight signs in two groups.
    """
    signs = [secrets.choice(_ALPHABET) for _ in range(8)]
    reference = "".join(signs[:4]) + "-" + "".join(signs[4:])
    _log.error("Reference %s: %s", reference, type(error).__name__)
    return reference
