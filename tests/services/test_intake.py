"""Uploads: one transaction and one audit event each, and nothing half saved."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Action, Role
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.words import DataOrigin
from matching.intake.template import providers_csv, referrals_csv
from matching.services.intake import load_sample, read_upload, save_upload
from matching.services.samples import ensure_sample
from tests.services.conftest import as_role


def real(sample):
    """The sample's records as if they came from an office."""
    providers = [dataclasses.replace(p, data_origin=None) for p in sample.providers]
    referrals = [dataclasses.replace(r, data_origin=None) for r in sample.referrals]
    homes = providers_csv(providers, sample.pools).encode()
    return homes, referrals_csv(referrals).encode()


def events(desk):
    with desk.store.reading() as record:
        return record.audit.events()


def test_an_upload_is_saved_with_its_batch_and_one_event(desk, sample):
    homes, _ = real(sample)
    upload = read_upload(desk, homes, "homes.csv")
    assert events(desk) == ()
    done = save_upload(desk, upload)
    assert done.kind == "providers"
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        assert len(providers) == len(sample.providers)
        assert len(pools) == len(sample.pools)
        (batch,) = record.batches.list()
        assert batch.file_sha256 == upload.sha256
        assert record.audit.verify() == []
    (event,) = events(desk)
    assert (event.action, event.object_id) == (Action.UPLOAD_PROVIDERS, str(batch.id))


def test_the_same_file_again_changes_nothing(desk, sample):
    _, people = real(sample)
    first = save_upload(desk, read_upload(desk, people, "people.csv"))
    again = save_upload(desk, read_upload(desk, people, "people.csv"))
    assert first.changes["added"] == again.changes["unchanged"] == len(sample.referrals)
    assert again.changes["changed"] == again.changes["added"] == 0


def test_reading_saves_nothing(desk, sample):
    homes, _ = real(sample)
    version = desk.store.data_version()
    read_upload(desk, homes, "homes.csv", "providers")
    assert desk.store.data_version() == version


def test_a_refused_file_saves_nothing(desk):
    with pytest.raises(InputError):
        read_upload(desk, b"shelter,tables\nHilltop,4\n", "picnic.csv")
    assert events(desk) == ()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.MANAGER, {"providers"}),
        (Role.WORKER, {"referrals"}),
        (Role.SUPERVISOR, {"providers", "referrals"}),
        (Role.AUDITOR, set()),
    ],
)
def test_each_role_uploads_only_what_it_may(sqlite_desk, sample, role, allowed):
    homes, people = real(sample)
    other = as_role(sqlite_desk, role)
    for kind, data in (("providers", homes), ("referrals", people)):
        upload = read_upload(sqlite_desk, data, f"{kind}.csv")
        if kind in allowed:
            assert save_upload(other, upload).kind == kind
        else:
            for refused in (
                lambda data=data, kind=kind: read_upload(other, data, f"{kind}.csv"),
                lambda upload=upload: save_upload(other, upload),
            ):
                with pytest.raises(PermissionDenied):
                    refused()


def test_the_sample_is_loaded_once_and_only_on_an_empty_record(desk, sample):
    assert ensure_sample(desk) is True
    assert ensure_sample(desk) is False
    with desk.store.reading() as record:
        providers, _ = record.providers.all()
        assert {p.data_origin for p in providers} == {DataOrigin.SAMPLE}
    assert [event.action for event in events(desk)] == [Action.LOAD_SAMPLE]


def test_the_first_real_upload_takes_the_sample_off_the_record(desk, sample):
    load_sample(desk, sample.providers, sample.pools, sample.referrals, "0" * 64)
    homes, _ = real(sample)
    renamed = homes.replace(b"P-", b"Q-")
    done = save_upload(desk, read_upload(desk, renamed, "homes.csv"))
    assert done.sample_removed == len(sample.providers) + len(sample.referrals)
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        assert {p.provider_id[:2] for p in providers} == {"Q-"}
        assert len(pools) == len(sample.pools)
        assert record.referrals.all() == ()
        assert record.audit.verify() == []


def test_an_error_in_the_middle_leaves_nothing(desk, sample, monkeypatch):
    homes, _ = real(sample)
    upload = read_upload(desk, homes, "homes.csv")

    def broken(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("matching.store.repositories.AuditLog.append", broken)
    with pytest.raises(RuntimeError):
        save_upload(desk, upload)
    monkeypatch.undo()
    with desk.store.reading() as record:
        assert record.providers.all() == ((), ())
        assert record.batches.list() == ()
    assert events(desk) == ()


def test_a_blank_cell_keeps_and_a_cell_that_says_unknown_clears(desk):
    head = b"provider_id,bed_pool,name,licence_expires,age_max,county\n"

    def upload(line):
        return save_upload(desk, read_upload(desk, head + line + b"\n", "homes.csv"))

    def home():
        with desk.store.reading() as record:
            (one,), (pool,) = record.providers.all()
        return one.name, one.licence_expires, pool.age_max, one.county

    upload(b'P1,B1,Oak House,2027-06-30,17,"Miami-Dade, FL"')
    before = home()
    assert None not in before
    upload(b"P1,B1,,,,")
    assert home() == before
    upload(b"P1,B1,,unknown,,")
    assert home() == (before[0], None, *before[2:])


def test_the_same_file_is_not_stored_twice_and_says_when_it_was(desk, sample):
    _, people = real(sample)
    first = save_upload(desk, read_upload(desk, people, "people.csv"))
    number = len(events(desk))
    again = save_upload(desk, read_upload(desk, people, "people.csv"))
    assert again.batch == first.batch
    assert again.sentence.startswith("The same file was uploaded on 22 Nov 2026 at ")
    assert len(events(desk)) == number
