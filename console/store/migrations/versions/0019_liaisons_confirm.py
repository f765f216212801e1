"""A practice's liaison confirms messages by a function, and changes no row otherwise (PostgreSQL).

The rights are laid after every upgrade (`console.store.grants`). This step is what has a server's
owner run one.
"""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table."""
