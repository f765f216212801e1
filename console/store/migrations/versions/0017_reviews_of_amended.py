"""Calls are looked at again also because their message was amended."""

from alembic import op

from console.store.ddl import on_postgresql, refuse

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WHYS = (
    "sampled",
    "emergency",
    "escalated",
    "long_hold",
    "not_delivered",
    "called_again",
    "amended",
    "asked",
)


def upgrade() -> None:
    """Let the column take another word."""
    allowed = ", ".join(f"'{why}'" for why in WHYS)
    if not on_postgresql():  # which makes the table anew, and no trigger may name it meanwhile
        op.execute("DROP TRIGGER data_keys_needed_by_reviews")
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_constraint(op.f("ck_reviews_why"), type_="check")
        reviews.create_check_constraint(op.f("ck_reviews_why"), f"why IN ({allowed})")
    if not on_postgresql():
        refuse(
            "data_keys_needed_by_reviews",
            "DELETE ON data_keys",
            "EXISTS (SELECT 1 FROM reviews WHERE sealed_with = OLD.id)",
            "frontdesk: a row needs this key",
        )
