"""How a file was read is found again by its headers; the newest counts."""

from __future__ import annotations

import pytest

from matching.domain.errors import InputError
from matching.store import StoredRecipe
from tests.store.making import NOW


def recipe(**changed):
    values = {
        "sender": "Harbor",
        "headers": "aa",
        "kind": "providers",
        "recipe": {"columns": {"Bed count": "beds_licensed"}},
        "actor": "kim",
        "at": NOW,
    }
    return StoredRecipe(**{**values, **changed})


def test_a_recipe_is_found_by_headers_and_kind(store):
    with store.transaction() as tx:
        tx.recipes.remember(recipe())
    with store.reading() as read:
        assert read.recipes.find("aa", "providers") == recipe()
        assert read.recipes.find("aa", "providers", "Harbor") == recipe()
        assert read.recipes.find("aa", "providers", "Elm") is None
        assert read.recipes.find("aa", "referrals") is None
        assert read.recipes.find("bb", "providers") is None


def test_the_newest_takes_the_place_of_the_one_before(store):
    newer = recipe(recipe={"columns": {}}, actor="lee")
    with store.transaction() as tx:
        tx.recipes.remember(recipe())
        tx.recipes.remember(newer)
        tx.recipes.remember(recipe(headers="bb"))
        assert tx.recipes.find("aa", "providers") == newer


def test_another_sender_with_the_same_headers_keeps_its_own(store):
    with store.transaction() as tx:
        tx.recipes.remember(recipe())
        tx.recipes.remember(recipe(sender="Elm", recipe={}))
        assert tx.recipes.find("aa", "providers", "Harbor") == recipe()
        assert tx.recipes.find("aa", "providers").sender == "Elm"


def test_remembering_changes_no_fact(store):
    version = store.data_version()
    with store.transaction() as tx:
        tx.recipes.remember(recipe())
    assert store.data_version() == version


def test_what_has_no_json_form_is_refused(store):
    with pytest.raises(InputError), store.transaction() as tx:
        tx.recipes.remember(recipe(recipe={"day": NOW}))
