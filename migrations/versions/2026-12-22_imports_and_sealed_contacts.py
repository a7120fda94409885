"""Imports that can be undone, personal data sealed at rest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "lead_import",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=40), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_lead_import_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_lead_import_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_import")),
    )
    with op.batch_alter_table("lead_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lead_import_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index("ix_lead_import_made", ["district_id", "made_at", "id"], unique=False)

    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_saved_view_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_saved_view_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saved_view_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_saved_view_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "lead_import_row",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("twins", sa.JSON(), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("lead_version", sa.Integer(), nullable=True),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["lead_import.id"], name=op.f("fk_lead_import_row_import_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_import_row_lead_id")),
        sa.PrimaryKeyConstraint("import_id", "n", name=op.f("pk_lead_import_row")),
    )
    with op.batch_alter_table("lead_import_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_import_row_lead_id"), ["lead_id"], unique=False)

    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_canonical"), ["canonical"], unique=False)

    with op.batch_alter_table("calendar_year", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known_from", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.alter_column(
            "name", existing_type=sa.VARCHAR(length=60), type_=sa.Text(), existing_nullable=False
        )
        batch_op.alter_column(
            "phone", existing_type=sa.VARCHAR(length=40), type_=sa.Text(), existing_nullable=True
        )
        batch_op.alter_column(
            "email", existing_type=sa.VARCHAR(length=120), type_=sa.Text(), existing_nullable=True
        )
        batch_op.drop_column("email_domain")

    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enterprise_canonical"), ["canonical"], unique=False)

    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_first_talk_interest_right_id"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_first_talk_interest_right_id"), ["right_id"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_first_talk_interest_right_id_project_id"), ["right_id", "project_id"]
        )

    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("objection_until", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.alter_column(
            "counterparts",
            existing_type=sa.VARCHAR(length=400),
            type_=sa.Text(),
            existing_nullable=True,
        )

    with op.batch_alter_table("ledger_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("whole_through", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("named_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_named_record_canonical"), ["canonical"], unique=False)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pooled_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("lapsed_right_id", sa.String(length=40), nullable=True))

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.alter_column(
            "totp_secret",
            existing_type=sa.VARCHAR(length=64),
            type_=sa.Text(),
            existing_nullable=True,
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.alter_column(
            "totp_secret",
            existing_type=sa.Text(),
            type_=sa.VARCHAR(length=64),
            existing_nullable=True,
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("lapsed_right_id")
        batch_op.drop_column("pooled_on")

    with op.batch_alter_table("named_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_named_record_canonical"))

    with op.batch_alter_table("ledger_check", schema=None) as batch_op:
        batch_op.drop_column("whole_through")
        batch_op.drop_column("whole_at")

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.alter_column(
            "counterparts",
            existing_type=sa.Text(),
            type_=sa.VARCHAR(length=400),
            existing_nullable=True,
        )

    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.drop_column("objection_until")
        batch_op.drop_column("opened_on")

    with op.batch_alter_table("first_talk_interest", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_first_talk_interest_right_id_project_id"), type_="unique"
        )
        batch_op.drop_index(batch_op.f("ix_first_talk_interest_right_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_first_talk_interest_right_id"), ["right_id"]
        )

    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_canonical"))

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email_domain", sa.VARCHAR(length=120), nullable=True))
        batch_op.alter_column(
            "email", existing_type=sa.Text(), type_=sa.VARCHAR(length=120), existing_nullable=True
        )
        batch_op.alter_column(
            "phone", existing_type=sa.Text(), type_=sa.VARCHAR(length=40), existing_nullable=True
        )
        batch_op.alter_column(
            "name", existing_type=sa.Text(), type_=sa.VARCHAR(length=60), existing_nullable=False
        )

    with op.batch_alter_table("calendar_year", schema=None) as batch_op:
        batch_op.drop_column("known_from")

    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alias_canonical"))

    with op.batch_alter_table("lead_import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_import_row_lead_id"))

    op.drop_table("lead_import_row")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_view_owner_id"))
        batch_op.drop_index(batch_op.f("ix_saved_view_district_id"))

    op.drop_table("saved_view")
    with op.batch_alter_table("lead_import", schema=None) as batch_op:
        batch_op.drop_index("ix_lead_import_made")
        batch_op.drop_index(batch_op.f("ix_lead_import_district_id"))

    op.drop_table("lead_import")
