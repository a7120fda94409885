"""Interests and credits, consents of co-holders, poaching cases, reminders, calculations."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, unprotect

revision = "0002"
down_revision = "0001"

APPEND_ONLY = {
    "first_talk_substantiation": "id = NEW.id",
    "project_signing": "project_id = NEW.project_id AND n = NEW.n",
    "calculation": "id = NEW.id",
    "agreement_record": "id = NEW.id",
}
"""Tables whose rows are never changed, deleted or replaced, each with how a row is found again."""


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("bad_seq", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.create_table(
        "calendar_address",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_calendar_address_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_address_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_address_user_id")),
    )
    op.create_table(
        "first_talk_identity_decision",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"],
            ["district.id"],
            name=op.f("fk_first_talk_identity_decision_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["first_talk_right.id"],
            name=op.f("fk_first_talk_identity_decision_other_id"),
        ),
        sa.ForeignKeyConstraint(
            ["right_id"],
            ["first_talk_right.id"],
            name=op.f("fk_first_talk_identity_decision_right_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_identity_decision")),
    )
    with op.batch_alter_table("first_talk_identity_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_identity_decision_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_identity_decision_other_id"), ["other_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_identity_decision_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_join_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("holder_id", sa.String(length=40), nullable=False),
        sa.Column("joiner_id", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.String(length=40), nullable=True),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("officer_name", sa.String(length=80), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_name", sa.String(length=80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_join_request_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_join_request_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["district.id"], name=op.f("fk_first_talk_join_request_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["joiner_id"], ["district.id"], name=op.f("fk_first_talk_join_request_joiner_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_join_request_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_join_request")),
    )
    with op.batch_alter_table("first_talk_join_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_join_request_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_join_request_right_id"), ["right_id"], unique=False
        )
        batch_op.create_index(
            "uq_first_talk_join_request_open",
            ["right_id", "joiner_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "first_talk_substantiation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("interaction_id", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"],
            ["first_talk_right.id"],
            name=op.f("fk_first_talk_substantiation_right_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_substantiation")),
        info={"append_only": True},
    )
    with op.batch_alter_table("first_talk_substantiation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_substantiation_right_id"), ["right_id"], unique=False
        )

    op.create_table(
        "first_talk_warned",
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_warned_right_id")
        ),
        sa.PrimaryKeyConstraint("right_id", "occasion", name=op.f("pk_first_talk_warned")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_reminder_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("user_id", "occasion", name=op.f("uq_reminder_user_id_occasion")),
    )
    op.create_table(
        "project_first_tax",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("voucher_id", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_by_name", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_name", sa.String(length=80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_first_tax_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["stored_file.id"], name=op.f("fk_project_first_tax_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_first_tax")),
    )
    with op.batch_alter_table("project_first_tax", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_first_tax_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_paid_in",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("is_increase", sa.Boolean(), nullable=False),
        sa.Column("voucher_kind", sa.String(length=40), nullable=False),
        sa.Column("division_proof_id", sa.String(length=40), nullable=True),
        sa.Column("corrects_id", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("voucher_id", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_by_name", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_name", sa.String(length=80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["project_paid_in.id"], name=op.f("fk_project_paid_in_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["division_proof_id"],
            ["stored_file.id"],
            name=op.f("fk_project_paid_in_division_proof_id"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_paid_in_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["stored_file.id"], name=op.f("fk_project_paid_in_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_paid_in")),
    )
    with op.batch_alter_table("project_paid_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_paid_in_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_signing",
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=40), nullable=False),
        sa.Column("increment", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_signing_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "n", name=op.f("pk_project_signing")),
        info={"append_only": True},
    )
    op.create_table(
        "calculation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=True),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_by_name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_calculation_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_calculation_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calculation")),
        info={"append_only": True},
    )
    with op.batch_alter_table("calculation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calculation_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calculation_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            "ix_calculation_listed", ["district_id", "created_at", "id"], unique=False
        )

    op.create_table(
        "agreement_record",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "n"],
            ["agreement_version.agreement_id", "agreement_version.n"],
            name=op.f("fk_agreement_record_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_agreement_record_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_record")),
        info={"append_only": True},
    )
    with op.batch_alter_table("agreement_record", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_record_version", ["agreement_id", "n"], unique=False)

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transfer_id", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("enterprise", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.create_index(batch_op.f("ix_agreement_transfer_id"), ["transfer_id"], unique=False)

    with op.batch_alter_table("agreement_approval", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rules", sa.String(length=80), nullable=False, server_default="")
        )

    with op.batch_alter_table("agreement_consent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rules", sa.String(length=80), nullable=False, server_default="")
        )

    with op.batch_alter_table("first_talk_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contacts", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("council_number", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("credit", sa.String(length=40), nullable=True))
        batch_op.alter_column("claim_id", existing_type=sa.VARCHAR(length=40), nullable=True)

    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.add_column(sa.Column("policy_version", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("credit_share", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("tax_share", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("split", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("split_reference", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("project_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("void_proof_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_first_talk_interest_project_id"), ["project_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_first_talk_interest_void_proof_id"),
            "stored_file",
            ["void_proof_id"],
            ["id"],
        )

    with op.batch_alter_table("first_talk_query", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_id", sa.String(length=40), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_first_talk_query_about_id"), ["about_id"], unique=False
        )

    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("signed", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fixed_asset_investment", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("exclusions", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("lapsed_right_id", sa.String(length=40), nullable=True))

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("construction_on", sa.Date(), nullable=True))
    for table, same_row in APPEND_ONLY.items():
        protect(table, same_row)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("construction_on")

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_column("lapsed_right_id")
        batch_op.drop_column("exclusions")
        batch_op.drop_column("fixed_asset_investment")

    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.drop_column("signed")

    with op.batch_alter_table("first_talk_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_query_about_id"))
        batch_op.drop_column("about_id")

    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_first_talk_interest_void_proof_id"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_first_talk_interest_project_id"))
        batch_op.drop_column("voided_at")
        batch_op.drop_column("void_proof_id")
        batch_op.drop_column("void_reason")
        batch_op.drop_column("project_id")
        batch_op.drop_column("split_reference")
        batch_op.drop_column("split")
        batch_op.drop_column("tax_share")
        batch_op.drop_column("credit_share")
        batch_op.drop_column("policy_version")

    with op.batch_alter_table("first_talk_case", schema=None) as batch_op:
        batch_op.alter_column("claim_id", existing_type=sa.VARCHAR(length=40), nullable=False)
        batch_op.drop_column("credit")
        batch_op.drop_column("council_number")
        batch_op.drop_column("contacts")

    with op.batch_alter_table("agreement_consent", schema=None) as batch_op:
        batch_op.drop_column("rules")

    with op.batch_alter_table("agreement_approval", schema=None) as batch_op:
        batch_op.drop_column("rules")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_transfer_id"))
        batch_op.drop_column("enterprise")
        batch_op.drop_column("transfer_id")

    with op.batch_alter_table("agreement_record", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_record_version")

    op.drop_table("agreement_record")
    with op.batch_alter_table("calculation", schema=None) as batch_op:
        batch_op.drop_index("ix_calculation_listed")
        batch_op.drop_index(batch_op.f("ix_calculation_district_id"))
        batch_op.drop_index(batch_op.f("ix_calculation_agreement_id"))

    op.drop_table("calculation")
    op.drop_table("project_signing")
    with op.batch_alter_table("project_paid_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_paid_in_project_id"))

    op.drop_table("project_paid_in")
    with op.batch_alter_table("project_first_tax", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_first_tax_project_id"))

    op.drop_table("project_first_tax")
    op.drop_table("reminder")
    op.drop_table("first_talk_warned")
    with op.batch_alter_table("first_talk_substantiation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_substantiation_right_id"))

    op.drop_table("first_talk_substantiation")
    with op.batch_alter_table("first_talk_join_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_first_talk_join_request_open",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.drop_index(batch_op.f("ix_first_talk_join_request_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_join_request_district_id"))

    op.drop_table("first_talk_join_request")
    with op.batch_alter_table("first_talk_identity_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_identity_decision_right_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_identity_decision_other_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_identity_decision_district_id"))

    op.drop_table("first_talk_identity_decision")
    op.drop_table("calendar_address")
    op.drop_table("ledger_check")
    for table in APPEND_ONLY:
        unprotect(table)
