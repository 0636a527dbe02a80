"""Who was considered for a case, as it is kept: codes, sentences and dates, no names.

Thousands of providers say a few hundred different sentences, so each is kept once.
Names are looked up when the search is read, so that whoever may not know a
confidential place does not learn it from an old search.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matching.domain.errors import StoreError
from matching.domain.records import BedPool, Provider, Referral
from matching.insight.explain import Barred, CaseExplanation, Option
from matching.services.planning import Run
from matching.store import tables
from matching.store.plain import plain_fields

VERSION = 1
#: A provider without a bed pool has no kind of place to offer.
NO_POOL = "No bed pool is on the record for this provider."

_REFERRAL_FIELDS = tuple(Referral.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh the facts about one place were.

    Attributes
    ----------
    beds_as_of : datetime or None
        When the vacancy was last confirmed.
    confirmed_by : str or None
    licence, certificate, training : date or None
        Their ends; of the training the first one to end.
    """

    beds_as_of: datetime | None
    confirmed_by: str | None
    licence: date | None
    certificate: date | None
    training: date | None


@dataclass(frozen=True, slots=True)
class Fitting:
    """A bed pool that no rule barred.

    Attributes
    ----------
    provider_id, pool_id, distance : str
    cost : int
        Total preference cost; less is better.
    points : tuple of (str, int, int)
        Code of each preference with points, the points, and their cost.
    proposed, taken : bool
        Whether the plan proposed it; whether its beds went to others.
    unknown : tuple of (str, str)
        Rules of which a fact was not known: the code and the question.
    fresh : Fresh
    """

    provider_id: str
    pool_id: str
    distance: str
    cost: int
    points: tuple[tuple[str, int, int], ...]
    proposed: bool
    taken: bool
    unknown: tuple[tuple[str, str], ...]
    fresh: Fresh


@dataclass(frozen=True, slots=True)
class Fallen:
    """A provider that was no option.

    Attributes
    ----------
    provider_id, pool_id : str
        The pool that got furthest; empty if there is none.
    reasons : tuple of (str, str)
        Code and sentence of every rule that barred, the first is where it fell.
    fresh : Fresh
    """

    provider_id: str
    pool_id: str
    reasons: tuple[tuple[str, str], ...]
    fresh: Fresh


@dataclass(frozen=True, slots=True)
class Considered:
    """A kept search, as it was.

    Attributes
    ----------
    as_of : datetime
    facts : mapping
        Plain data of the referral that the plan used.
    placed : tuple of (str, str) or None
        Provider and bed pool that the plan proposed.
    stage, rule : str or None
        Where the last chance was lost, for somebody without a place.
    holds : bool or None
        Whether nobody later in line held a place that this person could have had.
    funnel : tuple of (str, int, int)
        Code of each rule, how many fell there, and how many were left.
    providers : int
        All providers considered.
    fitting : tuple of Fitting
    fallen : tuple of Fallen
    """

    as_of: datetime
    facts: Mapping[str, Any]
    placed: tuple[str, str] | None
    stage: str | None
    rule: str | None
    holds: bool | None
    funnel: tuple[tuple[str, int, int], ...]
    providers: int
    fitting: tuple[Fitting, ...]
    fallen: tuple[Fallen, ...]


def search_document(
    run: Run,
    case: str,
    confirmed: Mapping[tuple[str, str], str | None],
    holds: bool | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return the search for one case in a plan, ready for JSON.

    Parameters
    ----------
    run : Run
    case : str
    confirmed : mapping of (str, str) to str or None
        Who confirmed the beds of each pool, by provider and pool.
    holds : bool, optional
        For somebody without a place, whether it is proven that nobody later in
        line holds a place that they could have had.
    only : collection of str, optional
        Providers whose reasons are wanted, where that is all that is asked; by
        default everybody's, as a search is kept.

    Raises
    ------
    NotFound
        If the case is not part of the plan.
    """
    row, found = run.row(case), run.case(case)
    gap = next((one for one in run.gaps if one.row == row), None)
    proposal = found.proposal
    return {
        "version": VERSION,
        "as_of": run.problem.as_of.isoformat(),
        "facts": plain_fields(
            tables.referrals, run.problem.referral_records[row], _REFERRAL_FIELDS
        ),
        "placed": None if proposal is None else [proposal.provider_id, proposal.pool_id],
        "stage": None if gap is None else gap.stage.value,
        "rule": None if gap is None else gap.rule,
        "holds": holds,
        "funnel": [[step.code, step.fell, step.left] for step in found.funnel],
        "providers": found.providers,
        "packed": _pack(_Writer(run, confirmed).rows(found, only)),
    }


class _Writer:
    """Writes the long lists of one search, each text once."""

    def __init__(self, run: Run, confirmed: Mapping[tuple[str, str], str | None]) -> None:
        self._homes = {p.provider_id: p for p in run.problem.provider_records}
        self._pools = {(b.provider_id, b.pool_id): b for b in run.problem.pool_records}
        self._confirmed = confirmed
        self._texts: dict[str, int] = {}

    def rows(
        self, found: CaseExplanation, only: Collection[str] | None = None
    ) -> dict[str, Any]:
        told = {o.provider_id for o in found.options} | {b.provider_id for b in found.barred}
        wanted = self._homes.keys() if only is None else self._homes.keys() & only
        silent = sorted(wanted - told)
        return {
            "fitting": [self._option(one) for one in found.options],
            "fallen": [self._barred(one) for one in found.barred if one.provider_id in wanted]
            + [
                [name, "", [["placement-type", self._text(NO_POOL)]], *self._fresh(name, "")]
                for name in silent
            ],
            "texts": list(self._texts),
        }

    def _text(self, text: str | None) -> int | None:
        return None if text is None else self._texts.setdefault(text, len(self._texts))

    def _option(self, one: Option) -> list[Any]:
        return [
            one.provider_id,
            one.pool_id,
            self._text(one.distance),
            one.cost,
            [[p.code, p.points, p.cost] for p in one.points if p.points],
            int(one.proposed),
            int(one.taken),
            [[q.code, self._text(q.sentence)] for q in one.questions],
            *self._fresh(one.provider_id, one.pool_id),
        ]

    def _barred(self, one: Barred) -> list[Any]:
        return [
            one.provider_id,
            one.pool_id,
            [[f.code, self._text(f.sentence)] for f in one.findings],
            *self._fresh(one.provider_id, one.pool_id),
        ]

    def _fresh(self, provider_id: str, pool_id: str) -> list[int | None]:
        home: Provider = self._homes[provider_id]
        pool: BedPool | None = self._pools.get((provider_id, pool_id))
        ends = [one.expires for one in home.trainings or () if one.expires is not None]
        return [
            self._text(_iso(pool.as_of if pool else None)),
            self._text(self._confirmed.get((provider_id, pool_id))),
            self._text(_iso(home.licence_expires)),
            self._text(_iso(home.certificate_expires)),
            self._text(_iso(min(ends, default=None))),
        ]


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _pack(rows: Mapping[str, Any]) -> str:
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    return base64.b85encode(zlib.compress(text.encode(), 9)).decode("ascii")


def considered(document: Mapping[str, Any]) -> Considered:
    """Return a kept search as it was.

    Raises
    ------
    StoreError
        If this version cannot read it.
    """
    try:
        packed = zlib.decompress(base64.b85decode(document["packed"]))
        rows = json.loads(packed)
        texts = rows["texts"]
        placed = document["placed"]
        return Considered(
            as_of=datetime.fromisoformat(document["as_of"]),
            facts=document["facts"],
            placed=None if placed is None else (placed[0], placed[1]),
            stage=document["stage"],
            rule=document["rule"],
            holds=document["holds"],
            funnel=tuple((code, fell, left) for code, fell, left in document["funnel"]),
            providers=document["providers"],
            fitting=tuple(_fitting(row, texts) for row in rows["fitting"]),
            fallen=tuple(_fallen(row, texts) for row in rows["fallen"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, zlib.error):
        raise StoreError(
            "A kept search cannot be read by this version.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        ) from None


def _fitting(row: list[Any], texts: list[str]) -> Fitting:
    provider_id, pool_id, distance, cost, points, proposed, taken, asked, *fresh = row
    return Fitting(
        provider_id=provider_id,
        pool_id=pool_id,
        distance=texts[distance],
        cost=cost,
        points=tuple((code, number, price) for code, number, price in points),
        proposed=bool(proposed),
        taken=bool(taken),
        unknown=_said(asked, texts),
        fresh=_read_fresh(fresh, texts),
    )


def _fallen(row: list[Any], texts: list[str]) -> Fallen:
    provider_id, pool_id, reasons, *fresh = row
    return Fallen(provider_id, pool_id, _said(reasons, texts), _read_fresh(fresh, texts))


def _said(rows: Iterable[list[Any]], texts: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, texts[text]) for code, text in rows)


def _read_fresh(row: list[int | None], texts: list[str]) -> Fresh:
    as_of, by, *ends = (None if k is None else texts[k] for k in row)
    licence, certificate, training = (
        None if e is None else date.fromisoformat(e) for e in ends
    )
    return Fresh(
        beds_as_of=None if as_of is None else datetime.fromisoformat(as_of),
        confirmed_by=by,
        licence=licence,
        certificate=certificate,
        training=training,
    )
