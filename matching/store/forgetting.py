"""Removing people from what is recorded, so that counts stay and nobody can be found.

Every table has a treatment. Where a row is kept, the case reference in it becomes
another one made at random, the same everywhere, so that what adds up goes on adding
up. The audit log is left as it is: it holds opaque codes alone, and its chain must hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from matching.domain.records import Referral
from matching.store import tables, tables_access, tables_casework
from matching.store.columns import JsonText, UtcDateTime
from matching.store.schema import metadata
from matching.store.unit import Unit


class Treatment(StrEnum):
    """What becomes of a table's rows about a person whose time is over."""

    NOBODY = "nobody"  #: says nothing about a person
    RECORD = "record"  #: the referral itself: as little is left as counts need
    KEPT = "kept"  #: stays under another code, with days for moments
    REMOVED = "removed"
    WRITTEN = "written"  #: a document that names people by their codes
    NAMED = "named"  #: a record of something else that may name a person
    CHAIN = "chain"  #: the audit log: never changed


#: A table that is not here would be kept as it is without anybody having said so.
TREATMENT: Mapping[str, Treatment] = {
    "record_state": Treatment.NOBODY,
    "offices": Treatment.NOBODY,
    "accounts": Treatment.NOBODY,
    "memberships": Treatment.NOBODY,
    "sessions": Treatment.NOBODY,
    "openings": Treatment.NOBODY,
    "upload_batches": Treatment.NOBODY,
    "upload_recipes": Treatment.NOBODY,
    "upload_images": Treatment.REMOVED,
    "providers": Treatment.NAMED,
    "bed_pools": Treatment.NOBODY,
    "referrals": Treatment.RECORD,
    "plan_runs": Treatment.WRITTEN,
    "publications": Treatment.NOBODY,
    "scenarios": Treatment.WRITTEN,
    "history": Treatment.NOBODY,
    "equity_facts": Treatment.REMOVED,
    "audit_events": Treatment.CHAIN,
    "cases": Treatment.KEPT,
    "offers": Treatment.KEPT,
    "calls": Treatment.KEPT,
    "placements": Treatment.KEPT,
    "searches": Treatment.REMOVED,
    "clearances": Treatment.NOBODY,
    "consents": Treatment.REMOVED,
    "shares": Treatment.REMOVED,
}

#: In the documents of plans: how many of their people were removed.
REMOVED_PEOPLE = "removed_people"
#: Values under these keys are codes of something else, which may look alike.
_NO_PERSON = frozenset(
    {
        "provider",
        "provider_id",
        "providers",
        "bed_pool",
        "pool_id",
        "pools",
        "rule",
        "ask",
        "stage",
        "tier",
        "status",
        "method",
        "policy",
        "policy_version",
        "kind",
        "reason",
        "role",
        "by",
        "salt",
        "funnel",
        "versions",
        "seconds",
    }
)
#: Under these keys people are the keys of a table.
_BY_PERSON = frozenset({"referrals", "people", "cases"})
_CASE = ("cases", "offers", "placements")
_PEOPLE_IN = ("plan_runs", "scenarios")

Day = Callable[[datetime], datetime]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a document with people under other codes."""
    if isinstance(value, Mapping):
        return {
            key: part
            if key in _NO_PERSON
            else {names.get(name, name): renamed(one, names) for name, one in part.items()}
            if key in _BY_PERSON and isinstance(part, Mapping)
            else renamed(part, names)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def without_marks(document: Mapping[str, Any], people: Iterable[str]) -> dict[str, Any]:
    """Return a plan's document without what tells whether these people's facts changed."""
    gone = set(people)
    out, records = dict(document), document.get("records")
    if isinstance(records, Mapping) and isinstance(records.get("referrals"), Mapping):
        marks = {name: one for name, one in records["referrals"].items() if name not in gone}
        out["records"] = {**records, "referrals": marks}
    return out


def _people_in(document: Mapping[str, Any]) -> set[str]:
    rows = [*document.get("placements", ()), *document.get("not_placed", ())]
    return {str(row.get("referral")) for row in rows}


class Forgetting:
    """What is removed when its time is over, of one office."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._here = unit.connection

    def closed_before(self, moment: datetime, limit: int) -> tuple[str, ...]:
        """Return cases that were closed before a moment and still hold facts, oldest first."""
        cases = tables_casework.cases
        query = (
            sa.select(cases.c.referral_id)
            .where(cases.c.office == self._unit.office, cases.c.stripped_at.is_(None))
            .where(cases.c.closed_at < moment, cases.c.state == "closed")
            .order_by(cases.c.closed_at, cases.c.referral_id)
            .limit(limit)
        )
        return tuple(self._here.execute(query).scalars())

    def strip(self, left: Mapping[str, Referral], at: datetime, day: Day) -> None:
        """Leave of people what is given, under the code that it has.

        Parameters
        ----------
        left : mapping of str to Referral
            By case reference, under another code.
        at : datetime
        day : callable
            Returns what is left of a moment.
        """
        names = {old: new.referral_id for old, new in left.items()}
        self._write_people(left)
        for name in _CASE:
            self._keep(metadata.tables[name], names, day)
        self._blank_calls(names, day)
        self._remove_sharing(names)
        cases = tables_casework.cases
        self._here.execute(
            cases.update()
            .where(cases.c.office == self._unit.office)
            .where(cases.c.referral_id.in_(names.values()))
            .values(stripped_at=at, version=cases.c.version + 1)
        )
        self._remove_people(names)
        self._rewrite(names)

    def delete(self, names: Mapping[str, str]) -> dict[str, int]:
        """Remove people and all that was done for them.

        Parameters
        ----------
        names : mapping of str to str
            By case reference the code that stands for them where counts need one.

        Returns
        -------
        dict of str to int
            Rows removed, by table.
        """
        # A bed that somebody had is free for every office again.
        self._unit.writing(shared=True)
        counts = {"calls": self._delete_calls(names)}
        placements, offers = tables_casework.placements, tables_casework.offers
        counts["placements"] = self._delete_of(placements, names)
        counts["offers"] = self._delete_of(offers, names)
        counts |= self._remove_sharing(names)
        counts["cases"] = self._delete_of(tables_casework.cases, names)
        counts["referrals"] = self._remove_people(names)
        self._rewrite(names)
        return counts

    # -- by age ------------------------------------------------------------------------

    def expire(self, name: str, moment: datetime) -> int:
        """Remove rows whose time is over.

        Parameters
        ----------
        name : str
            "sessions", "openings", "publications", "images", "searches" or "sharing".
        moment : datetime
            What ended, or was made, before it is removed.

        Returns
        -------
        int
        """
        if name == "sharing":
            return self._expire_sharing(moment)
        if name == "images":
            batches, images = tables.upload_batches, tables.upload_images
            old = sa.select(batches.c.id).where(
                batches.c.office == self._unit.office, batches.c.at < moment
            )
            return self._gone(images.delete().where(images.c.batch_id.in_(old)))
        table, column = {
            "sessions": (tables_access.sessions, tables_access.sessions.c.seen_at),
            "openings": (tables_access.openings, tables_access.openings.c.until),
            "publications": (tables.publications, tables.publications.c.made_at),
            "searches": (tables_casework.searches, tables_casework.searches.c.made_at),
        }[name]
        mine = table.c.office == self._unit.office
        return self._gone(table.delete().where(mine, column < moment))

    def _expire_sharing(self, moment: datetime) -> int:
        shares, consents = tables_casework.shares, tables_casework.consents
        old = sa.select(shares.c.id).where(
            shares.c.office == self._unit.office, shares.c.expires_at < moment
        )
        number = self._drop_shares(old)
        used = sa.select(shares.c.consent_id).where(shares.c.consent_id.is_not(None))
        return number + self._gone(
            consents.delete().where(
                consents.c.office == self._unit.office,
                consents.c.expires < moment.date(),
                consents.c.id.not_in(used),
            )
        )

    # -- rows of people ----------------------------------------------------------------

    def _write_people(self, left: Mapping[str, Referral]) -> None:
        """Write what is left beside what there was, since other rows refer to both."""
        table = tables.referrals
        fields = [column.name for column in table.columns if hasattr(Referral, column.name)]
        for old, new in left.items():
            mine = table.c.office == self._unit.office, table.c.referral_id == old
            row = dict(self._here.execute(sa.select(table).where(*mine)).mappings().one())
            row |= {name: getattr(new, name) for name in fields}
            self._writing().execute(table.insert(), row | {"version": row["version"] + 1})

    def _keep(self, table: sa.Table, names: Mapping[str, str], day: Day) -> None:
        mine = self._of(table, names)
        moments = [c for c in table.columns if isinstance(c.type, UtcDateTime)]
        keys = list(table.primary_key.columns)
        rows = self._here.execute(
            sa.select(*keys, table.c.referral_id.label("whose"), *moments).where(mine)
        ).mappings()
        blank = {c.name: None for c in table.columns if isinstance(c.type, JsonText)}
        for row in rows.all():
            days = {c.name: row[c.name] and day(row[c.name]) for c in moments}
            where = [column == row[column.name] for column in keys]
            values = {**blank, **days, "referral_id": names[row["whose"]]}
            self._here.execute(table.update().where(*where).values(values))

    def _blank_calls(self, names: Mapping[str, str], day: Day) -> None:
        calls = tables_casework.calls
        mine = self._calls_of(names.values())
        for row in self._here.execute(sa.select(calls.c.id, calls.c.at).where(mine)).all():
            self._here.execute(
                calls.update().where(calls.c.id == row.id).values(at=day(row.at), asked=[])
            )

    def _remove_sharing(self, names: Mapping[str, str]) -> dict[str, int]:
        shares = tables_casework.shares
        mine = sa.select(shares.c.id).where(self._of(shares, names))
        return {
            "shares": self._drop_shares(mine),
            "consents": self._delete_of(tables_casework.consents, names),
            "searches": self._delete_of(tables_casework.searches, names),
        }

    def _drop_shares(self, which: sa.Select[Any]) -> int:
        offers, shares = tables_casework.offers, tables_casework.shares
        numbers = list(self._here.execute(which).scalars())
        self._writing().execute(
            offers.update().where(offers.c.share_id.in_(numbers)).values(share_id=None)
        )
        return self._gone(shares.delete().where(shares.c.id.in_(numbers)))

    def _delete_calls(self, names: Mapping[str, str]) -> int:
        return self._gone(tables_casework.calls.delete().where(self._calls_of(names)))

    def _calls_of(self, people: Iterable[str]) -> sa.ColumnElement[bool]:
        offers = tables_casework.offers
        mine = sa.select(offers.c.id).where(self._of(offers, people))
        return tables_casework.calls.c.offer_id.in_(mine)

    def _remove_people(self, names: Mapping[str, str]) -> int:
        self._delete_of(tables.equity_facts, names)
        images, batches = tables.upload_images, tables.upload_batches
        mine = sa.select(batches.c.id).where(batches.c.office == self._unit.office)
        keys = [[name] for name in names]
        self._gone(
            images.delete().where(
                images.c.kind == "referral",
                images.c.batch_id.in_(mine),
                sa.or_(*(images.c.key == key for key in keys)),
            )
        )
        return self._delete_of(tables.referrals, names)

    # -- where others name them --------------------------------------------------------

    def _rewrite(self, names: Mapping[str, str]) -> None:
        for name in _PEOPLE_IN:
            table = metadata.tables[name]
            self._rewrite_documents(table, names, table.c.office == self._unit.office)
        batches, images = tables.upload_batches, tables.upload_images
        mine = sa.select(batches.c.id).where(batches.c.office == self._unit.office)
        self._rewrite_documents(images, names, images.c.batch_id.in_(mine))
        self._rewrite_sets(tables.referrals, "separate_from", names)
        self._rewrite_sets(tables.providers, "resident_tokens", names)

    def _rewrite_documents(
        self, table: sa.Table, names: Mapping[str, str], mine: sa.ColumnElement[bool]
    ) -> None:
        documents = [c for c in table.columns if isinstance(c.type, JsonText)]
        named = sa.or_(*(_holds(c, name) for c in documents for name in names))
        query = sa.select(table.c.id, *documents).where(mine, named)
        for row in self._here.execute(query).mappings().all():
            values = {}
            for column in documents:
                document = row[column.name]
                if column.name == "document":
                    gone = _people_in(document) & names.keys()
                    document = without_marks(document, names)
                    already = document.get(REMOVED_PEOPLE, 0)
                    document = {**document, REMOVED_PEOPLE: already + len(gone)}
                values[column.name] = renamed(document, names)
            self._writing(data=False).execute(
                table.update().where(table.c.id == row["id"]).values(values)
            )

    def _rewrite_sets(self, table: sa.Table, name: str, names: Mapping[str, str]) -> None:
        column = table.c[name]
        keys = list(table.primary_key.columns)
        shared = "office" not in table.c
        mine = [] if shared else [table.c.office == self._unit.office]
        named = sa.or_(*(_holds(column, one) for one in names))
        query = sa.select(*keys, column).where(*mine, named)
        for row in self._here.execute(query).mappings().all():
            new = frozenset(names.get(one, one) for one in row[name] or ())
            where = [key == row[key.name] for key in keys]
            changed = {name: new, "version": table.c.version + 1}
            connection = self._unit.writing(shared=shared)
            connection.execute(table.update().where(*where).values(changed))

    # -- small things ------------------------------------------------------------------

    def _of(self, table: sa.Table, people: Iterable[str]) -> sa.ColumnElement[bool]:
        mine = table.c.office == self._unit.office
        return sa.and_(mine, table.c.referral_id.in_(list(people)))

    def _delete_of(self, table: sa.Table, people: Iterable[str]) -> int:
        return self._gone(table.delete().where(self._of(table, people)))

    def _gone(self, statement: sa.Delete) -> int:
        return int(self._writing().execute(statement).rowcount)

    def _writing(self, *, data: bool = True) -> sa.Connection:
        return self._unit.writing(data=data)


def _holds(column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that a JSON text holds a text of its own."""
    return sa.type_coerce(column, sa.Text).contains(json.dumps(name), autoescape=True)
