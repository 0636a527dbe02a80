"""Rules on what a programme takes: whom, from whom, when and for how long."""

from __future__ import annotations

import numpy as np

from matching.domain.words import (
    ReferralSource,
    TraffickingType,
    Urgency,
    label,
)
from matching.engine.columns import known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import (
    Truth,
    among,
    at_least,
    contains,
    flag,
    holds_any,
    position,
)
from matching.engine.rules.text import ask, counted, listed, who, worded


class TakesTrafficking(Judged):
    """Takes survivors of this trafficking.

    A place that takes both kinds takes each of them, and a place that takes
    each of them takes people with both.
    """

    code = "trafficking-type"
    reads_referral = ("trafficking",)
    reads_pool = ("trafficking",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if every kind the person has been through is taken."""
        kind = problem.referrals.trafficking[i]
        taken = problem.pools.trafficking.take(j)
        sex = holds_any(taken, (TraffickingType.SEX, TraffickingType.BOTH))
        labour = holds_any(taken, (TraffickingType.LABOUR, TraffickingType.BOTH))
        only_sex, only_labour = (
            among(kind, (member,)) for member in (TraffickingType.SEX, TraffickingType.LABOUR)
        )
        met = (only_labour | sex) & (only_sex | labour)
        # Whatever the kind is, nobody is taken where neither kind is.
        return Truth(met.yes, met.no | (sex.no & labour.no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which kinds are taken."""
        return f"Takes survivors of {_kinds(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which kinds are taken and which is meant."""
        kind = f.referral.trafficking_type
        if not f.provider.trafficking_types:
            return "Takes no survivors of trafficking at present."
        meant = "of unknown kind" if kind is None else _KINDS[kind]
        return f"Takes survivors of {_kinds(f)} only; here it is {meant}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the kind, or which kinds are taken."""
        return ask(
            [
                (f.referral.trafficking_type is None, "which kind of trafficking it was"),
                (
                    f.provider.trafficking_types is None,
                    "which survivors of trafficking the place takes",
                ),
            ]
        )


_KINDS = {
    TraffickingType.SEX: "sex trafficking",
    TraffickingType.LABOUR: "labour trafficking",
    TraffickingType.BOTH: "sex and labour trafficking",
}


def _kinds(f: Facts) -> str:
    taken = f.provider.trafficking_types or frozenset()
    both = TraffickingType.BOTH in taken or len(taken) > 1
    if both or not taken:
        return _KINDS[TraffickingType.BOTH]
    return _KINDS[next(iter(taken))]


class TakesIdentified(Judged):
    """Takes people so identified."""

    code = "identification"
    reads_referral = ("identification",)
    reads_pool = ("identifications",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Look the person's identification up in what the place takes."""
        pools = problem.pools
        return contains(pools.identifications, j, problem.referrals.identification[i])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say which people are taken."""
        return f"Takes people identified as {worded(f.provider.identifications, 'or')}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which people are taken, and how this one is identified."""
        if not f.provider.identifications:
            return "Takes nobody identified as a survivor at present."
        return (
            f"Takes only people identified as {worded(f.provider.identifications, 'or')}; "
            f"{who(f)} is identified as {_way(f)}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask how the person is identified, or whom the place takes."""
        way = f.referral.identification
        whom = "people identified as verified, suspected or at risk"
        if way is not None:
            whom = f"people identified as {label(way)}"
        return ask(
            [
                (way is None, _WAYS_QUESTION),
                (f.provider.identifications is None, f"whether the place takes {whom}"),
            ]
        )


_WAYS_QUESTION = "whether the identification is verified, suspected or at risk"


def _way(f: Facts) -> str:
    way = f.referral.identification
    return "nobody has said" if way is None else label(way)


class TakesSource(Judged):
    """Takes referrals from this source."""

    code = "referral-source"
    reads_referral = ("source",)
    reads_pool = ("sources",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Look the source up in what the place takes."""
        return contains(problem.pools.sources, j, problem.referrals.source[i])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say from whom referrals are taken."""
        return f"Takes referrals from {_sources(f.provider.referral_sources)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say from whom referrals are taken, and who asks."""
        if not f.provider.referral_sources:
            return "Takes no referrals at present."
        source = f.referral.referral_source
        asks = "an unknown source" if source is None else _SOURCES[source]
        taken = _sources(f.provider.referral_sources)
        return f"Takes referrals from {taken} only; this one comes from {asks}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask who asks, or from whom referrals are taken."""
        source = f.referral.referral_source
        whom = "each source" if source is None else _SOURCES[source]
        return ask(
            [
                (source is None, "whether an agency, the police or the survivor is asking"),
                (
                    f.provider.referral_sources is None,
                    f"whether the place takes referrals from {whom}",
                ),
            ]
        )


_SOURCES = {
    ReferralSource.AGENCY: "an agency",
    ReferralSource.POLICE: "the police",
    ReferralSource.SELF: "survivors themselves",
}


def _sources(taken: frozenset[ReferralSource] | None) -> str:
    parts = [text for source, text in _SOURCES.items() if source in (taken or ())]
    return listed(parts)


class NotReserved(Judged):
    """Not reserved for others; where no reservation is recorded there is none."""

    code = "reserved"
    reads_referral = ("identification",)
    reads_pool = ("reserved",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass without a reservation, or if it is for people so identified."""
        reserved = problem.pools.reserved
        some = reserved.take(j)
        free = ~some.known | some.empty()
        among_them = contains(reserved, j, problem.referrals.identification[i])
        return Truth(among_them.yes | free, among_them.no & ~free)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that there is no reservation, or for whom."""
        if not f.pool.reserved_for:
            return "No reservation is recorded for these beds."
        return f"The beds are reserved for people {_reserved(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say for whom the beds are reserved."""
        if not f.pool.reserved_for:
            return "The beds are reserved for others."
        return (
            f"The beds are reserved for people {_reserved(f)}; "
            f"{who(f)} is identified as {_way(f)}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask how the person is identified."""
        return f"Ask {_WAYS_QUESTION}: some beds are reserved."


def _reserved(f: Facts) -> str:
    return f"identified as {worded(f.pool.reserved_for, 'or')}"


def urgent(problem: Problem, parameters: Parameters, i: Rows) -> Truth:
    """Tell whether a rule is for a person's urgency; an unknown one counts as every."""
    named = [Urgency(urgency) for urgency in parameters["urgencies"]]
    column = problem.referrals.urgency[i]
    for_it = np.isin(column, [position(urgency) for urgency in named])
    for_it |= ~known(column) & bool(named)
    return Truth(np.asarray(for_it), np.asarray(~for_it))


def _other_urgency(f: Facts, parameters: Parameters) -> str | None:
    """Return the words for an urgency that the rule is not for."""
    urgency = f.referral.urgency
    if urgency is None or urgency in parameters["urgencies"]:
        return None
    return label(urgency)


class StayLongEnough(Judged):
    """Stay long enough."""

    code = "stay"
    reads_referral = ("urgency", "stay_days")
    reads_pool = ("max_stay",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Compare the longest stay with the stay needed."""
        long_enough = at_least(problem.pools.max_stay[j], problem.referrals.stay_days[i])
        return ~urgent(problem, parameters, i) | long_enough

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say how long people can stay."""
        other = _other_urgency(f, parameters)
        if other is not None:
            return f"The bed is needed {_when(other)}: the length of the stay is not asked."
        if f.provider.max_stay_days is None:
            return "No limit on the stay is asked for."
        return f"People can stay up to {counted(f.provider.max_stay_days, 'day')}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say how long people can stay and how long is needed."""
        return (
            f"People can stay up to {counted(f.provider.max_stay_days, 'day')}; "
            f"{who(f)} needs {counted(f.referral.stay_days, 'day')}."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask how long the stay is, or may be."""
        return ask(
            [
                (f.referral.stay_days is None, f"how long {who(f)} needs to stay"),
                (f.provider.max_stay_days is None, "how long people can stay at the place"),
            ]
        )


def _when(urgency: str) -> str:
    return "later, as planned" if urgency == "planned" else urgency


class IntakeNow(Judged):
    """Takes people in at this hour."""

    code = "intake-hours"
    reads_referral = ("urgency",)
    reads_pool = ("intake_24_7",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if there is time, or intake is open round the clock."""
        return ~urgent(problem, parameters, i) | flag(problem.pools.intake_24_7[j])

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that intake is open, or that there is time."""
        other = _other_urgency(f, parameters)
        if other is not None and not f.provider.intake_24_7:
            return f"The bed is needed {_when(other)}: intake by day is enough."
        return "Takes people in round the clock."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that intake is not open round the clock."""
        urgency = f.referral.urgency
        when = "tonight, as far as anybody has said" if urgency is None else label(urgency)
        return f"Does not take people in round the clock; {who(f)} needs a bed {when}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask whether intake is open at this hour."""
        return f"Ask whether the place takes people in at this hour, for {who(f)}."
