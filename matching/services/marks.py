"""A short mark of every record a plan was made from, to tell later what changed.

A mark says that a record is another one now, without keeping a copy of what it
said. It is 32 bits long on purpose: long enough that no change is missed by
chance, and so short that very many sets of facts have the same mark, so that
nobody can work the facts out from it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from matching.domain.fields import FieldClass, class_of
from matching.domain.records import BedPool, Provider, Referral

#: Bytes of a mark.
SIZE = 4
KINDS = ("referrals", "providers", "bed_pools")
#: What the kinds are called: one, several.
_WORDS = {
    "referrals": ("referral", "referrals"),
    "providers": ("provider", "providers"),
    "bed_pools": ("bed pool", "bed pools"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """How the records of one kind differ from those of an earlier plan.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    new, gone, other : tuple of str
        Identifiers of records that came, went, or say something else now.
    """

    kind: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    other: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.other)

    def sentences(self, named: int) -> list[str]:
        """Say how many records came, went and changed.

        Parameters
        ----------
        named : int
            How many identifiers a sentence names at most; 0 is none.
        """
        single, several = _WORDS[self.kind]
        ways = (
            (self.new, "came after the plan", "came after the plan"),
            (self.gone, "is gone", "are gone"),
            (self.other, "was changed", "were changed"),
        )
        return [
            (f"1 {single} {one}" if len(which) == 1 else f"{len(which):,} {several} {many}")
            + _listed(which, named)
            for which, one, many in ways
            if which
        ]


def _listed(which: Sequence[str], named: int) -> str:
    if named == 0:
        return "."
    shown = [name.replace("\0", " ") for name in which[:named]]
    more = f" and {len(which) - named:,} more" if len(which) > named else ""
    return f": {', '.join(shown)}{more}."


def marks(
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    salt: str,
) -> dict[str, dict[str, str]]:
    """Return the mark of every record.

    Facts that only reports use do not count.

    Parameters
    ----------
    referrals, providers, pools : sequence of records
    salt : str
        Marks of two plans cannot be compared with one another.

    Returns
    -------
    dict
        By kind and identifier; for bed pools see :func:`pool_name`.
    """
    sides: tuple[tuple[str, Iterable[tuple[str, Any]]], ...] = (
        ("referrals", ((one.referral_id, one) for one in referrals)),
        ("providers", ((one.provider_id, one) for one in providers)),
        ("bed_pools", ((pool_name(one.provider_id, one.pool_id), one) for one in pools)),
    )
    key = hashlib.sha256(salt.encode()).digest()
    return {kind: {name: _mark(one, key) for name, one in side} for kind, side in sides}


def pool_name(provider_id: str, pool_id: str) -> str:
    """Return one text that names a bed pool and no other."""
    return f"{provider_id}\0{pool_id}"


def differences(
    before: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]
) -> tuple[Changed, ...]:
    """Return what came, went or changed between two sets of marks with one salt."""
    out = []
    for kind in KINDS:
        old, new = before.get(kind, {}), now.get(kind, {})
        both = old.keys() & new.keys()
        found = Changed(
            kind=kind,
            new=tuple(sorted(new.keys() - old.keys())),
            gone=tuple(sorted(old.keys() - new.keys())),
            other=tuple(sorted(name for name in both if old[name] != new[name])),
        )
        if found:
            out.append(found)
    return tuple(out)


def _reader(record: type[Any]) -> attrgetter[tuple[Any, ...]]:
    names = [field.name for field in dataclasses.fields(record)]
    return attrgetter(*(n for n in names if class_of(record, n) is not FieldClass.MEASURE))


_READERS: dict[type, attrgetter[tuple[Any, ...]]] = {
    record: _reader(record) for record in (Referral, Provider, BedPool)
}


def _mark(record: Referral | Provider | BedPool, key: bytes) -> str:
    values = [_plain(value) for value in _READERS[type(record)](record)]
    return hashlib.blake2b(repr(values).encode(), digest_size=SIZE, key=key).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value in a form that prints the same wherever it came from."""
    if value is None or type(value) in (int, bool):
        return value
    if isinstance(value, frozenset):
        return "set", sorted(map(str, value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    return str(value)
