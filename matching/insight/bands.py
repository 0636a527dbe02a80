"""Changes in counts of people, in bands: how many more or fewer, and no closer."""

from __future__ import annotations

#: Upper ends of the bands.
ENDS = (10, 25, 50, 100, 250, 500, 1000)


def size_band(number: int) -> str:
    """Return "0", "1 to 10", "11 to 25" and so on for a number of people.

    Raises
    ------
    ValueError
        If the number is negative.
    """
    if number < 0:
        raise ValueError("A count cannot be negative.")
    if number == 0:
        return "0"
    low = 1
    for high in ENDS:
        if number <= high:
            return f"{low:,} to {high:,}"
        low = high + 1
    return f"more than {ENDS[-1]:,}"


def change_band(change: int) -> str:
    """Return "no change", "1 to 10 more", "11 to 25 fewer" and so on."""
    if change == 0:
        return "no change"
    return f"{size_band(abs(change))} {'more' if change > 0 else 'fewer'}"
