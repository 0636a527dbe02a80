"""What a step of a scenario makes of one provider and its bed pools.

Everything here is a function of records: what would stand on the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.domain.geography import Geography
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Training
from matching.domain.scenario import AddBeds, ChangeAges, OpenProvider, Paper
from matching.insight.remedies import NEW_TERM, with_beds, with_licence

#: What the beds of a new provider are called.
POOL_ID = "beds"


def with_more_beds(
    home: Provider, pools: Iterable[BedPool], pool: BedPool, step: AddBeds, policy: Policy
) -> tuple[Provider, BedPool]:
    """Return a provider and one of its pools with more free beds.

    Where nobody has said how many beds are free, those added are the ones that
    are known to be.

    Parameters
    ----------
    home : Provider
    pools : iterable of BedPool
        All of the provider.
    pool : BedPool
        Where the beds are added.
    step : AddBeds
    policy : Policy
    """
    # A plan may already propose so many into beds of which nobody has said anything.
    number = step.beds
    if pool.free is None:
        number = max(number, policy.unknown_vacancy_beds)
    grown = with_beds(pool, number)
    if not step.licence:
        return home, grown
    cap = int(policy.rules["beds"].parameters["foster_cap"])
    wider, licensed, _ = with_licence(home, grown, residents(home, pools), step.beds, cap)
    return wider, licensed


def residents(home: Provider, pools: Iterable[BedPool]) -> int:
    """Return how many people live at a provider, 0 if nobody has counted them."""
    if home.residents is not None:
        return home.residents
    counted = [pool.beds_occupied for pool in pools]
    return sum(n or 0 for n in counted) if None not in counted else 0


def trained(home: Provider, courses: Iterable[w.Course], today: date) -> Provider:
    """Return a provider all of whose caregivers hold some courses for a year.

    Raises
    ------
    InputError
        If it is on record that the caregivers cannot be trained.
    """
    if home.trainable is False:
        raise InputError(
            f"{called(home)} is recorded as one that cannot be trained.",
            next_step="Take the step out, or correct the record.",
        )
    end, chosen = today + NEW_TERM, frozenset(courses)
    held = [
        replace(one, expires=_later(one.expires, end)) if one.course in chosen else one
        for one in home.trainings or ()
    ]
    there = {one.course for one in held}
    held += [Training(course=c, expires=end) for c in w.Course if c in chosen - there]
    if home.trainings is None:
        # What nobody has said of the other courses stays unknown.
        held += [Training(course=c) for c in w.Course if c not in chosen]
    return replace(home, trainings=tuple(held))


def relicensed(home: Provider, what: Paper, today: date) -> Provider:
    """Return a provider whose licence, certificate or check is good for a year."""
    end = today + NEW_TERM
    if what is Paper.BACKGROUND_CHECK:
        return replace(home, background_check=w.BackgroundCheck.CLEAR)
    if what is Paper.CERTIFICATE:
        kind = home.certificate
        if kind in (None, w.Certificate.NONE):
            kind = certificate_for(home.placement_type)
        ends = _later(home.certificate_expires, end)
        return replace(home, certificate=kind, certificate_expires=ends)
    status = home.licence_status
    if status is w.LicenceStatus.NOT_REQUIRED:
        return home
    if status is not w.LicenceStatus.PROBATION:
        status = w.LicenceStatus.ACTIVE
    ends = _later(home.licence_expires, end)
    return replace(home, licence_status=status, licence_expires=ends)


def certificate_for(kind: w.PlacementType | None) -> w.Certificate:
    """Return the certificate that a place of a type can have."""
    if kind in w.FOSTER_FAMILY_TYPES:
        return w.Certificate.SAFE_FOSTER_HOME
    return w.Certificate.SAFE_HOUSE


def lapsed(home: Provider, policy: Policy, today: date) -> Provider:
    """Return a provider whose licence no longer counts, days of grace included.

    Raises
    ------
    InputError
        If it needs no licence.
    """
    if home.licence_status is w.LicenceStatus.NOT_REQUIRED:
        raise InputError(
            f"{called(home)} needs no licence, so none can lapse.",
            next_step="Close the provider instead, or take the step out.",
        )
    grace = int(policy.rules["licence"].parameters["grace_days"])
    last = today - timedelta(days=grace + 1)
    ends = last if home.licence_expires is None else min(home.licence_expires, last)
    status = home.licence_status
    if status is not w.LicenceStatus.REVOKED:
        status = w.LicenceStatus.EXPIRED
    return replace(home, licence_status=status, licence_expires=ends)


def with_ages(pool: BedPool, step: ChangeAges) -> BedPool:
    """Return a pool that takes other ages.

    Raises
    ------
    InputError
        If the lowest age would be above the highest.
    """
    low = pool.age_min if step.age_min is None else step.age_min
    high = pool.age_max if step.age_max is None else step.age_max
    if low is not None and high is not None and low > high:
        raise InputError(
            f"The lowest age, {low}, would be above the highest, {high}.",
            next_step="Change both limits.",
        )
    return replace(pool, age_min=low, age_max=high)


def opened(
    step: OpenProvider,
    provider_id: str,
    like: tuple[Provider, tuple[BedPool, ...]] | None,
    as_of: datetime,
    geography: Geography,
) -> tuple[Provider, BedPool]:
    """Return a new provider and its beds: licensed, checked, certified and trained.

    It is like another one where one is named, and otherwise a plain place of its
    type: it takes everybody whom its beds serve, up to a medium risk of running
    away, and has no special services but those that are named. Either way it has
    staff for its beds.

    Parameters
    ----------
    step : OpenProvider
    provider_id : str
    like : (Provider, tuple of BedPool) or None
        The provider it is like, with its pools.
    as_of : datetime
    geography : Geography

    Raises
    ------
    InputError
        If nobody has said what type of place the one named is.
    """
    today = as_of.date()
    home = _plain(step, provider_id) if like is None else _copy(provider_id, like[0])
    kind = step.placement_type or home.placement_type
    if kind is None:
        raise InputError(
            "Nobody has said what type of place the new one is.", next_step="Choose a type."
        )
    county = step.county or home.county
    if county != home.county or like is None:
        state = geography.state_of(county)
        home = replace(home, county=county, state=state, service_area=None)
    home = replace(
        home,
        placement_type=kind,
        name=_name(kind, county, like, geography),
        licensed_capacity=step.beds,
        capabilities=home.capabilities if step.services is None else step.services,
        # A place that opens has staff for its beds.
        staff_ratio=home.staff_ratio or 1,
        staff_on_shift=-(-step.beds // (home.staff_ratio or 1)),
    )
    home = relicensed(relicensed(home, Paper.LICENCE, today), Paper.BACKGROUND_CHECK, today)
    certified = home.certificate not in (None, w.Certificate.NONE)
    if certified or (like is None and kind in w.WITHOUT_CERTIFICATE):
        home = relicensed(home, Paper.CERTIFICATE, today)
    if home.trainings:
        home = trained(home, {one.course for one in home.trainings}, today)
    return home, _beds(step, provider_id, like, as_of)


def _plain(step: OpenProvider, provider_id: str) -> Provider:
    family = step.placement_type in w.FOSTER_FAMILY_TYPES
    homely = family or step.placement_type in (
        w.PlacementType.KINSHIP,
        w.PlacementType.HOST_HOME,
    )
    first = w.FamilyFirstCategory
    return Provider(
        provider_id=provider_id,
        licence_status=w.LicenceStatus.ACTIVE,
        certificate=w.Certificate.NONE,
        family_first=first.FAMILY if homely else first.TRAFFICKING_SETTING,
        residents=0,
        foster_cap_exception=False if family else None,
        trainings=tuple(Training(course=course) for course in w.Course),
        trainable=True,
        capabilities=frozenset(),
        languages=frozenset({"en"}),
        excludes=frozenset(),
        trafficking_types=frozenset(w.TraffickingType),
        identifications=frozenset(w.Identification),
        referral_sources=frozenset(w.ReferralSource),
        run_tolerance=w.Level.MEDIUM,
        awake_night=not homely,
        intake_24_7=True,
        max_stay_days=NEW_TERM.days,
        funding=frozenset(w.Funding),
        lgbtq_affirming=True,
        icwa_tier=w.IcwaTier.NONE,
        resident_tokens=frozenset(),
        high_acuity_residents=0,
        data_origin=w.DataOrigin.SAMPLE,
    )


def _copy(provider_id: str, like: Provider) -> Provider:
    """Return a provider with the facts of another, and nobody living there yet."""
    status = like.licence_status
    if status is not w.LicenceStatus.NOT_REQUIRED:
        status = w.LicenceStatus.ACTIVE
    return replace(
        like,
        provider_id=provider_id,
        licence_status=status,
        residents=0,
        resident_tokens=frozenset(),
        high_acuity_residents=0,
        compromised_until=None,
        compromise_cleared=None,
        trainable=True,
        contact=None,
        data_origin=w.DataOrigin.SAMPLE,
    )


def _beds(
    step: OpenProvider,
    provider_id: str,
    like: tuple[Provider, tuple[BedPool, ...]] | None,
    as_of: datetime,
) -> BedPool:
    pools = () if like is None else like[1]
    # Of several pools the new one is like the largest.
    model = max(
        pools,
        key=lambda pool: (pool.beds_licensed or 0, pool.free or 0, pool.pool_id),
        default=BedPool(
            pool_id=POOL_ID,
            provider_id=provider_id,
            households=frozenset(w.Household),
            reserved_for=frozenset(),
        ),
    )
    return replace(
        model,
        pool_id=POOL_ID,
        provider_id=provider_id,
        pool_name=None,
        genders=step.genders or model.genders,
        age_min=model.age_min if step.age_min is None else step.age_min,
        age_max=model.age_max if step.age_max is None else step.age_max,
        beds_licensed=step.beds,
        beds_staffed=step.beds,
        beds_accepting=step.beds,
        beds_occupied=0,
        beds_held=0,
        beds_available=step.beds,
        available_from=as_of.date(),
        as_of=as_of,
        confirmed_by=None,
        gender_lock=None,
        resident_age_min=None,
        resident_age_max=None,
    )


def _name(
    kind: w.PlacementType,
    county: str | None,
    like: tuple[Provider, tuple[BedPool, ...]] | None,
    geography: Geography,
) -> str:
    if like is not None:
        return f"New place like {called(like[0])}"
    return f"New {w.label(kind)} in {geography.name(county)}"


def called(home: Provider) -> str:
    """Return the name of a provider, or its code."""
    return home.name or home.provider_id


def _later(one: date | None, other: date) -> date:
    return other if one is None else max(one, other)
