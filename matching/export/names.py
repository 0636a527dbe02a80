"""Names as they may leave the agency."""

from __future__ import annotations

from matching.intake.formats.private import without_address


def public_name(text: str | None) -> str | None:
    """Return a name to be written, or ``None`` if an address stands in it.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    str or None
    """
    return without_address(text) if text else None
