"""Disputes over the figures of a firm that moved inside the city."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "relocation_case",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=False),
        sa.Column("respondent_id", sa.String(length=40), nullable=False),
        sa.Column("origin_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=80), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruled_by_id", sa.String(length=80), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_by", sa.String(length=40), nullable=False),
        sa.Column("appeal_effect", sa.String(length=40), nullable=True),
        sa.Column("former", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("appeal_reasons", sa.Text(), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_relocation_case_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_relocation_case_enterprise_id")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["district.id"], name=op.f("fk_relocation_case_origin_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_relocation_case_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["district.id"], name=op.f("fk_relocation_case_respondent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation_case")),
    )
    with op.batch_alter_table("relocation_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_relocation_case_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_relocation_case_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(
            "uq_relocation_case_open",
            ["project_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('negotiating', 'hearing', 'deciding', 'escalated')"),
            postgresql_where=sa.text(
                "state IN ('negotiating', 'hearing', 'deciding', 'escalated')"
            ),
        )

    op.create_table(
        "relocation_proof",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["relocation_case.id"], name=op.f("fk_relocation_proof_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_relocation_proof_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_relocation_proof_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation_proof")),
    )
    with op.batch_alter_table("relocation_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relocation_proof_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_relocation_proof_district_id"), ["district_id"], unique=False
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("relocation_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relocation_proof_district_id"))
        batch_op.drop_index(batch_op.f("ix_relocation_proof_case_id"))

    op.drop_table("relocation_proof")
    with op.batch_alter_table("relocation_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_relocation_case_open",
            sqlite_where=sa.text("state IN ('negotiating', 'hearing', 'deciding', 'escalated')"),
            postgresql_where=sa.text(
                "state IN ('negotiating', 'hearing', 'deciding', 'escalated')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_relocation_case_project_id"))
        batch_op.drop_index(batch_op.f("ix_relocation_case_district_id"))

    op.drop_table("relocation_case")
