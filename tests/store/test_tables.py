"""The tables hold the fields of the records, their housekeeping, and nothing else."""

from __future__ import annotations

import dataclasses
import re

import pytest

from matching.domain.fields import FieldClass
from matching.domain.records import BedPool, Provider, Referral
from matching.store import Image, PlanRun, StoredRecipe, UploadBatch, schema, tables
from matching.store.audit import AuditEvent
from matching.store.columns import WholeNumber

HOUSEKEEPING = {"version", "updated_at", "batch_id"}

#: Words that only a field of class X has in its name.
FORBIDDEN = re.compile(
    r"birth_?date|date_of_birth|dob|ssn|social_security|first_name|last_name|surname|alias|"
    r"street|address|postcode|zip|phone|mobile|email|photo|passport|immigration|visa|"
    r"latitude|longitude|diagnos|note|comment|narrative|free_text|religion|orientation|"
    r"criminal|arrest|file_name|file_bytes"
)


def fields(record):
    return {field.name for field in dataclasses.fields(record)}


@pytest.mark.parametrize(
    ("table", "record", "more"),
    [
        (tables.providers, Provider, HOUSEKEEPING),
        (tables.bed_pools, BedPool, HOUSEKEEPING),
        (tables.referrals, Referral, HOUSEKEEPING | {"office"}),
        (tables.upload_batches, UploadBatch, {"office"}),
        (tables.upload_images, Image, {"id"}),
        (tables.upload_recipes, StoredRecipe, {"id", "office"}),
        (tables.plan_runs, PlanRun, {"office"}),
        (tables.audit_events, AuditEvent, set()),
    ],
)
def test_columns_are_the_fields_and_the_housekeeping(table, record, more):
    assert {column.name for column in table.columns} == fields(record) | more


def test_the_state_holds_counters_only():
    names = {column.name for column in tables.record_state.columns}
    assert names == {"id", "data_version", "audit_seq", "audit_hash"}


def test_no_column_of_any_table_has_a_forbidden_name():
    found = [
        f"{table.name}.{column.name}"
        for table in schema.metadata.tables.values()
        for column in table.columns
        if FORBIDDEN.search(column.name)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["date_of_birth", "home_address", "phone", "case_notes"])
def test_the_forbidden_names_are_recognised(name):
    assert FORBIDDEN.search(name)


@pytest.mark.parametrize("record", [Provider, BedPool, Referral])
def test_no_stored_field_is_of_class_x(record):
    classes = {field.metadata["class"] for field in dataclasses.fields(record)}
    assert FieldClass.FORBIDDEN not in classes


def test_every_constraint_and_index_has_a_name():
    for table in schema.metadata.tables.values():
        assert all(one.name for one in (*table.constraints, *table.indexes))


@pytest.mark.parametrize("table", [tables.providers, tables.bed_pools, tables.referrals])
def test_each_number_of_a_record_is_held_to_its_range(table):
    numbers = {one.name for one in table.columns if isinstance(one.type, WholeNumber)}
    checked = {
        str(one.sqltext).split()[0] for one in table.constraints if hasattr(one, "sqltext")
    }
    assert checked == numbers
    assert numbers
