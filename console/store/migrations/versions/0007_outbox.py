"""What leaves the desk: dispatches, attempts at them, escalations under way, tasks for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _dispatches()
    _pursuits()
    _timeline()
    _attempts()
    _tasks()


def _dispatches() -> None:
    op.create_table(
        "dispatches",
        sa.Column("id", ROW, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("escalation_id", ROW, nullable=True),
        sa.Column("message_id", ROW, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "sent",
                "delivered",
                "failed",
                "cancelled",
                "expired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_dispatches_claimed_until_a_time"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_dispatches_attempts_counted")),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_dispatches_escalation_id_escalations"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_dispatches_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_dispatches_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
        sa.UniqueConstraint("key", name=op.f("uq_dispatches_key")),
    )
    op.create_index(
        op.f("ix_dispatches_address_slot"), "dispatches", ["address", "slot"], unique=False
    )
    op.create_index(
        op.f("ix_dispatches_escalation_id"), "dispatches", ["escalation_id"], unique=False
    )
    op.create_index(op.f("ix_dispatches_message_id"), "dispatches", ["message_id"], unique=False)
    op.create_index(
        op.f("ix_dispatches_status_next_at"), "dispatches", ["status", "next_at"], unique=False
    )


def _pursuits() -> None:
    op.create_table(
        "pursuits",
        sa.Column("escalation_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "paging",
                "handed",
                "acknowledged",
                "reached",
                "closed",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("ahead_s", sa.Double(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(stage = 'closed') = (next_at IS NULL)", name=op.f("ck_pursuits_never_silent")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_pursuits_escalation_id_escalations"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_pursuits_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("escalation_id", name=op.f("pk_pursuits")),
        sa.UniqueConstraint("reference", name=op.f("uq_pursuits_reference")),
    )
    op.create_index(op.f("ix_pursuits_next_at"), "pursuits", ["next_at"], unique=False)


def _timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("id", ROW, nullable=False),
        sa.Column("escalation_id", ROW, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalations.id"],
            name=op.f("fk_timeline_escalation_id_escalations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
        sa.UniqueConstraint("escalation_id", "key", name=op.f("uq_timeline_escalation_id_key")),
    )
    op.create_index(
        op.f("ix_timeline_escalation_id_at"), "timeline", ["escalation_id", "at"], unique=False
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", ROW, nullable=False),
        sa.Column("dispatch_id", ROW, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent",
                "delivered",
                "not_now",
                "refused",
                "unsure",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name=op.f("fk_attempts_dispatch_id_dispatches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("dispatch_id", "number", name=op.f("uq_attempts_dispatch_id_number")),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", ROW, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "undelivered",
                "nobody_answered",
                "call_provider",
                "ask_reached",
                "clash",
                "rota_gap",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("escalation_id", ROW, nullable=True),
        sa.Column("dispatch_id", ROW, nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_tasks_done_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name=op.f("fk_tasks_dispatch_id_dispatches")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_tasks_escalation_id_escalations")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_tasks_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("key", name=op.f("uq_tasks_key")),
    )
    op.create_index(
        op.f("ix_tasks_done_at_created_at"), "tasks", ["done_at", "created_at"], unique=False
    )
