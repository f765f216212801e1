"""People's roles on a server: made, changed and disabled with their accounts. On a file there are
none, and these functions do nothing.

The roles' rights, and the policies that hold a liaison to its practice, are the migration's
(`console.store.grants`). A role's password goes to the server as a SCRAM verifier
(RFC 5803), never in the clear, so that no log of the server's can hold it.
"""

import hashlib
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

DESK = "_desk"  # no login begins so


def on_server(session: Session) -> bool:
    """Tell whether the records know roles."""
    return session.connection().dialect.name == "postgresql"


def keep_person(session: Session, *, login: str, password: str = "") -> None:
    """Bring somebody's role in line with their account, making it where there is none; with a
    `password`, the role's own from then on. Only an administrator's or the owner's session may."""
    if not on_server(session):
        return
    role = role_of(session, login)
    verifier = _verifier(session, password, role) if password else None
    session.execute(
        text("SELECT frontdesk.keep_person_role(:login, :verifier)"),
        {"login": login, "verifier": verifier},
    )


def keep_desk(session: Session, *, password: str) -> str:
    """Make the role that desks use before anybody has signed in; return its name."""
    verifier = _verifier(session, password, role_of(session, DESK))
    made = session.execute(text("SELECT frontdesk.keep_desk_role(:v)"), {"v": verifier})
    return str(made.scalar_one())


def change_own_password(session: Session, *, password: str) -> None:
    """Give the role of this very session another password."""
    role = session.execute(text("SELECT session_user")).scalar_one()
    verifier = _verifier(session, password, role)
    driver: Any = session.connection().connection.driver_connection
    from psycopg import sql  # noqa: PLC0415 - only with the driver there

    driver.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
    )


def role_of(session: Session, login: str) -> str:
    """Return the name of somebody's role on this server."""
    asked = session.execute(text("SELECT frontdesk.person_role(:login)"), {"login": login})
    return str(asked.scalar_one())


def role_name(database: str, login: str) -> str:
    """Return what `frontdesk.person_role` returns, for a connection that is still to be made."""
    digest = hashlib.md5(database.encode(), usedforsecurity=False).hexdigest()
    return f"fd_{digest[:8]}_{login}"


def _verifier(session: Session, password: str, role: str) -> str:
    driver: Any = session.connection().connection.driver_connection
    made = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return str(made.decode())
