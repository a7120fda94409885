"""Random call-backs to enterprises; rights of one family that went into one."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, unprotect

revision = "0006"
down_revision = "0005"

APPEND_ONLY = {"first_talk_draw": "id = NEW.id"}
"""Tables whose rows are never changed, deleted or replaced, each with how a row is found again."""


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "first_talk_draw",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("drawn_by_name", sa.String(length=80), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_draw_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_number"], ["receipt.number"], name=op.f("fk_first_talk_draw_receipt_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_draw")),
        sa.UniqueConstraint("receipt_number", name=op.f("uq_first_talk_draw_receipt_number")),
        info={"append_only": True},
    )
    with op.batch_alter_table("first_talk_draw", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_draw_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "first_talk_call_back",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("draw_id", sa.String(length=40), nullable=False),
        sa.Column("right_id", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("called_on", sa.Date(), nullable=True),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_first_talk_call_back_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["first_talk_draw.id"], name=op.f("fk_first_talk_call_back_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["first_talk_right.id"], name=op.f("fk_first_talk_call_back_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_call_back")),
        sa.UniqueConstraint("right_id", name=op.f("uq_first_talk_call_back_right_id")),
    )
    with op.batch_alter_table("first_talk_call_back", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_call_back_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_call_back_draw_id"), ["draw_id"], unique=False
        )

    op.create_table(
        "first_talk_call_back_record",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_back_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("spoke_with", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("district_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_back_id"],
            ["first_talk_call_back.id"],
            name=op.f("fk_first_talk_call_back_record_call_back_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"],
            ["district.id"],
            name=op.f("fk_first_talk_call_back_record_district_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_talk_call_back_record")),
    )
    with op.batch_alter_table("first_talk_call_back_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_first_talk_call_back_record_call_back_id"),
            ["call_back_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_first_talk_call_back_record_district_id"), ["district_id"], unique=False
        )

    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.add_column(sa.Column("united_into", sa.String(length=40), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_first_talk_right_united_into"), ["united_into"], unique=False
        )
    for table, same_row in APPEND_ONLY.items():
        protect(table, same_row)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("first_talk_right", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_right_united_into"))
        batch_op.drop_column("united_into")

    with op.batch_alter_table("first_talk_call_back_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_call_back_record_district_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_call_back_record_call_back_id"))

    op.drop_table("first_talk_call_back_record")
    with op.batch_alter_table("first_talk_call_back", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_call_back_draw_id"))
        batch_op.drop_index(batch_op.f("ix_first_talk_call_back_district_id"))

    op.drop_table("first_talk_call_back")
    with op.batch_alter_table("first_talk_draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_talk_draw_district_id"))

    op.drop_table("first_talk_draw")
    for table in APPEND_ONLY:
        unprotect(table)
