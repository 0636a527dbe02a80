"""A compromised site: one person closes it at once, two different ones open it again."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Action, Actor, Role, allows
from matching.domain.errors import ChoiceError, InputError, NotFound, PermissionDenied
from matching.domain.sites import ClearReason, SiteReason
from matching.services.clearing import clear, report, site, sites
from matching.services.matching import run_plan
from matching.services.upload_compare import compare
from matching.services.upload_undo import undo
from tests.builders import TODAY, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.uploads_made import everything, homes_upload, put, real, upload

OAK = known_home("P1", name="Oak House", confidential=False)
ELM = known_home("P2", name="Elm House", confidential=False)


def signed_in(desk, name, role=Role.SUPERVISOR):
    return dataclasses.replace(desk, actor=Actor(name, role))


@pytest.fixture
def desk(store):
    at = desk_at(store)
    set_record(at, real([OAK, ELM]), real([known_pool("P1"), known_pool("P2")]),
               real([known_referral()]))  # fmt: skip
    return signed_in(at, "anna")


def home_of(desk, provider_id="P1"):
    with desk.store.reading() as record:
        return record.providers.get(provider_id)[0]


def last_event(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        return record.audit.events()[-1]


def close(desk, until=None):
    return report(desk, "P1", until or day(30), SiteReason.EXPLOITER_CAME)


def test_one_report_takes_a_site_out_of_use_at_once(desk):
    said = close(desk)
    assert said.closed
    assert said.sentence.startswith(
        "Oak House is out of use until 3 Dec 2026: an exploiter, or somebody sent, came there."
    )
    found = home_of(desk)
    assert (found.compromised_until, found.compromise_cleared) == (day(30), False)
    event = last_event(desk)
    assert (event.action, event.object_id, event.reason) == (
        Action.REPORT_SITE, "P1", "exploiter_came",
    )  # fmt: skip
    assert [one.name for one in sites(desk)] == ["Oak House"]
    assert site(desk, "P2") is None
    plan = run_plan(desk)
    assert {plan.run.problem.pool_keys[k][0] for k in plan.run.plan.pool.tolist()} <= {"P2"}


def test_two_different_people_open_it_and_one_alone_never(desk):
    close(desk)
    first = clear(desk, "P1", ClearReason.INSPECTED)
    assert first.closed
    assert "stays out of use until a second person" in first.sentence
    assert home_of(desk).compromise_cleared is False
    with pytest.raises(ChoiceError, match="second, different person") as caught:
        clear(desk, "P1", ClearReason.POLICE)
    assert not caught.value.saved
    assert home_of(desk).compromise_cleared is False
    shown = site(desk, "P1")
    assert not shown.may_say
    assert shown.waits.startswith("anna said on 3 Nov 2026 that it is clear: the site was")
    other = signed_in(desk, "bert", Role.LICENSING)
    assert site(other, "P1").may_say
    second = clear(other, "P1", ClearReason.POLICE)
    assert not second.closed
    assert second.sentence == "Oak House is in use again: anna and bert cleared it."
    assert home_of(desk).compromise_cleared is True
    assert sites(desk) == ()
    assert last_event(desk).details == {"word": 2}


def test_the_one_local_user_is_never_two_people(desk):
    local = signed_in(desk, "local user", Role.LOCAL)
    close(local)
    assert site(local, "P1").may_say
    clear(local, "P1", ClearReason.INSPECTED)
    for name in ("local user", "command line"):
        again = signed_in(desk, name, Role.LOCAL)
        assert not site(again, "P1").may_say
        assert "make accounts" in site(again, "P1").waits
        with pytest.raises(ChoiceError, match="one local user is one person") as caught:
            clear(again, "P1", ClearReason.INSPECTED)
        assert "make accounts" in caught.value.next_step
    assert home_of(desk).compromise_cleared is False
    clear(desk, "P1", ClearReason.INSPECTED)
    assert home_of(desk).compromise_cleared is True


def test_a_new_report_undoes_every_word(desk):
    close(desk)
    clear(desk, "P1", ClearReason.INSPECTED)
    bert = signed_in(desk, "bert")
    report(bert, "P1", day(5), SiteReason.RECRUITING)
    assert last_event(desk).details["words_undone"] == 1
    assert home_of(desk).compromised_until == day(30), "a longer report stays"
    assert clear(bert, "P1", ClearReason.INSPECTED).closed, "the first word again"
    clear(desk, "P1", ClearReason.INSPECTED)
    assert sites(desk) == ()
    close(bert, day(60))
    assert [one.until for one in sites(desk)] == [day(60)]
    assert site(desk, "P1").first is None
    assert clear(desk, "P1", ClearReason.INSPECTED).closed


def test_what_cannot_be_meant_is_refused(desk):
    for until in (day(-1), day(731)):
        with pytest.raises(InputError, match="today or later"):
            close(desk, until)
    close(desk, TODAY)
    with pytest.raises(NotFound):
        report(desk, "P9", day(1), SiteReason.OTHER)
    with pytest.raises(NotFound):
        clear(desk, "P9", ClearReason.INSPECTED)
    with pytest.raises(InputError, match="not out of use"):
        clear(desk, "P2", ClearReason.INSPECTED)
    with pytest.raises(InputError, match="Choose why"):
        clear(desk, "P1", ClearReason.FILE)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_report_and_who_may_clear(desk, role):
    close(desk)
    other = signed_in(desk, "carla", role)
    for action, act in (
        (Action.REPORT_SITE, lambda: close(other)),
        (Action.CLEAR_SITE, lambda: clear(other, "P1", ClearReason.INSPECTED)),
        (Action.SEE_PROVIDERS, lambda: sites(other)),
        (Action.SEE_PROVIDERS, lambda: site(other, "P1")),
    ):
        if allows(role, action):
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()


def test_a_list_closes_a_site_and_its_word_that_it_is_clear_is_the_first_of_two(desk):
    marked = dataclasses.replace(OAK, compromised_until=day(9), compromise_cleared=False)
    upload(desk, homes_upload(real([marked])))
    assert [one.until for one in sites(desk)] == [day(9)]
    said = dataclasses.replace(marked, compromise_cleared=True)
    found = compare(desk, homes_upload(real([said])))
    assert found.first_words == {"P1"}
    assert not found.loosening
    assert "counts as the first word" in found.sentences[-1]
    assert found.unheard == frozenset()
    assert put(desk, found).of_sites == found.sentences[-1]
    assert home_of(desk).compromise_cleared is False
    shown = site(signed_in(desk, "bert"), "P1")
    assert (shown.first.first_by, shown.first.reason) == ("anna", "file")
    with pytest.raises(ChoiceError):
        clear(desk, "P1", ClearReason.INSPECTED)
    bert = signed_in(desk, "bert")
    again = compare(bert, homes_upload(real([said]), sha256="b" * 64))
    assert again.nothing, "the same word again is no second one"
    put(bert, again)
    assert site(desk, "P1") is not None
    clear(bert, "P1", ClearReason.POLICE)
    assert sites(desk) == ()


@pytest.mark.parametrize("until", [day(3), day(-3)])
def test_a_list_that_shortens_the_time_does_not_open_a_site(desk, until):
    close(desk)
    said = dataclasses.replace(OAK, compromised_until=until)
    found = compare(desk, homes_upload(real([said])))
    assert found.first_words == {"P1"}
    put(desk, found)
    assert home_of(desk).compromised_until == day(30)


def test_a_list_that_says_nobody_knows_does_not_open_a_site(desk):
    close(desk)
    unknown = frozenset({("provider", ("P1",), "compromised_until")})
    put(desk, compare(desk, homes_upload(real([OAK]), said_unknown=unknown)))
    assert home_of(desk).compromised_until == day(30)
    assert site(desk, "P1").first is not None


def test_a_list_with_a_longer_time_and_a_silent_one_are_no_word(desk):
    close(desk)
    for said in (OAK, dataclasses.replace(OAK, compromised_until=day(40))):
        put(desk, compare(desk, homes_upload(real([said]))))
        assert site(desk, "P1").first is None
    assert home_of(desk).compromised_until == day(40)


def test_a_new_report_by_list_starts_anew_whatever_was_cleared_before(desk):
    close(desk)
    clear(desk, "P1", ClearReason.INSPECTED)
    clear(signed_in(desk, "bert"), "P1", ClearReason.INSPECTED)
    upload(desk, homes_upload(real([dataclasses.replace(OAK, compromised_until=day(50))])))
    found = site(desk, "P1")
    assert (found.until, found.first) == (day(50), None)


def test_no_new_provider_comes_cleared(desk):
    new = known_home(
        "P3",
        name="Ash House",
        confidential=False,
        compromised_until=day(9),
        compromise_cleared=True,
    )
    upload(desk, homes_upload(real([new]), real([known_pool("P3")])))
    assert [one.provider_id for one in sites(desk)] == ["P3"]
    assert home_of(desk, "P3").compromise_cleared is False


def test_nothing_is_written_where_something_is_refused(desk):
    close(desk)
    clear(desk, "P1", ClearReason.INSPECTED)
    before = everything(desk)
    with pytest.raises(ChoiceError):
        clear(desk, "P1", ClearReason.INSPECTED)
    assert everything(desk) == before


def test_undoing_a_list_does_not_open_the_site_that_it_closed(desk):
    done = upload(
        desk, homes_upload(real([dataclasses.replace(OAK, compromised_until=day(9))]))
    )
    found = undo(desk, done.batch)
    assert not found.done
    assert found.conflicts[0].sentence == (
        "Oak House is compromised: two different people must clear it first."
    )
    assert site(desk, "P1") is not None


def test_neither_a_report_nor_a_clearance_can_be_undone_as_a_correction(desk):
    close(desk)
    with desk.store.reading() as record:
        number = record.batches.list(limit=1)[0].id
    with pytest.raises(NotFound):
        undo(desk, number)


def test_a_list_that_is_undone_takes_its_word_and_its_providers_back(desk):
    close(desk)
    said = dataclasses.replace(OAK, compromised_until=day(30), compromise_cleared=True)
    new = known_home(
        "P3", confidential=False, compromised_until=day(9), compromise_cleared=True
    )
    both = homes_upload(real([said, new]), real([known_pool("P3")]))
    done = upload(desk, both)
    assert {one.first.first_by for one in sites(desk)} == {"anna"}
    assert undo(desk, done.batch).done
    (left,) = sites(desk)
    assert (left.provider_id, left.first) == ("P1", None)


UPLOADERS = [one for one in Role if allows(one, Action.UPLOAD_PROVIDERS)]
UNHEARD = (
    "This list calls 1 compromised site clear. It stays out of use until two people who may "
    "say so have said that it is clear."
)


def test_a_manager_may_upload_a_list_and_is_not_among_those_who_clear_sites():
    assert {one for one in UPLOADERS if not allows(one, Action.CLEAR_SITE)} == {
        Role.MANAGER,
        Role.ADMIN,
    }


@pytest.mark.parametrize("role", UPLOADERS)
def test_a_list_is_a_first_word_only_from_a_role_that_may_clear_sites(desk, role):
    close(desk)
    mina = signed_in(desk, "mina", role)
    said = dataclasses.replace(OAK, compromised_until=day(30), compromise_cleared=True)
    found = compare(mina, homes_upload(real([said])))
    done = put(mina, found)
    assert home_of(desk).compromise_cleared is False
    waiting = site(signed_in(desk, "bert"), "P1").first
    assert last_event(desk).details["sites_called_clear"] == (
        ["P1"] if allows(role, Action.CLEAR_SITE) else []
    )
    if allows(role, Action.CLEAR_SITE):
        assert (found.first_words, found.unheard) == ({"P1"}, frozenset())
        assert (waiting.first_by, waiting.reason) == ("mina", "file")
        assert "counts as the first word" in done.of_sites
    else:
        assert (found.first_words, found.unheard) == (frozenset(), {"P1"})
        assert waiting is None
        assert found.sentences[-1] == done.of_sites == UNHEARD
        assert done.sentence.endswith(UNHEARD)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_after_the_list_of_somebody_else_two_people_are_needed_still(desk, role):
    close(desk)
    said = dataclasses.replace(OAK, compromised_until=day(30), compromise_cleared=True)
    upload(signed_in(desk, "mina", role), homes_upload(real([said])))
    assert clear(desk, "P1", ClearReason.INSPECTED).closed
    assert site(desk, "P1") is not None
    assert not clear(signed_in(desk, "bert"), "P1", ClearReason.POLICE).closed


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
@pytest.mark.parametrize(
    "says",
    [{"compromised_until": day(3)}, {"compromised_until": day(-3)},
     {"compromise_cleared": True}],
)  # fmt: skip
def test_no_way_of_calling_a_site_clear_is_heard_from_a_manager(desk, role, says):
    close(desk)
    said = dataclasses.replace(OAK, **says)
    mina = signed_in(desk, "mina", role)
    assert put(mina, compare(mina, homes_upload(real([said])))).of_sites == UNHEARD
    found = site(desk, "P1")
    assert (found.until, found.first) == (day(30), None)


def test_the_list_of_a_manager_neither_repeats_nor_ends_a_word_that_waits(desk):
    close(desk)
    clear(desk, "P1", ClearReason.INSPECTED)
    before = site(desk, "P1").first
    mina = signed_in(desk, "mina", Role.MANAGER)
    said = dataclasses.replace(
        OAK, compromised_until=day(30), compromise_cleared=True, staff_on_shift=9
    )
    done = upload(mina, homes_upload(real([said])))
    assert site(desk, "P1").first == before
    assert undo(mina, done.batch).done
    assert site(desk, "P1").first == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPERVISOR])
def test_undoing_a_list_that_calls_a_site_clear_leaves_it_closed_without_a_word(desk, role):
    close(desk)
    mina = signed_in(desk, "mina", role)
    said = dataclasses.replace(
        OAK, compromised_until=day(30), compromise_cleared=True, staff_on_shift=9
    )
    done = upload(mina, homes_upload(real([said])))
    assert home_of(desk).staff_on_shift == 9
    assert (site(desk, "P1").first is None) is (role is Role.MANAGER)
    assert undo(mina, done.batch).done
    assert home_of(desk).staff_on_shift == OAK.staff_on_shift
    found = site(desk, "P1")
    assert (found.until, found.first) == (day(30), None)


def test_a_word_that_was_compared_by_one_role_is_not_saved_by_another(desk):
    close(desk)
    said = dataclasses.replace(OAK, compromised_until=day(30), compromise_cleared=True)
    found = compare(desk, homes_upload(real([said])))
    before = everything(desk)
    with pytest.raises(PermissionDenied):
        put(signed_in(desk, "anna", Role.MANAGER), found)
    assert everything(desk) == before
    assert site(desk, "P1").first is None


def test_several_sites_that_a_manager_calls_clear_are_counted(desk):
    close(desk)
    report(desk, "P2", day(30), SiteReason.POLICE)
    said = [
        dataclasses.replace(one, compromised_until=day(30), compromise_cleared=True)
        for one in (OAK, ELM)
    ]
    found = compare(signed_in(desk, "mina", Role.MANAGER), homes_upload(real(said)))
    assert found.nothing
    assert found.of_sites == (
        "This list calls 2 compromised sites clear. They stay out of use until two people "
        "who may say so have said that they are clear."
    )
