"""People: accounts, recovery codes, shifts, emergency access; a call back may be somebody's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ROLES = sa.Enum(
    *("receptionist", "supervisor", "administrator", "liaison"),
    name="role",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade() -> None:
    """Make the tables."""
    _people()
    _recovery_codes()
    _shifts()
    _emergency_access()
    op.add_column("callbacks", sa.Column("owner", sa.Text(), nullable=True))


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", ROLES, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_choose", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", MOMENT, nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("lock_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("login <> '' AND login = lower(login)", name="login_given"),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint(
            "(role = 'liaison') = (practice_id IS NOT NULL)", name="liaison_practice"
        ),
        sa.CheckConstraint("failed >= 0", name="failed_counted"),
        sa.CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="confirmed_has_secret"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_people_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
    )


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", ROW, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["login"], ["people.login"], name=op.f("fk_recovery_codes_login_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("login", "code_hash", name=op.f("uq_recovery_codes_login_code_hash")),
    )


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["login"], ["people.login"], name=op.f("fk_shifts_login_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("uid", name=op.f("uq_shifts_uid")),
    )
    op.create_index(op.f("ix_shifts_login_since"), "shifts", ["login", "since"])
    op.create_index(op.f("ix_shifts_ended_at_seen_at"), "shifts", ["ended_at", "seen_at"])


def _emergency_access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("until > since", name="until_after_since"),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
        sa.ForeignKeyConstraint(
            ["login"], ["people.login"], name=op.f("fk_emergency_access_login_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
        sa.UniqueConstraint("uid", name=op.f("uq_emergency_access_uid")),
    )
    op.create_index(op.f("ix_emergency_access_seen_at"), "emergency_access", ["seen_at"])
