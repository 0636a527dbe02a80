"""The first tables: providers, bed pools, referrals, uploads, plans, audit events.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text()
NUMBER = sa.Integer()
YES_NO = sa.Boolean()
DAY = sa.Date()
MOMENT = sa.DateTime(timezone=True)

GENESIS = "0" * 64

PROVIDERS: dict[str, Any] = {
    "name": TEXT,
    "agency": TEXT,
    "contact": TEXT,
    "placement_type": TEXT,
    "state": TEXT,
    "county": TEXT,
    "service_area": TEXT,
    "confidential": YES_NO,
    "victim_service_provider": YES_NO,
    "domestic_violence": YES_NO,
    "licence_status": TEXT,
    "licence_expires": DAY,
    "certificate": TEXT,
    "certificate_expires": DAY,
    "family_first": TEXT,
    "licensed_capacity": NUMBER,
    "residents": NUMBER,
    "foster_cap_exception": YES_NO,
    "background_check": TEXT,
    "trainings": TEXT,
    "trainable": YES_NO,
    "capabilities": TEXT,
    "languages": TEXT,
    "excludes": TEXT,
    "trafficking_types": TEXT,
    "identifications": TEXT,
    "referral_sources": TEXT,
    "run_tolerance": TEXT,
    "awake_night": YES_NO,
    "intake_24_7": YES_NO,
    "max_stay_days": NUMBER,
    "funding": TEXT,
    "lgbtq_affirming": YES_NO,
    "faith_character": TEXT,
    "device_policy": TEXT,
    "icwa_tier": TEXT,
    "compromised_until": DAY,
    "compromise_cleared": YES_NO,
    "resident_tokens": TEXT,
    "high_acuity_residents": NUMBER,
    "high_acuity_limit": NUMBER,
    "staff_ratio": NUMBER,
    "data_origin": TEXT,
}

BED_POOLS: dict[str, Any] = {
    "pool_name": TEXT,
    "genders": TEXT,
    "age_min": NUMBER,
    "age_max": NUMBER,
    "households": TEXT,
    "reserved_for": TEXT,
    "beds_licensed": NUMBER,
    "beds_staffed": NUMBER,
    "beds_accepting": NUMBER,
    "beds_occupied": NUMBER,
    "beds_held": NUMBER,
    "beds_available": NUMBER,
    "available_from": DAY,
    "as_of": MOMENT,
    "confirmed_by": TEXT,
    "gender_lock": TEXT,
    "resident_age_min": NUMBER,
    "resident_age_max": NUMBER,
    "age_spread_max": NUMBER,
}

REFERRALS: dict[str, Any] = {
    "received_at": MOMENT,
    "urgency": TEXT,
    "needed_by": DAY,
    "trigger": TEXT,
    "referral_source": TEXT,
    "worker": TEXT,
    "presence": TEXT,
    "age_years": NUMBER,
    "days_to_birthday": NUMBER,
    "gender": TEXT,
    "acceptable_settings": TEXT,
    "lgbtq_affirming_requested": YES_NO,
    "trafficking_type": TEXT,
    "identification": TEXT,
    "screening_date": DAY,
    "run_risk": TEXT,
    "recruitment_risk": TEXT,
    "exploiter_attachment": TEXT,
    "trauma_level": TEXT,
    "law_enforcement_contact": TEXT,
    "exploitation_duration": TEXT,
    "acceptable_types": TEXT,
    "stay_days": NUMBER,
    "substance_need": TEXT,
    "mental_health_need": TEXT,
    "medical_need": TEXT,
    "medically_fragile": YES_NO,
    "developmental_need": TEXT,
    "pregnant_parenting": TEXT,
    "children_with": NUMBER,
    "behaviours": TEXT,
    "behaviour_managed_confirmed": YES_NO,
    "access_needs": TEXT,
    "languages": TEXT,
    "interpreter_ok": YES_NO,
    "group_id": TEXT,
    "separate_from": TEXT,
    "vetoed_providers": TEXT,
    "avoid_providers": TEXT,
    "declined_by": TEXT,
    "icwa_status": TEXT,
    "icwa_order": TEXT,
    "otip_status": TEXT,
    "home_county": TEXT,
    "school_county": TEXT,
    "sibling_county": TEXT,
    "avoid_counties": TEXT,
    "max_distance_miles": NUMBER,
    "distance_reason": TEXT,
    "preferred_providers": TEXT,
    "preferred_types": TEXT,
    "faith_preference": TEXT,
    "device_preference": TEXT,
    "funding": TEXT,
    "consent": TEXT,
    "consent_expires": DAY,
    "data_origin": TEXT,
}


def _record_table(name: str, keys: list[str], columns: dict[str, Any], *extra: Any) -> None:
    op.create_table(
        name,
        *(sa.Column(key, TEXT, nullable=False) for key in keys),
        *(sa.Column(column, kind, nullable=True) for column, kind in columns.items()),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        *(
            sa.CheckConstraint(
                f"{column} BETWEEN 0 AND 2147483647", name=op.f(f"ck_{name}_{column}_range")
            )
            for column, kind in columns.items()
            if kind is NUMBER
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["upload_batches.id"], name=f"fk_{name}_batch_id"
        ),
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"),
        *extra,
    )


def _create_state() -> None:
    state = op.create_table(
        "record_state",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("data_version", sa.BigInteger(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", TEXT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_record_state_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_record_state"),
    )
    op.bulk_insert(state, [{"id": 1, "data_version": 0, "audit_seq": 0, "audit_hash": GENESIS}])


def _create_batches() -> None:
    op.create_table(
        "upload_batches",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("file_sha256", TEXT, nullable=False),
        sa.Column("file_format", TEXT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("data_origin", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_upload_batches"),
        sqlite_autoincrement=True,
    )


def _create_runs() -> None:
    op.create_table(
        "plan_runs",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("policy_name", TEXT, nullable=False),
        sa.Column("policy_version", TEXT, nullable=False),
        sa.Column("policy_fingerprint", TEXT, nullable=False),
        sa.Column("problem_fingerprint", TEXT, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("verified", YES_NO, nullable=False),
        sa.Column("engine_version", TEXT, nullable=False),
        sa.Column("solver_version", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_runs"),
        sqlite_autoincrement=True,
    )


def _create_audit() -> None:
    texts = ("actor", "role", "action", "object_kind", "object_id", "reason", "details")
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in texts),
        sa.Column("prev_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_events"),
        sa.UniqueConstraint("prev_hash", name="uq_audit_events_prev_hash"),
    )
    op.create_index(
        "ix_audit_events_object_kind_object_id", "audit_events", ["object_kind", "object_id"]
    )


SQLITE_GUARDS = (
    """
    CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END
    """,
    """
    CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are never removed'); END
    """,
    # INSERT OR REPLACE removes the old row without asking the trigger above.
    """
    CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events
    WHEN EXISTS (
        SELECT 1 FROM audit_events
        WHERE seq = NEW.seq OR prev_hash = NEW.prev_hash
    )
    BEGIN SELECT RAISE(ABORT, 'audit events are never replaced'); END
    """,
)

POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit events are never changed or removed'; END $$
    """,
    """
    CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()
    """,
    """
    CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()
    """,
)


def upgrade() -> None:
    _create_state()
    _create_batches()
    _record_table("providers", ["provider_id"], PROVIDERS)
    _record_table(
        "bed_pools",
        ["pool_id", "provider_id"],
        BED_POOLS,
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.provider_id"], name="fk_bed_pools_provider_id"
        ),
    )
    op.create_index("ix_bed_pools_provider_id", "bed_pools", ["provider_id"])
    _record_table("referrals", ["referral_id"], REFERRALS)
    _create_runs()
    _create_audit()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if on_sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "audit_events",
        "plan_runs",
        "referrals",
        "bed_pools",
        "providers",
        "upload_batches",
        "record_state",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_refuse()")
