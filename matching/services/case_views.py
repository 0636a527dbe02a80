"""What the page Case shows: one person, the proposal, the other options, the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from matching.domain.access import Action
from matching.domain.geography import Geography
from matching.domain.records import Referral
from matching.domain.words import label
from matching.engine.problem import Problem
from matching.engine.rules.base import day
from matching.insight.explain import Barred, CaseExplanation, Option
from matching.insight.funnel import TAKEN
from matching.intake.fields import SheetKind, by_column
from matching.intake.vocabulary import language_name
from matching.services.audit import note_view
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.people import Person, Unplaced, person, unplaced

#: Facts of a referral in the order in which a worker asks for them.
SHOWN = (
    "presence",
    "trigger",
    "needed_by",
    "acceptable_settings",
    "trafficking_type",
    "identification",
    "acceptable_types",
    "stay_days",
    "home_county",
    "school_county",
    "sibling_county",
    "avoid_counties",
    "max_distance_miles",
    "substance_need",
    "mental_health_need",
    "medical_need",
    "medically_fragile",
    "developmental_need",
    "pregnant_parenting",
    "children_with",
    "behaviours",
    "run_risk",
    "recruitment_risk",
    "access_needs",
    "languages",
    "interpreter_ok",
    "group_id",
    "separate_from",
    "vetoed_providers",
    "avoid_providers",
    "declined_by",
    "icwa_status",
    "preferred_providers",
    "preferred_types",
    "lgbtq_affirming_requested",
    "faith_preference",
    "device_preference",
    "funding",
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case to choose from."""

    case: str
    age: int | None
    gender: str
    placed: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case in one plan.

    Attributes
    ----------
    person : Person
    as_of : datetime
    facts : tuple of (str, str)
        What is known: what, and what it is.
    none : tuple of str
        What is known to be none.
    unknown : tuple of str
        What nobody has said.
    explanation : CaseExplanation
    gap : Unplaced or None
        The stage at which the chance was lost, for those without a place.
    """

    person: Person
    as_of: datetime
    facts: tuple[tuple[str, str], ...]
    none: tuple[str, ...]
    unknown: tuple[str, ...]
    explanation: CaseExplanation
    gap: Unplaced | None


def case_lines(desk: Desk, saved: SavedRun) -> tuple[CaseLine, ...]:
    """Return every case of a plan, by case reference.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    problem = saved.run.problem
    pool_of = saved.run.plan.place_of(problem.size[0])
    return tuple(
        CaseLine(
            case=referral.referral_id,
            age=referral.age_years,
            gender="" if referral.gender is None else label(referral.gender),
            placed=bool(pool_of[row] >= 0),
        )
        for row, referral in enumerate(problem.referral_records)
    )


def open_case(desk: Desk, saved: SavedRun, case: str) -> CaseView:
    """Return one case with all that explains it; an audit event says who looked.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
    case : str
        Case reference.

    Returns
    -------
    CaseView

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    run = saved.run
    row = run.row(case)
    note_view(desk, "referral", case, {"run": saved.number})
    referral = run.problem.referral_records[row]
    known, none, unknown = facts_in_words(
        referral, provider_names(run.problem), run.problem.geography
    )
    gap = next((gap for gap in run.gaps if gap.row == row), None)
    return CaseView(
        person=person(run.problem, run.policy, row),
        as_of=run.problem.as_of,
        facts=known,
        none=none,
        unknown=unknown,
        explanation=run.case(case),
        gap=None if gap is None else unplaced(run, gap),
    )


def fallen(explanation: CaseExplanation, code: str) -> tuple[Barred, ...]:
    """Return the providers that fell at one step of the funnel, nearest misses first.

    The step "taken" has none: its providers are the options themselves.
    """
    return tuple(one for one in explanation.barred if one.codes[0] == code)


def search_barred(explanation: CaseExplanation, wanted: str) -> tuple[Barred, ...]:
    """Return the providers that are no option, by part of a name, code or kind."""
    text = wanted.strip().casefold()
    if not text:
        return explanation.barred
    return tuple(
        one
        for one in explanation.barred
        if any(
            text in words.casefold()
            for words in (
                one.name,
                one.provider_id,
                "" if one.placement_type is None else label(one.placement_type),
            )
        )
    )


def standing_options(explanation: CaseExplanation) -> tuple[Option, ...]:
    """Return the other options in order: every pool but the one proposed."""
    return tuple(option for option in explanation.options if not option.proposed)


def found_in_options(explanation: CaseExplanation, wanted: str) -> tuple[Option, ...]:
    """Return the options a search for a provider would find, to say that they fit."""
    text = wanted.strip().casefold()
    return tuple(
        option
        for option in explanation.options
        if text and (text in option.name.casefold() or text in option.provider_id.casefold())
    )


def is_taken_step(code: str) -> bool:
    """Tell whether a step of the funnel is the one at which beds go to others."""
    return code == TAKEN


def provider_names(problem: Problem) -> dict[str, str]:
    """Return the name of every provider, or its code where it has none."""
    return {p.provider_id: p.name or p.provider_id for p in problem.provider_records}


def facts_in_words(
    referral: Referral, names: Mapping[str, str], where: Geography
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]:
    """Return what is known of a person, what is known to be none, and what nobody has said.

    Parameters
    ----------
    referral : Referral
    names : mapping of str to str
        Of providers, by code; one that is not there is named by its code.
    where : Geography

    Returns
    -------
    known : tuple of (str, str)
    none, unknown : tuple of str
    """
    columns = by_column(SheetKind.REFERRALS)
    known: list[tuple[str, str]] = []
    none: list[str] = []
    unknown: list[str] = []
    for attribute in SHOWN:
        title = columns[attribute].label
        value = getattr(referral, attribute)
        if value is None:
            # Nobody is in a group, or must be kept apart, until somebody says so.
            if attribute != "group_id":
                unknown.append(title)
        elif value is False:
            known.append((title, "no"))
        elif _is_none(value):
            none.append(title)
        else:
            known.append((title, _words(attribute, value, names, where)))
    return tuple(known), tuple(none), tuple(unknown)


def _is_none(value: Any) -> bool:
    if isinstance(value, StrEnum):
        return value.value == "none"
    return value in (0, frozenset(), ())


def _providers(value: Any, names: Mapping[str, str], _: Geography) -> str:
    ordered = value if isinstance(value, tuple) else sorted(value)
    return ", ".join(names.get(token, str(token)) for token in ordered)


def _counties(value: Any, _: Mapping[str, str], where: Geography) -> str:
    codes = [value] if isinstance(value, str) else sorted(value)
    return "; ".join(where.name(code) for code in codes)


def _tokens(value: Any, _: Mapping[str, str], __: Geography) -> str:
    return "1 code" if len(value) == 1 else f"{len(value)} codes"


_SAID: dict[str, Callable[[Any, Mapping[str, str], Geography], str]] = {
    "home_county": _counties,
    "school_county": _counties,
    "sibling_county": _counties,
    "avoid_counties": _counties,
    "vetoed_providers": _providers,
    "avoid_providers": _providers,
    "declined_by": _providers,
    "preferred_providers": _providers,
    "separate_from": _tokens,
    "languages": lambda value, _, __: ", ".join(language_name(code) for code in value),
    "max_distance_miles": lambda value, _, __: f"{value} miles",
    "stay_days": lambda value, _, __: f"{value} days",
}


def _words(attribute: str, value: Any, names: Mapping[str, str], where: Geography) -> str:
    if attribute in _SAID:
        return _SAID[attribute](value, names, where)
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value)
    if isinstance(value, frozenset | tuple):
        ordered = value if isinstance(value, tuple) else sorted(value)
        return ", ".join(label(v) if isinstance(v, StrEnum) else str(v) for v in ordered)
    return str(value)
