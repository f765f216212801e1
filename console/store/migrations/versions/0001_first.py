"""The first layout: practices, calls and what came of them, drafts, callbacks, staff.

That no two bookings hold the same provider's time is an exclusion constraint on PostgreSQL; SQLite
has none, so triggers hold it there. That health details exist only under an agreement in force is
held by triggers on both. A table made anew (Alembic's batch mode) loses its triggers: a migration
that does so puts them back.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql, refuse

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Half-open times: a booking may begin when the one before ends.
OVERLAPS = """
    NEW.status = 'booked' AND EXISTS (
        SELECT 1 FROM bookings AS other
        WHERE other.practice_id = NEW.practice_id AND other.provider = NEW.provider
        AND other.status = 'booked'
        AND other.ends_at > NEW.starts_at AND other.starts_at < NEW.ends_at
        {and_not_itself}
    )
"""
# Both days count, the one of signing and the last one.
IN_FORCE = """
    practices.baa_signed_on <= {day}
    AND (practices.baa_ends_on IS NULL OR {day} <= practices.baa_ends_on)
"""
WITHOUT_AGREEMENT = f"""
    NEW.phi AND NOT EXISTS (
        SELECT 1 FROM calls JOIN practices ON practices.id = calls.practice_id
        WHERE calls.id = NEW.call_id AND {IN_FORCE.format(day="calls.local_date")}
    )
"""
TAKES_PHI_ALONG = f"""
    (
        EXISTS (SELECT 1 FROM answers WHERE call_id = NEW.id AND phi)
        OR EXISTS (SELECT 1 FROM messages WHERE call_id = NEW.id AND phi)
        OR EXISTS (SELECT 1 FROM escalations WHERE call_id = NEW.id AND phi)
    ) AND NOT EXISTS (
        SELECT 1 FROM practices
        WHERE practices.id = NEW.practice_id AND {IN_FORCE.format(day="NEW.local_date")}
    )
"""


def words(name: str, *values: str) -> sa.Enum:
    """Return the type of a column that holds one of these words."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """Make every table, then the triggers."""
    _practices()
    _staff()
    _calls()
    _drafts()
    _answers()
    _bookings()
    _callbacks()
    _escalations()
    _facts_read()
    _messages()
    _red_flags()
    _no_overlap()
    _no_phi_without_agreement()


def _practices() -> None:
    op.create_table(
        "practices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("baa_signed_on", sa.Date(), nullable=True),
        sa.Column("baa_ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("id <> ''", name=op.f("ck_practices_id_given")),
        sa.CheckConstraint(
            "baa_ends_on >= baa_signed_on", name=op.f("ck_practices_baa_ends_after_signing")
        ),
        sa.CheckConstraint(
            "baa_ends_on IS NULL OR baa_signed_on IS NOT NULL", name=op.f("ck_practices_baa_signed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lock_hash", sa.Text(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_staff_name_given")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff")),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("dialled_number", sa.Text(), nullable=True),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("mode", words("mode", "primary", "overflow", "after_hours"), nullable=True),
        sa.Column(
            "direction",
            words("direction", "incoming", "outgoing"),
            server_default="incoming",
            nullable=False,
        ),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("waited_s", sa.Double(), nullable=True),
        sa.Column("local_date", sa.Date(), nullable=True),
        sa.Column(
            "end_cause",
            words(
                "end_cause",
                "caller",
                "desk",
                "abandoned",
                "declined",
                "unanswered",
                "transferred",
                "refused",
                "lost",
            ),
            nullable=True,
        ),
        sa.Column(
            "call_type",
            words(
                "call_type",
                "question",
                "new_appointment",
                "change_appointment",
                "refill",
                "symptom",
                "urgent",
                "emergency",
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            words(
                "outcome",
                "answered",
                "booked",
                "rescheduled",
                "cancelled",
                "message",
                "escalated",
                "emergency",
                "wrong_number",
                "hang_up",
                "abandoned",
                "sales",
                "silent",
            ),
            nullable=True,
        ),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("script_version", sa.Text(), nullable=True),
        sa.Column("sip_call_id", sa.Text(), nullable=True),
        sa.Column("pbx_call_id", sa.Text(), nullable=True),
        sa.CheckConstraint("uid <> ''", name=op.f("ck_calls_uid_given")),
        sa.CheckConstraint(
            "finished_at IS NULL OR outcome IS NOT NULL", name=op.f("ck_calls_finished_has_outcome")
        ),
        sa.CheckConstraint("waited_s >= 0", name=op.f("ck_calls_waited_forwards")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_calls_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("uid", name=op.f("uq_calls_uid")),
    )
    op.create_index(op.f("ix_calls_offered_at"), "calls", ["offered_at"], unique=False)
    op.create_index(
        op.f("ix_calls_practice_id_caller_number_offered_at"),
        "calls",
        ["practice_id", "caller_number", "offered_at"],
        unique=False,
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("call_uid", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column(
            "call_type",
            words(
                "call_type",
                "question",
                "new_appointment",
                "change_appointment",
                "refill",
                "symptom",
                "urgent",
                "emergency",
            ),
            nullable=True,
        ),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_drafts_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_call_uid"), "drafts", ["call_uid"], unique=False)


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ROW, nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column(
            "status", words("status", "asked", "already_stated", "not_asked"), nullable=False
        ),
        sa.Column("phi", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_answers_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("call_id", "link_id", name=op.f("uq_answers_call_id_link_id")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_answers_call_id_position")),
    )


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("appointment_type", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("callback_number", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("status", words("status", "booked", "cancelled", "rescheduled"), nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("closed_call_id", ROW, nullable=True),
        sa.Column("replaces_id", ROW, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_bookings_ends_after_start")),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_bookings_replaces_another")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_bookings_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["closed_call_id"], ["calls.id"], name=op.f("fk_bookings_closed_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_bookings_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["bookings.id"], name=op.f("fk_bookings_replaces_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_call_id"), "bookings", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_bookings_closed_call_id"), "bookings", ["closed_call_id"], unique=False
    )
    op.create_index(
        op.f("ix_bookings_practice_id_callback_number_id"),
        "bookings",
        ["practice_id", "callback_number", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_bookings_practice_id_provider_ends_at"),
        "bookings",
        ["practice_id", "provider", "ends_at"],
        unique=False,
    )


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("why", words("why", "abandoned", "unheld", "unanswered", "lost"), nullable=False),
        sa.Column("status", words("status", "owed", "done"), nullable=False),
        sa.Column("call_id", ROW, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_callbacks_done_has_time")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_callbacks_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_callbacks_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("uid", name=op.f("uq_callbacks_uid")),
    )
    op.create_index(
        op.f("ix_callbacks_status_since"), "callbacks", ["status", "since"], unique=False
    )


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("callback_number", sa.Text(), nullable=True),
        sa.Column(
            "status",
            words("status", "open", "paged", "transferred", "acknowledged", "closed"),
            nullable=False,
        ),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("phi", sa.Boolean(), nullable=False),
        sa.CheckConstraint("owner <> ''", name=op.f("ck_escalations_owner_given")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_escalations_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_escalations_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(op.f("ix_escalations_call_id"), "escalations", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_escalations_practice_id_callback_number_opened_at"),
        "escalations",
        ["practice_id", "callback_number", "opened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_escalations_status_opened_at"),
        "escalations",
        ["status", "opened_at"],
        unique=False,
    )


def _facts_read() -> None:
    op.create_table(
        "facts_read",
        sa.Column("id", ROW, nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_facts_read_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts_read")),
    )
    op.create_index(op.f("ix_facts_read_call_id"), "facts_read", ["call_id"], unique=False)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column(
            "kind",
            words("kind", "general", "appointment", "refill", "clinical", "emergency"),
            nullable=False,
        ),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("priority", words("priority", "routine", "same_day", "urgent"), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("patient_name", sa.Text(), nullable=True),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("callback_number", sa.Text(), nullable=True),
        sa.Column(
            "status", words("status", "pending", "delivered", "confirmed", "failed"), nullable=False
        ),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("phi", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_messages_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_messages_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_call_id"), "messages", ["call_id"], unique=False)
    op.create_index(
        op.f("ix_messages_practice_id_callback_number_taken_at"),
        "messages",
        ["practice_id", "callback_number", "taken_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_messages_status_due_at"), "messages", ["status", "due_at"], unique=False
    )


def _red_flags() -> None:
    op.create_table(
        "red_flags",
        sa.Column("id", ROW, nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("action", words("action", "shown", "read", "dismissed"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_red_flags_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_flags")),
    )
    op.create_index(op.f("ix_red_flags_call_id"), "red_flags", ["call_id"], unique=False)


def _no_overlap() -> None:
    if on_postgresql():
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
        op.execute(
            "ALTER TABLE bookings ADD CONSTRAINT ex_bookings_time_taken EXCLUDE USING gist"
            " (practice_id WITH =, provider WITH =, tstzrange(starts_at, ends_at) WITH &&)"
            " WHERE (status = 'booked')"
        )
        return
    message = "frontdesk: time taken"
    refuse(
        "bookings_overlap_insert",
        "INSERT ON bookings",
        OVERLAPS.format(and_not_itself=""),
        message,
    )
    refuse(
        "bookings_overlap_update",
        "UPDATE OF practice_id, provider, starts_at, ends_at, status ON bookings",
        OVERLAPS.format(and_not_itself="AND other.id <> OLD.id"),
        message,
    )


def _no_phi_without_agreement() -> None:
    message = "frontdesk: agreement missing"
    for table in ("answers", "messages", "escalations"):
        refuse(f"{table}_phi_insert", f"INSERT ON {table}", WITHOUT_AGREEMENT, message)
        refuse(
            f"{table}_phi_update",
            f"UPDATE OF phi, call_id ON {table}",
            WITHOUT_AGREEMENT,
            message,
        )
    refuse(
        "calls_phi_update", "UPDATE OF practice_id, local_date ON calls", TAKES_PHI_ALONG, message
    )
