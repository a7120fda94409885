"""Interests and credits, consents of co-holders, poaching cases, reminders, calculations."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, unprotect

revision = "0002"
down_revision = "0001"

APPEND_ONLY = {"project_signing": "project_id = NEW.project_id AND n = NEW.n"}
"""Tables whose rows are never changed, deleted or replaced, each with how a row is found again."""


def upgrade() -> None:
    """Bring the schema forward."""
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

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("construction_on", sa.Date(), nullable=True))
    for table, same_row in APPEND_ONLY.items():
        protect(table, same_row)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("construction_on")

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

    op.drop_table("project_signing")
    with op.batch_alter_table("project_paid_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_paid_in_project_id"))

    op.drop_table("project_paid_in")
    with op.batch_alter_table("project_first_tax", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_first_tax_project_id"))

    op.drop_table("project_first_tax")
    for table in APPEND_ONLY:
        unprotect(table)
