"""The steps of a scenario in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matching.domain.scenario import (
    AddBeds,
    ChangeAges,
    ChangeRadius,
    CloseProvider,
    LapseLicence,
    OpenProvider,
    Paper,
    Relicense,
    Step,
    Surge,
    Train,
)
from matching.domain.words import Capability, Course, Gender, PlacementType, Urgency, label
from matching.engine.rules.text import counted, listed
from matching.insight.remedies import COURSES

#: What may be renewed, in words.
PAPERS = {
    Paper.LICENCE: "licence",
    Paper.CERTIFICATE: "certificate for exploited children",
    Paper.BACKGROUND_CHECK: "background check of the adults",
}
_GENDERS = {
    Gender.FEMALE: "girls and women",
    Gender.MALE: "boys and men",
    Gender.TRANS_FEMALE: "trans girls and women",
    Gender.TRANS_MALE: "trans boys and men",
    Gender.NONBINARY: "non-binary people",
}
_NEED = {
    Urgency.TONIGHT: " who need{s} a bed tonight",
    Urgency.WITHIN_72_HOURS: " who need{s} a bed within 72 hours",
    Urgency.PLANNED: " whose move is planned",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in sentences.

    Attributes
    ----------
    homes : mapping of str to str
        Names of providers; one that is not in it is called by its code.
    pools : mapping of (str, str) to str
        Names of bed pools, only of providers with several.
    county : callable
        Name of a county by its code.
    """

    homes: Mapping[str, str]
    pools: Mapping[tuple[str, str], str]
    county: Callable[[str | None], str]

    def home(self, provider_id: str) -> str:
        """Return the name of a provider."""
        return self.homes.get(provider_id, provider_id)

    def pool(self, provider_id: str, pool_id: str) -> str:
        """Return the name of a provider, with that of the pool where there are several."""
        found = self.pools.get((provider_id, pool_id))
        return self.home(provider_id) + (f" ({found})" if found else "")


def sentence(step: Step, names: Names) -> str:
    """Return a step as one plain sentence."""
    match step:
        case AddBeds(provider_id, pool_id, beds, licence):
            them = "it" if beds == 1 else "them"
            also = f", with a licence for {them}" if licence else ""
            return f"{counted(beds, 'more bed')} at {names.pool(provider_id, pool_id)}{also}."
        case Train(provider_id, courses):
            said = listed([COURSES[one] for one in Course if one in courses])
            return f"{names.home(provider_id)} takes {said}."
        case Relicense(provider_id, Paper.BACKGROUND_CHECK):
            return f"The {PAPERS[step.what]} of {names.home(provider_id)} is clear."
        case Relicense(provider_id, what):
            return f"The {PAPERS[what]} of {names.home(provider_id)} is good for a year."
        case CloseProvider(provider_id):
            return f"{names.home(provider_id)} closes."
        case LapseLicence(provider_id):
            return f"The licence of {names.home(provider_id)} runs out."
        case OpenProvider():
            return _opens(step, names)
        case ChangeAges(provider_id, pool_id, low, high):
            return f"{names.pool(provider_id, pool_id)} takes {_ages(low, high)}."
        case ChangeRadius(miles):
            return f"A place may be up to {counted(miles, 'mile')} from home."
        case Surge():
            return _surge(step, names)


def _surge(step: Surge, names: Names) -> str:
    one = step.people == 1
    who = counted(step.people, "more person", "more people")
    need = "" if step.urgency is None else _NEED[step.urgency].format(s="s" if one else "")
    where = f" from {names.county(step.county)}" if step.county else ""
    return f"{who}{need} {'is' if one else 'are'} referred{where}."


def _opens(step: OpenProvider, names: Names) -> str:
    kind = "A new place" if step.placement_type is None else f"A new {_kind(step)}"
    out = f"{kind} opens"
    if step.county:
        out += f" in {names.county(step.county)}"
    if step.like:
        out += f", like {names.home(step.like)}"
    out += f", with {counted(step.beds, 'bed')}"
    who = "" if step.genders is None else _served(step.genders)
    if step.age_min is not None or step.age_max is not None:
        who = f"{who or 'people'} of {_ages(step.age_min, step.age_max)}"
    out = f"{out} for {who}" if who else out
    if step.services:
        out += f"; it has {listed([label(one) for one in Capability if one in step.services])}"
    return f"{out}."


def _kind(step: OpenProvider) -> str:
    return label(step.placement_type) if isinstance(step.placement_type, PlacementType) else ""


def _served(genders: frozenset[Gender]) -> str:
    if genders == frozenset(Gender):
        return "people of any gender"
    return listed([words for gender, words in _GENDERS.items() if gender in genders])


def _ages(low: int | None, high: int | None) -> str:
    if low is None:
        return f"ages up to {high}"
    return f"ages from {low}" if high is None else f"ages {low} to {high}"
