"""Initial tables: every capability, with the triggers that keep the append-only ones so."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, unprotect

revision = "0001"
down_revision = None

APPEND_ONLY = {
    "audit_entry": "number = NEW.number",
    "calendar_year": "id = NEW.id",
    "code": "name = NEW.name AND code = NEW.code",
    "first_talk_query": "id = NEW.id",
    "gate_rule": "id = NEW.id",
    "policy_version": "id = NEW.id",
    "receipt": "seq = NEW.seq",
    "sharing_row": "id = NEW.id",
    "signing_key": "id = NEW.id",
    "calendar_day": "calendar_year_id = NEW.calendar_year_id AND day = NEW.day",
    "parameter_value": "id = NEW.id",
    "first_talk_move": "right_id = NEW.right_id AND n = NEW.n",
    "first_talk_report": "id = NEW.id",
    "project_stage_change": "project_id = NEW.project_id AND n = NEW.n",
    "agreement_consent": "agreement_id = NEW.agreement_id AND n = NEW.n AND position = NEW.position",
    "agreement_terms": "agreement_id = NEW.agreement_id AND n = NEW.n",
}
"""Tables whose rows are never changed, deleted or replaced, each with how a row is found again."""


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "adding_turn",
        sa.Column("identity", sa.String(length=210), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_adding_turn")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_district_id", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("resource_kind", sa.String(length=60), nullable=False),
        sa.Column("resource_id", sa.String(length=80), nullable=False),
        sa.Column("resource_version", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        info={"append_only": True},
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_act"), ["act"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_resource", ["resource_kind", "resource_id"], unique=False
        )

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("year", "revision", name=op.f("uq_calendar_year_year_revision")),
        info={"append_only": True},
    )
    op.create_table(
        "code",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "code", name=op.f("pk_code")),
        info={"append_only": True},
    )
    op.create_table(
        "district",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("letters", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("letters", name=op.f("uq_district_letters")),
        sa.UniqueConstraint("name", name=op.f("uq_district_name")),
    )
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_district_family"), ["family"], unique=False)

    op.create_table(
        "first_talk_query",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=80), nullable=False),
        sa.Column("user_name", sa.String(length=80), nullable=False),
        sa.Column("subject_key", sa.String(length=60), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_query")),
        info={"append_only": True},
    )
    with op.batch_alter_table("first_talk_query", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_query_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_query_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_subject",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_first_talk_subject")),
    )
    op.create_table(
        "gate_rule",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("check", sa.String(length=60), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column("fixable_by", sa.JSON(), nullable=False),
        sa.Column("may_declare_unknown", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_rule")),
        sa.UniqueConstraint(
            "rule_id",
            "effective_from",
            "revision",
            name=op.f("uq_gate_rule_rule_id_effective_from_revision"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "gram_count",
        sa.Column("gram", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gram", name=op.f("pk_gram_count")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "name_gram",
        sa.Column("gram", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("gram", "owner_id", name=op.f("pk_name_gram")),
    )
    with op.batch_alter_table("name_gram", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_gram_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "parameter_proposal",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by_id", sa.String(length=40), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_name", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_proposal")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("review_number", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("profile", "n", name=op.f("uq_policy_version_profile_n")),
        info={"append_only": True},
    )
    op.create_table(
        "receipt",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=True),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("audit_number", sa.BigInteger(), nullable=False),
        sa.Column("audit_digest", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=20), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
        info={"append_only": True},
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipt_right_id"), ["right_id"], unique=False)

    op.create_table(
        "sharing_row",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("of", sa.String(length=20), nullable=False),
        sa.Column("tax", sa.String(length=40), nullable=False),
        sa.Column("payer_class", sa.String(length=40), nullable=False),
        sa.Column("shares", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_row")),
        sa.UniqueConstraint(
            "of",
            "tax",
            "payer_class",
            "effective_from",
            "revision",
            name=op.f("uq_sharing_row_of_tax_payer_class_effective_from_revision"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failure")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_signing_key_public_key")),
        info={"append_only": True},
    )
    op.create_table(
        "stored_answer",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_stored_answer")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("calendar_year_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_year_id"],
            ["calendar_year.id"],
            name=op.f("fk_calendar_day_calendar_year_id"),
        ),
        sa.PrimaryKeyConstraint("calendar_year_id", "day", name=op.f("pk_calendar_day")),
        info={"append_only": True},
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_credential_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_credential_key_hash")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credential_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "enterprise",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("unregistered", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=True),
        sa.Column("controller", sa.String(length=120), nullable=True),
        sa.Column("merged_into_id", sa.String(length=40), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unified", sa.String(length=200), nullable=False),
        sa.Column("canonical", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("core_initials", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_enterprise_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["enterprise.id"], name=op.f("fk_enterprise_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("uscc", name=op.f("uq_enterprise_uscc")),
    )
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enterprise_controller"), ["controller"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enterprise_core_initials"), ["core_initials"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enterprise_group_name"), ["group_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_enterprise_initials"), ["initials"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enterprise_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enterprise_unified"), ["unified"], unique=False)

    op.create_table(
        "parameter_value",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("policy_version_id", sa.String(length=40), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_parameter_value_policy_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_value")),
        sa.UniqueConstraint(
            "key",
            "effective_from",
            "revision",
            name=op.f("uq_parameter_value_key_effective_from_revision"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "share",
        sa.Column("resource_id", sa.String(length=40), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_share_district_id")
        ),
        sa.PrimaryKeyConstraint("resource_id", "district_id", name=op.f("pk_share")),
    )
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_district_id"), ["district_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_stored_file_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_file_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_unit_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_unit_district_id_name")),
    )
    op.create_table(
        "alias",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unified", sa.String(length=200), nullable=False),
        sa.Column("canonical", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("core_initials", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_alias_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint(
            "enterprise_id", "unified", name=op.f("uq_alias_enterprise_id_unified")
        ),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_core_initials"), ["core_initials"], unique=False)
        batch_op.create_index(batch_op.f("ix_alias_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alias_initials"), ["initials"], unique=False)
        batch_op.create_index(batch_op.f("ix_alias_unified"), ["unified"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_seal", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("email_domain", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_contact_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_contact_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_district_id"), ["district_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contact_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contact_phone_seal"), ["phone_seal"], unique=False)

    op.create_table(
        "engagement",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=4), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_engagement_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_engagement_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint("about_id", name=op.f("uq_engagement_about_id")),
    )
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_engagement_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_engagement_enterprise_id"), ["enterprise_id"], unique=False
        )

    op.create_table(
        "first_talk_right",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=60), nullable=False),
        sa.Column("division", sa.String(length=4), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=40), nullable=False),
        sa.Column("first_talked_on", sa.Date(), nullable=True),
        sa.Column("contract_on", sa.Date(), nullable=True),
        sa.Column("application", sa.JSON(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("filed_number", sa.String(length=40), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("interrupted", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("reason_text", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("active_on", sa.Date(), nullable=True),
        sa.Column("fix_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_cap_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nominal_end", sa.Date(), nullable=True),
        sa.Column("effective_end", sa.Date(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("extension_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapse_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("ruling_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pool_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_right_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_first_talk_right_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_right")),
        sa.UniqueConstraint("filed_number", name=op.f("uq_first_talk_right_filed_number")),
    )
    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_right_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_first_talk_right_due_at"), ["due_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_first_talk_right_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_first_talk_right_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_first_talk_right_subject_key"), ["subject_key"], unique=False
        )
        batch_op.create_index(
            "uq_first_talk_right_live",
            ["subject_key"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('submitted', 'identity_check', 'notice', 'contested', 'active', 'suspended', 'extension_pending')"
            ),
            postgresql_where=sa.text(
                "state IN ('submitted', 'identity_check', 'notice', 'contested', 'active', 'suspended', 'extension_pending')"
            ),
        )

    op.create_table(
        "interaction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=40), nullable=True),
        sa.Column("enterprise_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("substantive_kind", sa.String(length=40), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("participants", sa.String(length=400), nullable=True),
        sa.Column("counterparts", sa.String(length=400), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("demands", sa.Text(), nullable=True),
        sa.Column("next_step", sa.String(length=400), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("logged_by", sa.String(length=80), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_interaction_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_interaction_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_interaction_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_interaction_enterprise_id"), ["enterprise_id"], unique=False
        )

    op.create_table(
        "key_use",
        sa.Column("credential_id", sa.String(length=40), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_key_use_credential_id")
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_key_use")),
    )
    op.create_table(
        "named_record",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unified", sa.String(length=200), nullable=False),
        sa.Column("canonical", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=200), nullable=False),
        sa.Column("core_initials", sa.String(length=200), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_named_record_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_named_record_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_record")),
    )
    with op.batch_alter_table("named_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_named_record_core_initials"), ["core_initials"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_named_record_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_named_record_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_named_record_initials"), ["initials"], unique=False)
        batch_op.create_index(batch_op.f("ix_named_record_unified"), ["unified"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("liaison", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("former_hashes", sa.JSON(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_user_account_district_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_user_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_account_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "first_talk_case",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.String(length=40), nullable=False),
        sa.Column("holder_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("officer_name", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("ruled_by_id", sa.String(length=80), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("former_end", sa.Date(), nullable=True),
        sa.Column("awarded_id", sa.String(length=40), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_by", sa.String(length=40), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=True),
        sa.Column("appeal_reasons", sa.Text(), nullable=False),
        sa.Column("appeal_ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_case_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_case_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["district.id"], name=op.f("fk_first_talk_case_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_case_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_case")),
    )
    with op.batch_alter_table("first_talk_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_case_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_first_talk_case_right_id"), ["right_id"], unique=False)

    op.create_table(
        "first_talk_evidence",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("participants", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_evidence_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_first_talk_evidence_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_evidence_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_evidence")),
    )
    with op.batch_alter_table("first_talk_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_evidence_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_evidence_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_interest",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credit_since", sa.Date(), nullable=True),
        sa.Column("tax_since", sa.Date(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_interest_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_interest_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_interest")),
        sa.UniqueConstraint("right_id", name=op.f("uq_first_talk_interest_right_id")),
    )
    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_interest_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "first_talk_joint_holder",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_joint_holder_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_joint_holder_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_joint_holder")),
        sa.UniqueConstraint(
            "right_id", "district_id", name=op.f("uq_first_talk_joint_holder_right_id_district_id")
        ),
    )
    with op.batch_alter_table("first_talk_joint_holder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_joint_holder_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_joint_holder_lead_id"), ["lead_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_joint_holder_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_letter",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("filed_by_id", sa.String(length=80), nullable=False),
        sa.Column("filed_by_name", sa.String(length=80), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by_name", sa.String(length=80), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_letter_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_first_talk_letter_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_letter_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_letter")),
    )
    with op.batch_alter_table("first_talk_letter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_letter_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_letter_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_move",
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_move_right_id")
        ),
        sa.PrimaryKeyConstraint("right_id", "n", name=op.f("pk_first_talk_move")),
        info={"append_only": True},
    )
    op.create_table(
        "first_talk_phase",
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_phase_right_id")
        ),
        sa.PrimaryKeyConstraint("right_id", "n", name=op.f("pk_first_talk_phase")),
    )
    op.create_table(
        "first_talk_report",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("interaction_id", sa.String(length=40), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("substantive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_report_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_report")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_first_talk_report_interaction_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("first_talk_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_report_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_transfer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("obstacle", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_name", sa.String(length=80), nullable=False),
        sa.Column("receiver_id", sa.String(length=40), nullable=True),
        sa.Column("received_id", sa.String(length=40), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parties", sa.JSON(), nullable=True),
        sa.Column("council_number", sa.String(length=80), nullable=False),
        sa.Column("scheme", sa.JSON(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_transfer_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_id"],
            ["first_talk_right.id"],
            name=op.f("fk_first_talk_transfer_received_id"),
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["district.id"], name=op.f("fk_first_talk_transfer_receiver_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_transfer_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_transfer")),
        sa.UniqueConstraint("received_id", name=op.f("uq_first_talk_transfer_received_id")),
        sa.UniqueConstraint("right_id", name=op.f("uq_first_talk_transfer_right_id")),
    )
    with op.batch_alter_table("first_talk_transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_transfer_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "lead",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=True),
        sa.Column("unregistered", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("division", sa.String(length=2), nullable=True),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("planned_investment", sa.BigInteger(), nullable=True),
        sa.Column("planned_investment_currency", sa.String(length=40), nullable=False),
        sa.Column("withheld_on", sa.Date(), nullable=True),
        sa.Column("withheld_by", sa.String(length=40), nullable=True),
        sa.Column("capital_origin", sa.String(length=40), nullable=True),
        sa.Column("first_talked_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.String(length=40), nullable=True),
        sa.Column("conclusion_reason", sa.Text(), nullable=False),
        sa.Column("distinct_from", sa.JSON(), nullable=False),
        sa.Column("logged_by", sa.String(length=40), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progressed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("former_owner_id", sa.String(length=40), nullable=True),
        sa.Column("pooled_on", sa.Date(), nullable=True),
        sa.Column("drop_reason", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_lead_district_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_lead_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_lead_owner_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_lead_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index("ix_lead_clock", ["district_id", "due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index("ix_lead_logged", ["district_id", "logged_at", "id"], unique=False)
        batch_op.create_index("ix_lead_name", ["district_id", "name", "id"], unique=False)
        batch_op.create_index("ix_lead_owner", ["owner_id", "state"], unique=False)
        batch_op.create_index(
            "ix_lead_totals",
            [
                "district_id",
                "deleted_at",
                "state",
                "owner_id",
                "responded_at",
                "planned_investment",
                "planned_investment_currency",
                "id",
            ],
            unique=False,
        )
        batch_op.create_index("ix_lead_updated", ["district_id", "updated_at", "id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "lead_evidence",
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("participants", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_lead_evidence_file_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_evidence_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "file_id", name=op.f("pk_lead_evidence")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("enterprise_id", sa.String(length=40), nullable=True),
        sa.Column("unregistered", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("stage_since", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("drop_reason", sa.String(length=40), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("candidate_year", sa.Integer(), nullable=True),
        sa.Column("candidate_batch", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("origin_district_id", sa.String(length=40), nullable=True),
        sa.Column("host_district_id", sa.String(length=40), nullable=True),
        sa.Column("division", sa.String(length=2), nullable=True),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("capital_origin", sa.String(length=40), nullable=True),
        sa.Column("project_type", sa.String(length=40), nullable=True),
        sa.Column("enterprise_type", sa.String(length=40), nullable=True),
        sa.Column("source_region", sa.String(length=40), nullable=True),
        sa.Column("key_industry", sa.String(length=40), nullable=True),
        sa.Column("planned_investment", sa.BigInteger(), nullable=True),
        sa.Column("planned_investment_currency", sa.String(length=40), nullable=False),
        sa.Column("fixed_asset_investment", sa.BigInteger(), nullable=True),
        sa.Column("filing_amount", sa.BigInteger(), nullable=True),
        sa.Column("withheld", sa.JSON(), nullable=False),
        sa.Column("conclusion", sa.String(length=40), nullable=True),
        sa.Column("conclusion_reason", sa.Text(), nullable=False),
        sa.Column("distinct_reason", sa.String(length=400), nullable=False),
        sa.Column("park_id", sa.String(length=40), nullable=True),
        sa.Column("park_fit", sa.String(length=40), nullable=True),
        sa.Column("park_fit_reason", sa.String(length=400), nullable=False),
        sa.Column("land", sa.String(length=40), nullable=True),
        sa.Column("land_mu", sa.String(length=40), nullable=True),
        sa.Column("no_factor_needs", sa.Boolean(), nullable=False),
        sa.Column("agreement_kind", sa.String(length=40), nullable=True),
        sa.Column("agreement_signed_on", sa.Date(), nullable=True),
        sa.Column("agreement_file_id", sa.String(length=40), nullable=True),
        sa.Column("decision_policy", sa.String(length=200), nullable=False),
        sa.Column("decision_investment", sa.String(length=200), nullable=False),
        sa.Column("decision_land", sa.String(length=200), nullable=False),
        sa.Column("fair_competition_review", sa.String(length=200), nullable=False),
        sa.Column("frozen", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progressed_on", sa.Date(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_file_id"], ["stored_file.id"], name=op.f("fk_project_agreement_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_project_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_project_enterprise_id")
        ),
        sa.ForeignKeyConstraint(
            ["host_district_id"], ["district.id"], name=op.f("fk_project_host_district_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_project_lead_id")),
        sa.ForeignKeyConstraint(
            ["origin_district_id"], ["district.id"], name=op.f("fk_project_origin_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_project_owner_id")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["district.id"], name=op.f("fk_project_park_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_project_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_project_lead_id")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_district_id"), ["district_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_project_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_project_stage", ["district_id", "stage", "status"], unique=False)
        batch_op.create_index(
            "ix_project_updated", ["district_id", "updated_at", "id"], unique=False
        )

    op.create_table(
        "agreement",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_agreement_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_agreement_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_agreement_number")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_district_id"), ["district_id"], unique=False)
        batch_op.create_index(
            "ix_agreement_listed", ["district_id", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_agreement_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_commitment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("promised", sa.String(length=40), nullable=True),
        sa.Column("actual", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_commitment_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_commitment")),
        sa.UniqueConstraint(
            "project_id",
            "indicator",
            "year",
            name=op.f("uq_project_commitment_project_id_indicator_year"),
        ),
    )
    op.create_table(
        "project_factor_need",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.String(length=80), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=True),
        sa.Column("supplier", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_factor_need_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_factor_need")),
    )
    with op.batch_alter_table("project_factor_need", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_factor_need_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_identifier",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_identifier_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_identifier")),
    )
    with op.batch_alter_table("project_identifier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_identifier_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_sharing",
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("approval", sa.String(length=200), nullable=False),
        sa.Column("approval_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_sharing_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_sharing")),
    )
    op.create_table(
        "project_stage_change",
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=True),
        sa.Column("from_stage", sa.String(length=40), nullable=True),
        sa.Column("to_stage", sa.String(length=40), nullable=False),
        sa.Column("from_status", sa.String(length=40), nullable=True),
        sa.Column("to_status", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("gate", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_stage_change_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "n", name=op.f("pk_project_stage_change")),
        info={"append_only": True},
    )
    op.create_table(
        "agreement_party",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_party_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_agreement_party_district_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "position", name=op.f("pk_agreement_party")),
        sa.UniqueConstraint(
            "agreement_id", "district_id", name=op.f("uq_agreement_party_agreement_id_district_id")
        ),
        sa.UniqueConstraint(
            "agreement_id", "name", name=op.f("uq_agreement_party_agreement_id_name")
        ),
    )
    op.create_table(
        "agreement_version",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("consented", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_version_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "n", name=op.f("pk_agreement_version")),
    )
    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_agreement_version_draft",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "uq_agreement_version_in_force",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )

    op.create_table(
        "scenario",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_scenario_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_scenario_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scenario_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_scenario_district_id"), ["district_id"], unique=False)
        batch_op.create_index(
            "ix_scenario_listed", ["district_id", "updated_at", "id"], unique=False
        )

    op.create_table(
        "agreement_approval",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "n"],
            ["agreement_version.agreement_id", "agreement_version.n"],
            name=op.f("fk_agreement_approval_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_agreement_approval_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_agreement_approval_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_agreement_approval_file_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "n", name=op.f("pk_agreement_approval")),
    )
    op.create_table(
        "agreement_consent",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "n"],
            ["agreement_version.agreement_id", "agreement_version.n"],
            name=op.f("fk_agreement_consent_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_agreement_consent_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_agreement_consent_user_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "n", "position", name=op.f("pk_agreement_consent")),
        info={"append_only": True},
    )
    op.create_table(
        "agreement_terms",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("offered_by", sa.String(length=80), nullable=False),
        sa.Column("offered_by_name", sa.String(length=60), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "n"],
            ["agreement_version.agreement_id", "agreement_version.n"],
            name=op.f("fk_agreement_terms_agreement_id"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "n", name=op.f("pk_agreement_terms")),
        info={"append_only": True},
    )
    for table, same_row in APPEND_ONLY.items():
        protect(table, same_row)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("agreement_terms")
    op.drop_table("agreement_consent")
    op.drop_table("agreement_approval")
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.drop_index("ix_scenario_listed")
        batch_op.drop_index(batch_op.f("ix_scenario_district_id"))
        batch_op.drop_index(batch_op.f("ix_scenario_agreement_id"))

    op.drop_table("scenario")
    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_agreement_version_in_force",
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )
        batch_op.drop_index(
            "uq_agreement_version_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.drop_table("agreement_version")
    op.drop_table("agreement_party")
    op.drop_table("project_stage_change")
    op.drop_table("project_sharing")
    with op.batch_alter_table("project_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_identifier_project_id"))

    op.drop_table("project_identifier")
    with op.batch_alter_table("project_factor_need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_factor_need_project_id"))

    op.drop_table("project_factor_need")
    op.drop_table("project_commitment")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_project_id"))
        batch_op.drop_index("ix_agreement_listed")
        batch_op.drop_index(batch_op.f("ix_agreement_district_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index("ix_project_updated")
        batch_op.drop_index("ix_project_stage")
        batch_op.drop_index(batch_op.f("ix_project_owner_id"))
        batch_op.drop_index(batch_op.f("ix_project_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_project_district_id"))

    op.drop_table("project")
    op.drop_table("lead_evidence")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_index("ix_lead_updated")
        batch_op.drop_index("ix_lead_totals")
        batch_op.drop_index("ix_lead_owner")
        batch_op.drop_index("ix_lead_name")
        batch_op.drop_index("ix_lead_logged")
        batch_op.drop_index(batch_op.f("ix_lead_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_lead_district_id"))
        batch_op.drop_index("ix_lead_clock")

    op.drop_table("lead")
    with op.batch_alter_table("first_talk_transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_transfer_district_id"))

    op.drop_table("first_talk_transfer")
    with op.batch_alter_table("first_talk_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_report_right_id"))

    op.drop_table("first_talk_report")
    op.drop_table("first_talk_phase")
    op.drop_table("first_talk_move")
    with op.batch_alter_table("first_talk_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_letter_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_letter_district_id"))

    op.drop_table("first_talk_letter")
    with op.batch_alter_table("first_talk_joint_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_joint_holder_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_joint_holder_lead_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_joint_holder_district_id"))

    op.drop_table("first_talk_joint_holder")
    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_interest_district_id"))

    op.drop_table("first_talk_interest")
    with op.batch_alter_table("first_talk_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_evidence_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_evidence_district_id"))

    op.drop_table("first_talk_evidence")
    with op.batch_alter_table("first_talk_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_case_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_case_district_id"))

    op.drop_table("first_talk_case")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_district_id"))

    op.drop_table("user_account")
    with op.batch_alter_table("named_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_named_record_unified"))
        batch_op.drop_index(batch_op.f("ix_named_record_initials"))
        batch_op.drop_index(batch_op.f("ix_named_record_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_named_record_district_id"))
        batch_op.drop_index(batch_op.f("ix_named_record_core_initials"))

    op.drop_table("named_record")
    op.drop_table("key_use")
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_district_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_about_id"))

    op.drop_table("interaction")
    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_first_talk_right_live",
            sqlite_where=sa.text(
                "state IN ('submitted', 'identity_check', 'notice', 'contested', 'active', 'suspended', 'extension_pending')"
            ),
            postgresql_where=sa.text(
                "state IN ('submitted', 'identity_check', 'notice', 'contested', 'active', 'suspended', 'extension_pending')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_first_talk_right_subject_key"))
        batch_op.drop_index(batch_op.f("ix_first_talk_right_lead_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_right_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_right_due_at"))
        batch_op.drop_index(batch_op.f("ix_first_talk_right_district_id"))

    op.drop_table("first_talk_right")
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_district_id"))

    op.drop_table("engagement")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_phone_seal"))
        batch_op.drop_index(batch_op.f("ix_contact_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_contact_district_id"))

    op.drop_table("contact")
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alias_unified"))
        batch_op.drop_index(batch_op.f("ix_alias_initials"))
        batch_op.drop_index(batch_op.f("ix_alias_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_alias_core_initials"))

    op.drop_table("alias")
    op.drop_table("unit")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_district_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_share_district_id"))

    op.drop_table("share")
    op.drop_table("parameter_value")
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_unified"))
        batch_op.drop_index(batch_op.f("ix_enterprise_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_enterprise_initials"))
        batch_op.drop_index(batch_op.f("ix_enterprise_group_name"))
        batch_op.drop_index(batch_op.f("ix_enterprise_core_initials"))
        batch_op.drop_index(batch_op.f("ix_enterprise_controller"))

    op.drop_table("enterprise")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_district_id"))

    op.drop_table("credential")
    op.drop_table("calendar_day")
    op.drop_table("stored_answer")
    op.drop_table("signing_key")
    op.drop_table("sign_in_failure")
    op.drop_table("sharing_row")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_right_id"))
        batch_op.drop_index(batch_op.f("ix_receipt_lead_id"))

    op.drop_table("receipt")
    op.drop_table("policy_version")
    op.drop_table("parameter_proposal")
    with op.batch_alter_table("name_gram", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_gram_owner_id"))

    op.drop_table("name_gram")
    op.drop_table("ledger_head")
    op.drop_table("lease")
    op.drop_table("gram_count")
    op.drop_table("gate_rule")
    op.drop_table("first_talk_subject")
    with op.batch_alter_table("first_talk_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_query_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_query_district_id"))

    op.drop_table("first_talk_query")
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_district_family"))

    op.drop_table("district")
    op.drop_table("code")
    op.drop_table("calendar_year")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_resource")
        batch_op.drop_index(batch_op.f("ix_audit_entry_act"))

    op.drop_table("audit_entry")
    op.drop_table("adding_turn")
    for table in APPEND_ONLY:
        unprotect(table)
