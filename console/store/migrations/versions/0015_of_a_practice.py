"""A practice's newest calls and messages by an index of their own: its liaison reads them again
and again, among everybody's.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = (("calls", "offered_at"), ("messages", "taken_at"), ("escalations", "opened_at"))


def upgrade() -> None:
    """Make the indexes."""
    for table, at in INDEXES:
        op.create_index(op.f(f"ix_{table}_practice_id_{at}"), table, ["practice_id", at])
