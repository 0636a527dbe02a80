"""Rules on who the person is: here, of an age, of a gender, alone or not."""

from __future__ import annotations

import numpy as np

from matching.domain.words import Gender, Household, Parenting, Presence, Setting, label
from matching.engine.columns import Ints, SetColumn, known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import (
    Truth,
    among,
    at_least,
    bit,
    contains,
    position,
    told,
)
from matching.engine.rules.text import GENDERS, ask, counted, listed, start, who
from matching.engine.sides import ReferralColumns

_YEAR = 365


class Here(Judged):
    """Here to be placed. Only a recorded absence fails."""

    code = "presence"
    reads_referral = ("presence",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Fail while recorded as missing or in hospital."""
        where = problem.referrals.presence[i]
        away = among(where, (Presence.MISSING, Presence.HOSPITAL))
        return Truth(~away.yes, away.yes)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that nothing stands against a placement now."""
        return f"{start(who(f))} is not recorded as missing or in hospital."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say where the person is."""
        hospital = f.referral.presence is Presence.HOSPITAL
        where = "in hospital" if hospital else "missing"
        return f"{start(who(f))} is recorded as {where}; no bed is proposed meanwhile."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask where the person is."""
        return f"Ask whether {who(f)} is here, missing or in hospital."


def _window(f: Facts) -> str:
    low, high = f.pool.age_min, f.pool.age_max
    if low is not None and high is not None:
        return f"ages {low} to {high}"
    if low is not None:
        return f"ages from {low}"
    return "ages that nobody has said" if high is None else f"ages up to {high}"


def _age(f: Facts) -> str:
    age = f.referral.age_years
    return f"{who(f)} is {'of unknown age' if age is None else age}"


def _ages_unknown(f: Facts) -> list[tuple[bool, str]]:
    return [
        (f.referral.age_years is None, f"how old {who(f)} is"),
        (f.pool.age_min is None, "which is the youngest age the place is licensed for"),
        (f.pool.age_max is None, "which is the oldest age the place is licensed for"),
    ]


class Age(Judged):
    """Age at move-in; a limit that is broken fails whatever the other one is."""

    code = "age"
    reads_referral = ("age",)
    reads_pool = ("age_min", "age_max")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass from the youngest to the oldest age, both included."""
        age = problem.referrals.age[i]
        youngest, oldest = problem.pools.age_min[j], problem.pools.age_max[j]
        return at_least(age, youngest) & at_least(oldest, age)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say the window and the age."""
        return f"Licensed for {_window(f)}; {_age(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say the window and the age."""
        return f"Licensed for {_window(f)}; {_age(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the age or the limits."""
        return ask(_ages_unknown(f))


class AgeOverStay(Judged):
    """Age over the stay, for those within the limit at move-in.

    Someone already past the oldest age is judged by the rule on age alone. A
    year counts as 365 days, so that a birthday is never put too late. Nought
    days to the birthday may mean that today's birthday is counted already, or
    not: both are kept open. An unknown stay is taken to be shorter than the
    years that are left, unless the person is at the oldest age.
    """

    code = "age-stay"
    reads_referral = ("age", "days_to_birthday", "stay_days")
    reads_pool = ("age_max",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Fail if the birthday past the oldest age falls before the last day."""
        person, oldest = problem.referrals, problem.pools.age_max[j]
        age, stay, birthday = person.age[i], person.stay_days[i], person.days_to_birthday[i]
        both = known(age) & known(oldest)
        left = np.where(both, oldest, 0) - np.where(both, age, 0)
        sure = known(birthday) & (birthday > 0)
        soonest = _YEAR * left + np.where(sure, birthday, 0)
        latest = _YEAR * left + np.where(sure, birthday, _YEAR + 1)
        has_stay = known(stay)
        over = both & (left < 0)
        no = both & ~over & has_stay & (latest < stay)
        no_stay = has_stay & (stay == 0)
        yes = no_stay | over | (both & np.where(has_stay, soonest >= stay, left > 0))
        return Truth(np.asarray(yes), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that the limit holds over the stay."""
        oldest, age = f.pool.age_max, f.referral.age_years
        if oldest is not None and age is not None and age > oldest:
            return f"The limit of {oldest} is passed at move-in already, not during the stay."
        if oldest is None or f.referral.stay_days is None:
            limit = "an age that nobody has said" if oldest is None else oldest
            return f"Takes people up to {limit}; {_age(f)}, and no birthday is in the way."
        stay = counted(f.referral.stay_days, "day")
        return f"A stay of {stay} ends before {who(f)} is {oldest + 1}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say when the person passes the oldest age."""
        oldest = f.pool.age_max
        age, birthday = f.referral.age_years, f.referral.days_to_birthday
        limit = "the oldest age here" if oldest is None else f"the limit of {oldest} here"
        when = "during the stay"
        if None not in (oldest, age, birthday):
            left = (oldest or 0) - (age or 0)
            when = f"in {counted((birthday or 0) + _YEAR * max(0, left), 'day')}"
        return (
            f"{start(who(f))} passes {limit} {when}; "
            f"the stay is {counted(f.referral.stay_days, 'day')}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the birthday or the stay."""
        ages = _ages_unknown(f)
        unsure = not f.referral.days_to_birthday
        return ask(
            [
                ages[0],
                ages[2],
                (unsure, "how many days it is to the next birthday"),
                (f.referral.stay_days is None, "how long the stay will be"),
            ]
        )


#: Which setting a pool is to somebody whose gender it does not name.
_BINARY = (Gender.FEMALE, Gender.MALE)
_SETTING_CODES = {setting: position(setting) for setting in Setting}


def accepts_setting(person: ReferralColumns, i: Rows, setting: Ints) -> Truth:
    """Tell whether a person's own settings include one (UNKNOWN: none of the three).

    Surely not where the settings are known to leave it out or to be empty.
    """
    some = person.settings.take(i)
    hit = bit(person.settings, i, np.where(known(setting), setting, 0))
    yes = some.known & known(setting) & hit
    no = some.known & np.where(known(setting), ~hit, some.empty())
    return Truth(np.asarray(yes), np.asarray(no))


class GenderServed(Judged):
    """Gender served.

    Transgender and non-binary people whom the pool does not name are placed by
    the settings they say they can live in: a pool that serves girls and women
    but not boys and men is a female setting, the other way a male one, both a
    mixed one. Where the setting suits them, the pool is asked; it never passes
    unasked, and only their own "no" to the setting makes it fail.
    """

    code = "gender"
    reads_referral = ("gender", "settings")
    reads_pool = ("genders",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Combine what the pool names with the person's own settings."""
        gender, genders = problem.referrals.gender[i], problem.pools.genders
        named = contains(genders, j, gender)
        pool = genders.take(j)
        binary = among(gender, _BINARY)
        refused = accepts_setting(problem.referrals, i, setting_of(pool)).no
        return Truth(named.yes, named.no & (~binary.no | pool.empty() | refused))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say whom the pool serves."""
        return f"Serves {_served(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say whom it serves, and the person's gender or settings."""
        gender = f.referral.gender
        if gender is not None and gender not in _BINARY and f.pool.genders:
            settings = f.referral.acceptable_settings
            if not settings:
                return f"Serves {_served(f)}; {who(f)} accepts no such setting."
            lives = f"{who(f)} can live in {_settings(settings)} settings only"
            return f"Serves {_served(f)}; {lives}."
        stated = "of unknown gender" if gender is None else label(gender)
        return f"Serves {_served(f)}; {who(f)} is {stated}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask the person or the place."""
        gender, genders = f.referral.gender, f.pool.genders
        outside = gender not in (None, *_BINARY) and genders is not None
        serves = "which genders the place serves"
        if gender is not None:
            serves = f"whether the place serves {GENDERS[gender]}"
        return ask(
            [
                (gender is None, f"which gender {who(f)} states"),
                (genders is None or outside, serves),
                (
                    outside and f.referral.acceptable_settings is None,
                    f"in which settings {who(f)} can live",
                ),
            ]
        )


def setting_of(pool: SetColumn) -> Ints:
    """Return each pool's setting as a code; UNKNOWN where it serves neither."""
    female, male = (pool.any_of(pool.mask([gender])) for gender in _BINARY)
    code = np.where(
        female & male,
        _SETTING_CODES[Setting.MIXED],
        np.where(female, _SETTING_CODES[Setting.FEMALE], _SETTING_CODES[Setting.MALE]),
    )
    return np.where(female | male, code, np.iinfo(np.int32).min).astype(np.int32)


def _served(f: Facts) -> str:
    if f.pool.genders is None:
        return "genders that nobody has said"
    return listed([text for gender, text in GENDERS.items() if gender in f.pool.genders])


def _settings(settings: frozenset[Setting]) -> str:
    return listed([label(setting) for setting in Setting if setting in settings], "or")


def with_children(person: ReferralColumns, i: Rows) -> Truth:
    """Tell whether a child comes along.

    Somebody known not to be a parent, or pregnant, comes alone unless a number
    of children is recorded.
    """
    children, status = person.children[i], person.parenting[i]
    counted_in = told(np.asarray(children > 0), known(children))
    alone = among(status, (Parenting.NONE, Parenting.PREGNANT)).yes & ~known(children)
    return Truth(counted_in.yes, counted_in.no | alone)


class HouseholdServed(Judged):
    """Alone or with children."""

    code = "household"
    reads_referral = ("children", "parenting")
    reads_pool = ("households",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if the bed is meant for the household that comes."""
        family = with_children(problem.referrals, i)
        code = np.where(
            family.yes,
            position(Household.WITH_CHILDREN),
            np.where(family.no, position(Household.ALONE), np.iinfo(np.int32).min),
        ).astype(np.int32)
        return contains(problem.pools.households, j, code)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say for whom the bed is meant."""
        return f"The beds are for people {_households(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say for whom the bed is meant and who comes."""
        comes = "with a child" if f.referral.children_with else "alone"
        if not f.pool.households:
            return f"The beds are meant for nobody at present; {who(f)} comes {comes}."
        return f"The beds are for people {_households(f)}; {who(f)} comes {comes}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask who comes, or for whom the beds are."""
        return ask(
            [
                (f.referral.children_with is None, children_question(f)),
                (
                    f.pool.households is None,
                    "whether the beds are for people alone or with children",
                ),
            ]
        )


def children_question(f: Facts) -> str:
    """Return the question about children who come along."""
    return f"how many children come with {who(f)}"


def _households(f: Facts) -> str:
    if f.pool.households is None:
        return "alone or with children, as far as recorded"
    return listed([label(h) for h in Household if h in f.pool.households], "or")
