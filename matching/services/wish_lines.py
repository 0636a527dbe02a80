"""Your wishes: what a young person asked for, and whether it could be met and why.

Written to be read by a child of about twelve: short words, short sentences, no code
word, no blame, and nothing about anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from matching.domain import words as w
from matching.domain.certification import effective_type
from matching.domain.records import Provider, Referral
from matching.intake.vocabulary import language_name
from matching.services import wish_words as words
from matching.services.search_documents import Considered

_NO_PHONES = w.DevicePolicy.NONE
#: From most to least open.
_OPENNESS = list(w.DevicePolicy)


class Standing(StrEnum):
    """How sure the place is."""

    LIVES = "lives"
    ACCEPTED = "accepted"
    HELD = "held"
    PROPOSED = "proposed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """The place that wishes are held against.

    Attributes
    ----------
    standing : Standing
    provider : Provider or None
        As the reader may see it; ``None`` where there is no place.
    secret : bool
        Whether its name and county are not shown.
    """

    standing: Standing
    provider: Provider | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish.

    Attributes
    ----------
    asked : str
        What was asked for, such as "You asked to live at Oak House."
    met : bool or None
        ``None`` if it is not known yet.
    answer : str
        Whether it could be met, and why.
    """

    asked: str
    met: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes of one person.

    Attributes
    ----------
    place : str
        Where they live or may live.
    lines : tuple of Wish
    no_wish : tuple of str
        What they were asked and have no wish about.
    not_asked : tuple of str
        What nobody asked them about.
    """

    place: str
    lines: tuple[Wish, ...]
    no_wish: tuple[str, ...]
    not_asked: tuple[str, ...]


def wishes(
    referral: Referral,
    place: Place,
    names: Mapping[str, str],
    today: date,
    search: Considered | None = None,
    homes: Mapping[str, Provider] = MappingProxyType({}),
) -> Wishes:
    """Hold somebody's wishes against the place they have.

    Parameters
    ----------
    referral : Referral
    place : Place
    names : mapping of str to str
        Of providers, by code, as they may be shown.
    today : date
        The office's.
    search : Considered, optional
        Why other places were not possible.
    homes : mapping of str to Provider, optional
        All providers, by code: what other places that fit are like.

    Returns
    -------
    Wishes
        Every wish on record is among ``lines`` or ``no_wish``, and what is not
        known among ``not_asked``.
    """
    teller = _Teller(referral, place, names, today, search, homes)
    return Wishes(
        place=teller.where(),
        lines=tuple(teller.lines()),
        no_wish=tuple(
            title for name, title in words.ASKED.items() if _is_nothing(getattr(referral, name))
        ),
        not_asked=tuple(
            title for name, title in words.ASKED.items() if getattr(referral, name) is None
        ),
    )


def _is_nothing(value: object) -> bool:
    return value is False or value == frozenset() or value == ()


class _Teller:
    """Says each wish and its answer."""

    def __init__(
        self,
        referral: Referral,
        place: Place,
        names: Mapping[str, str],
        today: date,
        search: Considered | None,
        homes: Mapping[str, Provider],
    ) -> None:
        self._person, self._place, self._names = referral, place, names
        self._home, self._today = place.provider, today
        self._fallen = {one.provider_id: one for one in search.fallen} if search else {}
        fitting = search.fitting if search else ()
        self._fits = {one.provider_id for one in fitting}
        self._open = {one.provider_id for one in fitting if not one.taken}
        # Why it is this place can be told only where the search itself proposed it.
        mine = None if place.provider is None else place.provider.provider_id
        proposed = search.placed[0] if search and search.placed else None
        self._told = search is not None and mine == proposed
        self._homes = homes

    def where(self) -> str:
        """Say where the person lives or may live."""
        if self._home is None:
            return "We have not found a place for you yet. We keep on looking."
        name = self._here()
        return {
            Standing.LIVES: f"You live at {name}.",
            Standing.ACCEPTED: f"{name[0].upper()}{name[1:]} said yes to you.",
            Standing.HELD: f"A bed at {name} is kept for you.",
            Standing.PROPOSED: f"We want to ask for a bed for you at {name}.",
        }[self._place.standing]

    def _here(self) -> str:
        if self._home is None or self._place.secret:
            return "a safe place with a secret name"
        return self._names.get(self._home.provider_id, "this place")

    def lines(self) -> Iterator[Wish]:
        """Say every wish in its order."""
        yield from self._preferred()
        yield from self._kinds()
        yield from self._refused()
        yield from self._settings()
        yield from self._affirming()
        yield from self._faith()
        yield from self._devices()
        yield from self._languages()

    def _preferred(self) -> Iterator[Wish]:
        for wanted in self._person.preferred_providers or ():
            name = self._names.get(wanted, "a place we do not know")
            asked = f"You asked to live at {name}."
            if self._home is not None and self._home.provider_id == wanted:
                yield Wish(asked, True, "Yes. That is the place.")
            else:
                yield self._not_there(asked, wanted)

    def _not_there(self, asked: str, wanted: str) -> Wish:
        fallen = self._fallen.get(wanted)
        if wanted not in self._names:
            return Wish(asked, False, words.GONE)
        if fallen is not None:
            return Wish(asked, False, words.WHY[fallen.reasons[0][0]])
        if wanted not in self._fits:
            return Wish(asked, None, "We have not looked at that place yet.")
        if not self._told:
            return Wish(asked, False, words.ASK_WHY)
        free = wanted in self._open
        return Wish(asked, False, words.OTHER_PLACE if free else words.NO_BED)

    def _kinds(self) -> Iterator[Wish]:
        wanted = self._person.preferred_types or ()
        if not wanted:
            return
        asked = f"You asked to live {_or(words.TYPES[one] for one in wanted)}."
        kind = effective_type(self._home, self._today) if self._home else None
        if self._home is None:
            yield Wish(asked, False, self._no_place())
        elif kind is None:
            yield Wish(asked, None, "We still have to ask what kind of home it is.")
        elif kind in wanted:
            yield Wish(asked, True, f"Yes. You will live {words.TYPES[kind]}.")
        else:
            why = self._why(lambda home: effective_type(home, self._today) in wanted)
            yield Wish(asked, False, f"You will live {words.TYPES[kind]}. {why}")

    def _refused(self) -> Iterator[Wish]:
        refused = sorted(self._person.vetoed_providers or ())
        if not refused:
            return
        names = _or(self._names.get(one, "a place we do not know") for one in refused)
        asked = f"You said no to {names}."
        there = self._home is not None and self._home.provider_id in refused
        if there:
            yield Wish(asked, False, "We should not have picked it. Please tell your worker.")
        else:
            yield Wish(asked, True, "Yes. We did not pick it.")

    def _settings(self) -> Iterator[Wish]:
        settings = self._person.acceptable_settings or frozenset()
        if not settings:
            return
        some = [words.SETTINGS[one] for one in w.Setting if one in settings]
        asked = f"You said that you can live in {_or(some)}."
        if self._home is None:
            yield Wish(asked, False, self._no_place())
            return
        fallen = self._fallen.get(self._home.provider_id)
        codes = {code for code, _ in fallen.reasons} if fallen else set()
        if codes & {"gender", "resident-gender"}:
            yield Wish(asked, False, "This place is not like that. Please ask why.")
        elif self._home.provider_id in self._fits:
            yield Wish(asked, True, "Yes. This place is like that.")
        else:
            yield Wish(asked, None, "We still have to ask the place.")

    def _affirming(self) -> Iterator[Wish]:
        if not self._person.lgbtq_affirming_requested:
            return
        asked = "You asked for a place that is good for LGBTQ+ people."
        says = None if self._home is None else self._home.lgbtq_affirming
        why = self._why(lambda home: home.lgbtq_affirming is True)
        no = f"This place does not say so. {why}"
        yield self._yes_no(asked, says, "The place says that it is.", no)

    def _faith(self) -> Iterator[Wish]:
        wanted = self._person.faith_preference
        if wanted is None:
            return
        asked = f"You asked for a place {words.FAITH[wanted]}."
        has = None if self._home is None else self._home.faith_character
        same = None if has is None else has is wanted
        why = self._why(lambda home: home.faith_character is wanted)
        no = "" if has is None else f"This is a place {words.FAITH[has]}. {why}"
        yield self._yes_no(asked, same, "This place is like that.", no)

    def _devices(self) -> Iterator[Wish]:
        wanted = self._person.device_preference
        if wanted is None:
            return
        what = words.DEVICES[wanted]
        asked = f"You asked for {what}." if wanted is _NO_PHONES else f"You asked {what}."
        has = None if self._home is None else self._home.device_policy
        why = self._why(lambda home: _as_open(home.device_policy, wanted) is True)
        no = "" if has is None else f"{words.STRICTER[has]} {why}"
        yield self._yes_no(asked, _as_open(has, wanted), words.ALLOWED[wanted], no)

    def _languages(self) -> Iterator[Wish]:
        spoken = self._person.languages or ()
        if not spoken:
            return
        first = language_name(spoken[0])
        asked = f"You speak {_and(language_name(one) for one in spoken)}."
        there = None if self._home is None else self._home.languages
        met = None if there is None else spoken[0] in there
        no = f"People there do not speak {first}."
        if there is not None and set(spoken) & there:
            shared = next(one for one in spoken if one in there)
            no = f"{no} They speak {language_name(shared)}."
        elif self._person.interpreter_ok:
            no = f"{no} Somebody can help you to talk with them."
        yield self._yes_no(asked, met, f"People there speak {first}.", no)

    def _yes_no(self, asked: str, met: bool | None, yes: str, no: str) -> Wish:
        if self._home is None:
            return Wish(asked, False, self._no_place())
        if met is None:
            return Wish(asked, None, "We still have to ask the place.")
        return Wish(asked, met, f"Yes. {yes}" if met else no)

    def _why(self, wanted: Callable[[Provider], bool]) -> str:
        """Say why it is not another place, one that is as wished."""
        if not self._told or not self._homes:
            return words.ASK_WHY
        mine = None if self._home is None else self._home.provider_id
        like = {name for name, home in self._homes.items() if wanted(home) and name != mine}
        if like & self._open:
            return words.FITS_MORE
        return words.FULL if like & self._fits else words.NO_SUCH

    def _no_place(self) -> str:
        return "We have not found a place yet. We keep this in mind."


def _as_open(has: w.DevicePolicy | None, wanted: w.DevicePolicy) -> bool | None:
    """Tell whether a place is at least as open as wanted; ``None`` if nobody has said."""
    return None if has is None else _OPENNESS.index(has) <= _OPENNESS.index(wanted)


def _or(parts: Iterable[str]) -> str:
    return _joined(list(parts), "or")


def _and(parts: Iterable[str]) -> str:
    return _joined(list(parts), "and")


def _joined(parts: list[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
