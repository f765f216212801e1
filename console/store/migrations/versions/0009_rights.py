"""Rights in the database itself (PostgreSQL).

They are laid after every upgrade, as this version has them (`console.store.grants`). This step is
what has a server's owner run one.
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table."""
