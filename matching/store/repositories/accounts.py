"""Accounts and the role each has at each office."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from matching.domain.access import Role
from matching.domain.accounts import Account
from matching.domain.errors import ConflictError, InputError, NotFound
from matching.store.tables_access import accounts, memberships, sessions
from matching.store.unit import Unit

_LAST = (
    sa.select(sa.func.max(sessions.c.started_at))
    .where(sessions.c.account_id == accounts.c.id)
    .scalar_subquery()
    .label("last_sign_in")
)

# With every press somebody is looked up, so these are put together once.
_ALL = sa.select(accounts, _LAST).order_by(accounts.c.name)
_ONE = _ALL.where(accounts.c.id == sa.bindparam("number"))
_ALL_ROLES = sa.select(memberships)
_ROLES = _ALL_ROLES.where(memberships.c.account_id == sa.bindparam("number"))


class Accounts:
    """Accounts of every office: one person may work at several."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def exist(self) -> bool:
        """Tell whether there is any account, in use or not."""
        query = sa.select(accounts.c.id).limit(1)
        return self._unit.connection.execute(query).first() is not None

    def all(self) -> tuple[Account, ...]:
        """Return every account, in the order of names."""
        return self._read(sa.true())

    def at_office(self, office: str) -> tuple[Account, ...]:
        """Return the accounts that have a role at an office, in the order of names."""
        here = sa.select(memberships.c.account_id).where(memberships.c.office == office)
        return self._read(accounts.c.id.in_(here))

    def get(self, account_id: int) -> Account:
        """Return an account by its number.

        Raises
        ------
        NotFound
        """
        found = self._found(_ONE, {"number": account_id})
        if not found:
            raise NotFound("There is no such account.", next_step="Look at the list again.")
        return found[0]

    def named(self, name: str) -> Account | None:
        """Return the account of that name, if there is one."""
        found = self._read(accounts.c.name == name)
        return found[0] if found else None

    def known_as(self, issuer: str, subject: str) -> Account | None:
        """Return the account of somebody at an identity provider, if there is one."""
        found = self._read(sa.and_(accounts.c.issuer == issuer, accounts.c.subject == subject))
        return found[0] if found else None

    def add(self, account: Account) -> Account:
        """Add an account with its roles; its number is given here.

        Raises
        ------
        InputError
            If there is one of that name.
        """
        if self.named(account.name) is not None:
            raise InputError(
                "There is an account of that name already.", next_step="Choose another name."
            )
        row = {
            name: getattr(account, name)
            for name in accounts.c.keys()  # noqa: SIM118  # columns are looked up by name
            if name != "id"
        }
        connection = self._unit.writing(data=False)
        number = connection.execute(
            accounts.insert().returning(accounts.c.id), row
        ).scalar_one()
        for office, role in account.roles.items():
            self.set_role(int(number), office, role)
        return self.get(int(number))

    def change(self, account: Account, **values: Any) -> Account:
        """Change fields of an account as it was read.

        Raises
        ------
        ConflictError
            If somebody changed it meanwhile.
        """
        done = self._unit.writing(data=False).execute(
            accounts.update()
            .where(accounts.c.id == account.id, accounts.c.version == account.version)
            .values(**values, version=account.version + 1)
        )
        if done.rowcount != 1:
            raise ConflictError(
                "Somebody else changed this account meanwhile.",
                next_step="Look at it again and repeat the change.",
            )
        return self.get(account.id)

    def set_role(self, account_id: int, office: str, role: Role | None) -> None:
        """Give an account a role at an office in place of any it has there, or take it."""
        connection = self._unit.writing(data=False)
        connection.execute(
            memberships.delete().where(
                memberships.c.account_id == account_id, memberships.c.office == office
            )
        )
        if role is not None:
            row = {"account_id": account_id, "office": office, "role": role.value}
            connection.execute(memberships.insert(), row)

    def _read(self, where: sa.ColumnElement[bool]) -> tuple[Account, ...]:
        return self._found(_ALL.where(where), {})

    def _found(self, query: sa.Select[Any], values: Mapping[str, Any]) -> tuple[Account, ...]:
        rows = self._unit.connection.execute(query, values).mappings().all()
        roles = self._roles([row["id"] for row in rows])
        return tuple(Account(**row, roles=roles.get(row["id"], _NONE)) for row in rows)

    def _roles(self, numbers: list[int]) -> dict[int, Mapping[str, Role]]:
        one = len(numbers) == 1
        query, values = (_ROLES, {"number": numbers[0]}) if one else (_ALL_ROLES, {})
        found: dict[int, dict[str, Role]] = {}
        if numbers:
            for row in self._unit.connection.execute(query, values).mappings():
                found.setdefault(row["account_id"], {})[row["office"]] = Role(row["role"])
        return {number: MappingProxyType(by_office) for number, by_office in found.items()}


_NONE: Mapping[str, Role] = MappingProxyType({})
