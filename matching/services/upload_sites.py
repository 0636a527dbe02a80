"""What a list says of compromised sites: it closes them, and never opens one by itself.

That a site is clear counts as a first word only from whoever may clear sites; from
anybody else it is told that the list changes nothing about it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from matching.domain.access import Action, Role, allows
from matching.domain.records import Provider
from matching.domain.sites import is_closed, opened_by
from matching.services.upload_merging import merge
from matching.services.upload_records import PROVIDER, Key, Record, replaced

Records = Mapping[str, Mapping[Key, Record]]
Fields = Mapping[tuple[str, Key], Collection[str]]


def still_closed(
    said: Records, there: Records, unknown: Fields, keep: Fields, today: date
) -> tuple[Records, frozenset[str]]:
    """Return what a list says without its word that a compromised site is clear.

    A site is opened by two people. That a list says it is clear, or closes it for a
    shorter time than is on record, is a word; see :func:`words_of` for whether it counts.

    Parameters
    ----------
    said, there : mapping
        Records of the list and of the record, by kind and key.
    unknown, keep : mapping
        Fields that the list says nobody knows, and that are to stay as on record, by
        kind and key of the record.
    today : date
        In the office's time zone.

    Returns
    -------
    said : mapping
    called_clear : frozenset of str
        Providers that the list calls clear.
    """
    found: dict[Key, Record] = {}
    words: set[str] = set()
    for key, one in said.get(PROVIDER, {}).items():
        before = there[PROVIDER].get(key)
        place = PROVIDER, key
        after = one
        if before is not None:
            after, _ = merge(before, one, unknown.get(place, ()), keep.get(place, ()))
        if not isinstance(one, Provider) or not isinstance(after, Provider):
            continue
        home = before if isinstance(before, Provider) else None
        if not opened_by(home, after, today):
            continue
        found[key] = replaced(one, _as_it_stays(home, after, today))
        if one.compromise_cleared is True or (home is not None and is_closed(home, today)):
            words.add(one.provider_id)
    if not found:
        return said, frozenset()
    return {**said, PROVIDER: {**said[PROVIDER], **found}}, frozenset(words)


def words_of(
    role: Role, called_clear: frozenset[str], waiting: Collection[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return of which sites a list is the first of two words, and of which it is none.

    Parameters
    ----------
    role : Role
        Of whoever saves the list; only one that may clear sites is heard.
    called_clear : frozenset of str
        Providers that the list calls clear.
    waiting : collection of str
        Providers of which somebody has said the first word: the same is not said again.

    Returns
    -------
    first_words, unheard : frozenset of str
    """
    if allows(role, Action.CLEAR_SITE):
        return called_clear - set(waiting), frozenset()
    return frozenset(), called_clear


def _as_it_stays(
    before: Provider | None, after: Provider, today: date
) -> dict[str, date | bool | None]:
    """Return until when a site stays closed: the later of what is known and what is said."""
    days = [after.compromised_until]
    cleared: bool | None = False
    if before is not None and is_closed(before, today):
        days.append(before.compromised_until)
        cleared = before.compromise_cleared
    until = max(one for one in days if one is not None)
    return {"compromised_until": until, "compromise_cleared": cleared}
