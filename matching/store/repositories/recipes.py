"""How files were read, kept by sender and headers; never what stood in them."""

from __future__ import annotations

import sqlalchemy as sa

from matching.store.documents import StoredRecipe
from matching.store.tables import upload_recipes
from matching.store.unit import Unit

_COLUMNS = [column for column in upload_recipes.columns if column.name not in ("id", "office")]


class Recipes:
    """Recipes; the newest for the same headers counts."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def remember(self, recipe: StoredRecipe) -> None:
        """Keep a recipe, in the place of the one for the same sender, headers and kind."""
        column = upload_recipes.c
        connection = self._unit.writing(data=False)
        connection.execute(
            upload_recipes.delete().where(
                column.office == self._unit.office,
                column.sender == recipe.sender,
                column.headers == recipe.headers,
                column.kind == recipe.kind,
            )
        )
        connection.execute(
            upload_recipes.insert().values(
                office=self._unit.office,
                sender=recipe.sender,
                headers=recipe.headers,
                kind=recipe.kind,
                recipe=dict(recipe.recipe),
                actor=recipe.actor,
                at=recipe.at,
            )
        )

    def find(self, headers: str, kind: str, sender: str | None = None) -> StoredRecipe | None:
        """Return the recipe kept last for a fingerprint of headers, or ``None``.

        Parameters
        ----------
        headers : str
            Fingerprint of the headers.
        kind : str
            "providers" or "referrals".
        sender : str, optional
            Only that of one agency or sender; by default of any.
        """
        column = upload_recipes.c
        where = [
            column.office == self._unit.office,
            column.headers == headers,
            column.kind == kind,
        ]
        if sender is not None:
            where.append(column.sender == sender)
        query = sa.select(*_COLUMNS).where(*where).order_by(column.id.desc()).limit(1)
        row = self._unit.connection.execute(query).mappings().one_or_none()
        return None if row is None else StoredRecipe(**row)
