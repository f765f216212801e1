"""Rights in the database: what people's own roles may do on a server, whatever SQL they send."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg import errors
from sqlalchemy import text

from console.people import credentials
from console.people.managing import Managing, NewPerson
from console.people.reaching import Reach
from console.store import rights
from console.store.callbacks import owe_callback
from console.store.finishing import finish_call
from console.store.models import Base
from console.store.postgres import PostgreSQL
from console.store.reviews import ask_for
from console.store.rota_tables import RotaChange
from console.store.session import Records
from console.store.values import CallbackReason, Role
from console.store.work import FormAnswer, OwedCallback
from scripts.calltypes import Outcome
from tests.postgres import Database, Server
from tests.store.builders import CAME, NUMBER, finished_call, new_booking, new_message
from tests.store.conftest import ServerBase

PASSWORD = "four words no one tries"
NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
TABLES = sorted(Base.metadata.tables)
HIDDEN = "lakeshore"  # the practice that Lia, of riverside, may not see


@pytest.fixture(scope="module", autouse=True)
def _quick_hashes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(credentials, "_hasher", PasswordHasher(1, 8, 1))
        yield


class Staffed:
    """A server's records with work of two practices and a person of each role."""

    def __init__(self, base: ServerBase, records: Records) -> None:
        self.base = base
        self.records = records
        self.managing = Managing(Reach(lambda: records))
        self._fill()
        for login, role in (
            ("rec", Role.RECEPTIONIST),
            ("sup", Role.SUPERVISOR),
            ("adm", Role.ADMINISTRATOR),
            ("lia", Role.LIAISON),
        ):
            practice = "riverside" if role is Role.LIAISON else None
            new = NewPerson(login, login.title(), role, practice)
            self.managing.add(new, at=NOW, by="test", password=PASSWORD)
        self.desk = records.write(lambda s: rights.keep_desk(s, password="desk password"))

    def _fill(self) -> None:
        for practice in ("riverside", HIDDEN):
            booked = finished_call(
                practice_id=practice,
                outcome=Outcome.BOOKED,
                booking=new_booking(),
                answers=(FormAnswer(link_id="reason", text="A physical"),),
            )
            told = finished_call(
                practice_id=practice,
                outcome=Outcome.MESSAGE,
                message=new_message(phi=False),
                answers=(),
            )
            for call in (booked, told):
                self.records.write(lambda s, call=call: finish_call(s, finished=call))
            owed = OwedCallback(
                uid=practice, since=CAME, why=CallbackReason.LOST, number=NUMBER,
                practice_id=practice,
            )  # fmt: skip
            self.records.write(lambda s, owed=owed: owe_callback(s, owed=owed))

    def role(self, login: str) -> str:
        with self.records.session() as session:
            return rights.role_of(session, login)

    def connect(self, login: str, password: str | None = None) -> psycopg.Connection:
        """Connect as somebody's role, as any program could."""
        door = password or credentials.database_password(login, PASSWORD)
        user = self.role(login)
        database: Database = self.base.database
        return database.connect(user=user, password=door)


@pytest.fixture(scope="module")
def staffed(server: Server, template: str) -> Iterator[Staffed]:
    """One for all these tests: each leaves it as it was, but for what it confirms or resets."""
    database = server.database(template)
    base = ServerBase(database)
    records = base.open()
    made = Staffed(base, records)
    roles = [made.role(login) for login in ("rec", "sup", "adm", "lia", "_desk")]
    yield made
    records.close()
    with closing(database.connect()) as owner:
        for role in roles:
            owner.execute(f'DROP OWNED BY "{role}"')  # type: ignore[arg-type]
            owner.execute(f'DROP ROLE "{role}"')  # type: ignore[arg-type]
    server.drop(database)


@pytest.fixture
def lia(staffed: Staffed) -> Iterator[psycopg.Connection]:
    """What the liaison of riverside can do with `psql` and her password."""
    with closing(staffed.connect("lia")) as connection:
        yield connection


def ask(connection: psycopg.Connection, statement: str) -> list[Any]:
    done = connection.execute(statement)  # type: ignore[arg-type]
    return done.fetchall() if done.description else []


# --- the liaison -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["calls", "bookings", "messages", "callbacks"])
def test_a_liaison_sees_her_practice_s_rows_and_no_other(
    lia: psycopg.Connection, table: str
) -> None:
    assert {row[0] for row in ask(lia, f"SELECT practice_id FROM {table}")} == {"riverside"}


def test_a_liaison_sees_her_practice_alone_and_what_is_of_its_calls(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    assert ask(lia, "SELECT id FROM practices") == [("riverside",)]
    own = ask(lia, "SELECT count(*) FROM answers")[0][0]
    with staffed.records.session() as session:
        every = session.execute(text("SELECT count(*) FROM answers")).scalar_one()
    assert 0 < own < every


WAYS_ROUND = (
    "SET ROLE frontdesk_owner",
    "SET SESSION AUTHORIZATION frontdesk_owner",
    "SELECT set_config('role', 'frontdesk_owner', false)",
    "SELECT set_config('session_authorization', 'frontdesk_owner', false)",
    "ALTER TABLE messages DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE messages NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY of_practice ON messages",
    "CREATE POLICY mine ON messages USING (true)",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE FUNCTION leak(text) RETURNS bool LANGUAGE sql COST 0.0001 AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE sql COST 0.0001 AS 'SELECT true'",
    "CREATE TEMPORARY TABLE calls (id int)",
    "CREATE VIEW all_messages AS SELECT * FROM messages",
    "CREATE OR REPLACE FUNCTION frontdesk.own_practice() RETURNS text LANGUAGE sql AS "
    "$$ SELECT 'lakeshore' $$",
    "SELECT frontdesk.keep_person_role('lia', NULL)",
    "SELECT frontdesk.keep_desk_role(NULL)",
    "SELECT frontdesk.grant_rights('x', 'administrator')",
    "SELECT * FROM people",
    "SELECT password_hash FROM people",
    "UPDATE people SET practice_id = 'lakeshore' WHERE login = 'lia'",
    "INSERT INTO people (login) VALUES ('eve')",
    "SELECT * FROM audit",
    "SELECT * FROM drafts",
    "SELECT * FROM recordings",
    "SELECT * FROM recovery_codes",
    "UPDATE messages SET practice_id = 'riverside'",
    "UPDATE messages SET sealed = 'changed'",
    "DELETE FROM messages",
    "INSERT INTO callbacks (uid, practice_id, since, why, status) "
    "VALUES ('x', 'riverside', now(), 'lost', 'owed')",
    "TRUNCATE messages",
    "COPY people TO STDOUT",
    "COPY messages TO PROGRAM 'cat'",
    "COPY messages TO '/tmp/messages'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT nextval('calls_id_seq')",
    "CREATE EXTENSION dblink",
    "COMMENT ON TABLE messages IS 'x'",
    "CREATE TRIGGER t BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION "
    "bookings_overlap_insert()",
    "DO $$ BEGIN PERFORM set_config('role', 'frontdesk_owner', true); END $$",
    "SET row_security = off; SELECT count(*) FROM messages",
)


@pytest.mark.parametrize("statement", WAYS_ROUND)
def test_no_way_round(lia: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        ask(lia, statement)
    assert isinstance(
        refused.value,
        errors.InsufficientPrivilege | errors.InvalidParameterValue | errors.UndefinedFile
        | errors.CheckViolation | errors.FeatureNotSupported | errors.InvalidSchemaName,
    ), refused.value  # fmt: skip
    assert ask(lia, "SELECT session_user = current_user") == [(True,)]


def test_copy_a_cursor_a_join_and_a_prepared_statement_show_no_more(
    lia: psycopg.Connection,
) -> None:
    with lia.cursor().copy("COPY (SELECT practice_id FROM messages) TO STDOUT") as copied:
        assert {bytes(row) for row in copied} == {b"riverside\n"}
    with lia.cursor().copy("COPY messages (practice_id) TO STDOUT") as copied:
        assert {bytes(row) for row in copied} == {b"riverside\n"}
    ask(lia, "PREPARE p AS SELECT practice_id FROM calls")
    assert set(ask(lia, "EXECUTE p")) == {("riverside",)}
    with lia.transaction():
        ask(lia, "DECLARE c CURSOR FOR SELECT practice_id FROM calls")
        assert set(ask(lia, "FETCH ALL FROM c")) == {("riverside",)}
    joined = (
        "SELECT count(*) FROM calls RIGHT JOIN answers ON calls.id = answers.call_id "
        "WHERE calls.id IS NULL"
    )
    assert ask(lia, joined) == [(0,)]


@pytest.mark.parametrize(
    "setting",
    [
        "SET search_path = pg_temp, frontdesk",
        "SET enable_seqscan = off",
        "SET plan_cache_mode = force_generic_plan",
        "SET frontdesk.practice = 'lakeshore'",
        "SET app.who = 'adm'",
        "SET application_name = 'frontdesk'",
        "SET statement_timeout = 0",
        "GRANT SELECT ON messages TO PUBLIC",  # a warning that nothing was granted
    ],
)
def test_no_setting_shows_more(lia: psycopg.Connection, setting: str) -> None:
    ask(lia, setting)
    assert set(ask(lia, "SELECT practice_id FROM frontdesk.calls")) == {("riverside",)}


def test_an_error_tells_nothing_of_a_hidden_row(lia: psycopg.Connection) -> None:
    """A condition that fails on some rows is evaluated on those she may see alone."""
    zero = "CASE practice_id WHEN 'lakeshore' THEN 0 ELSE 1 END"
    probe = f"SELECT count(*) FROM messages WHERE 1 / ({zero}) = 1"
    assert ask(lia, probe)[0][0] > 0
    cast = (
        "SELECT count(*) FROM practices WHERE CASE WHEN id = 'lakeshore' THEN id::int END IS NULL"
    )
    assert ask(lia, cast) == [(1,)]


def test_a_message_is_confirmed_in_her_practice_and_not_in_another(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    with closing(staffed.base.database.connect()) as owner:
        owner.execute("UPDATE messages SET status = 'pending', delivered_at = NULL")
        rows = dict(ask(owner, "SELECT practice_id, id FROM messages"))
        version = ask(owner, f"SELECT version FROM messages WHERE id = {rows['riverside']}")[0][0]
    own, hidden = rows["riverside"], rows[HIDDEN]

    def confirm(message: int, seen: int) -> str:
        told: str = ask(lia, f"SELECT frontdesk.confirm_message({message}, {seen})")[0][0]
        return told

    assert confirm(hidden, 1) == confirm(10**9, 1) == "gone"
    assert confirm(own, version + 1) == "changed"
    assert confirm(own, version) == "confirmed"
    assert confirm(own, version + 1) == "already"
    with staffed.records.session() as session:
        found = session.execute(
            text("SELECT practice_id, status, delivered_at IS NULL FROM messages ORDER BY 1")
        ).all()
        deed = session.execute(text("SELECT row, person, act FROM board_deeds")).all()
    assert [tuple(row) for row in found] == [
        (HIDDEN, "pending", True),
        ("riverside", "confirmed", False),
    ]
    assert [tuple(row) for row in deed] == [(own, "Lia", "confirm")]


def test_a_liaison_confirms_by_the_function_alone_and_nobody_else_by_it(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    for statement in (
        "UPDATE messages SET status = 'pending'",
        "UPDATE messages SET status = 'confirmed'",
        "UPDATE messages SET delivered_at = NULL",
        "SELECT * FROM board_deeds",
        "INSERT INTO board_marks VALUES ('message', 1, 1, now(), 'Lia', NULL)",
        "SELECT frontdesk.grant_rights(session_user::text, 'administrator')",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            ask(lia, statement)
    for login in ("rec", "sup", "adm"):
        with (
            closing(staffed.connect(login)) as other,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            ask(other, "SELECT frontdesk.confirm_message(1, 1)")
    with (
        closing(staffed.base.database.connect()) as owner,
        pytest.raises(errors.InsufficientPrivilege, match="not a liaison"),
    ):
        ask(owner, "SELECT frontdesk.confirm_message(1, 1)")


def test_statistics_of_other_practices_are_not_hers(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    with closing(staffed.base.database.connect()) as owner:
        owner.execute("ANALYZE messages, calls, practices")
    seen = ask(lia, "SELECT * FROM pg_stats WHERE schemaname = 'frontdesk'")
    assert [row for row in seen if HIDDEN in repr(row)] == []


def test_neither_a_view_nor_a_function_of_the_owner_s_shows_her_more(staffed: Staffed) -> None:
    """FORCE: the policies ask who gave the password, whoever the statement runs as. The owner here
    is no superuser, as on a real server."""
    role = staffed.role("lia")
    with closing(staffed.base.database.connect()) as root:
        root.execute("CREATE ROLE plain_owner")
        tables = [
            row[0] for row in root.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'frontdesk'"
            )
        ]  # fmt: skip
        for table in tables:
            root.execute(f"ALTER TABLE frontdesk.{table} OWNER TO plain_owner")  # type: ignore[arg-type]
        for name in ("sees_all", "own_practice", "is_owner"):
            root.execute(f"ALTER FUNCTION frontdesk.{name}() OWNER TO plain_owner")  # type: ignore[arg-type]
        root.execute("GRANT USAGE ON SCHEMA frontdesk TO plain_owner")
        root.execute("CREATE VIEW every AS SELECT * FROM frontdesk.messages")
        root.execute("ALTER VIEW every OWNER TO plain_owner")
        root.execute(
            "CREATE FUNCTION every_one() RETURNS SETOF frontdesk.messages LANGUAGE sql "
            "SECURITY DEFINER AS 'SELECT * FROM frontdesk.messages'"
        )
        root.execute("ALTER FUNCTION every_one() OWNER TO plain_owner")
        root.execute(f'GRANT SELECT ON every TO "{role}"')  # type: ignore[arg-type]
    with closing(staffed.connect("lia")) as lia:
        assert set(ask(lia, "SELECT practice_id FROM frontdesk.every")) == {("riverside",)}
        assert {row[0] for row in ask(lia, "SELECT practice_id FROM frontdesk.every_one()")} == {
            "riverside"
        }
    with closing(staffed.base.database.connect()) as root:
        root.execute("DROP VIEW frontdesk.every; DROP FUNCTION frontdesk.every_one()")
        root.execute("REASSIGN OWNED BY plain_owner TO frontdesk_owner")
        root.execute("DROP OWNED BY plain_owner; DROP ROLE plain_owner")


def test_the_triggers_hold_for_people_s_roles_too(staffed: Staffed) -> None:
    with closing(staffed.connect("rec")) as rec:
        with pytest.raises(errors.CheckViolation):
            ask(rec, "UPDATE messages SET phi = true WHERE practice_id = 'lakeshore'")
        with pytest.raises(psycopg.Error):
            ask(rec, "UPDATE audit SET person = 'x'")


# --- who is who --------------------------------------------------------------------------------


def test_a_disabled_person_sees_nothing_at_once_and_cannot_come_back(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    staffed.managing.set_active("lia", active=False, at=NOW, by="test")
    assert ask(lia, "SELECT * FROM messages") == []
    with pytest.raises(psycopg.OperationalError):
        staffed.connect("lia")
    staffed.managing.set_active("lia", active=True, at=NOW, by="test")
    staffed.connect("lia").close()


def test_another_role_takes_effect_at_once(staffed: Staffed, lia: psycopg.Connection) -> None:
    staffed.managing.change_role("lia", Role.LIAISON, "lakeshore", at=NOW, by="test")
    assert {row[0] for row in ask(lia, "SELECT practice_id FROM messages")} == {"lakeshore"}
    staffed.managing.change_role("lia", Role.RECEPTIONIST, None, at=NOW, by="test")
    assert len(ask(lia, "SELECT * FROM messages")) == 2
    assert ask(lia, "SELECT count(*) FROM drafts") == [(0,)]
    staffed.managing.change_role("lia", Role.LIAISON, "riverside", at=NOW, by="test")
    assert len(ask(lia, "SELECT * FROM messages")) == 1
    with pytest.raises(errors.InsufficientPrivilege):
        ask(lia, "SELECT count(*) FROM drafts")


def test_a_reset_changes_the_role_s_password_and_what_is_kept_is_a_verifier(
    staffed: Staffed,
) -> None:
    given = staffed.managing.reset("sup", at=NOW, by="test")
    with pytest.raises(psycopg.OperationalError):
        staffed.connect("sup")
    with pytest.raises(psycopg.OperationalError):
        staffed.connect("sup", given)  # what is typed is not the role's password
    staffed.connect("sup", credentials.database_password("sup", given)).close()
    with closing(staffed.base.database.connect()) as root:
        role = staffed.role("sup")
        kept = root.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role])
        assert kept.fetchone()[0].startswith("SCRAM-SHA-256$")  # type: ignore[index]


def test_roles_are_least(staffed: Staffed) -> None:
    with closing(staffed.connect("rec")) as rec, closing(staffed.connect("adm")) as adm:
        assert len(ask(rec, "SELECT * FROM messages")) == 2
        for statement in (
            "DELETE FROM calls",
            "DELETE FROM messages",
            "UPDATE answers SET sealed = ''",
            "SELECT password_hash FROM people",
            "SELECT totp_secret FROM people",
            "UPDATE people SET role = 'administrator' WHERE login = 'rec'",
            "SELECT frontdesk.keep_person_role('rec', NULL)",
            "UPDATE practices SET baa_signed_on = '2020-01-01'",
            "CREATE TABLE frontdesk.mine (id int)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                ask(rec, statement)
        assert ask(adm, "SELECT frontdesk.keep_person_role('rec', NULL)") == [
            (staffed.role("rec"),)
        ]
        with pytest.raises(errors.InsufficientPrivilege):
            ask(adm, "ALTER TABLE messages DISABLE ROW LEVEL SECURITY")


def test_what_was_entered_about_a_rota_is_ended_and_never_rewritten(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    staffed.records.write(
        lambda session: session.add(
            RotaChange(
                uid="1", entry="1", practice_id="riverside", service_line="", kind="override",
                act="remove", provider="okafor", by_provider="", after_min=0, starts_at=CAME,
                ends_at=NOW, why="Away", made_by="Rec", made_at=CAME,
            )
        )
    )  # fmt: skip
    with closing(staffed.connect("rec")) as rec:
        ask(rec, "UPDATE rota_changes SET ended_at = made_at, ended_by = 'Rec'")
        for statement in (
            "DELETE FROM rota_changes",
            "UPDATE rota_changes SET made_by = 'Sup'",
            "UPDATE rota_confirmations SET said_by = 'Sup'",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                ask(rec, statement)
    with pytest.raises(errors.InsufficientPrivilege):
        ask(lia, "SELECT * FROM rota_changes")


def test_a_desk_before_sign_in_makes_nobody(staffed: Staffed) -> None:
    with closing(staffed.connect("_desk", "desk password")) as desk:
        assert ask(desk, "SELECT count(*) FROM people") == [(4,)]
        ask(desk, "UPDATE people SET failed = failed + 1 WHERE login = 'rec'")
        for statement in (
            "UPDATE people SET role = 'administrator' WHERE login = 'rec'",
            "UPDATE people SET active = true",
            "INSERT INTO people (login) VALUES ('eve')",
            "SELECT frontdesk.keep_desk_role(NULL)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                ask(desk, statement)


def test_every_table_is_behind_a_grant_and_a_practice_s_behind_a_policy(staffed: Staffed) -> None:
    """A table made later must be given its rights: here is where its maker is told."""
    with closing(staffed.base.database.connect()) as root:
        guarded = {
            row[0] for row in root.execute(
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE nspname = 'frontdesk' AND relrowsecurity AND relforcerowsecurity"
            )
        }  # fmt: skip
        granted = {
            row[0] for row in root.execute(
                "SELECT DISTINCT table_name FROM information_schema.column_privileges "
                "WHERE table_schema = 'frontdesk' AND grantee LIKE 'fd\\_%'"
            )
        }  # fmt: skip
        to_public = root.execute(
            "SELECT table_name FROM information_schema.table_privileges "
            "WHERE table_schema = 'frontdesk' AND grantee = 'PUBLIC'"
        ).fetchall()
    of_people = {"people", "recovery_codes", "shifts", "emergency_access"}
    of_the_audit = {"audit", "audit_chains", "desk_keys"}
    of_scripts = {"practice_versions", "practice_signatures", "practice_drafts"}
    of_no_practice = {"data_keys", "key_wraps", "legal_holds", "presence"}
    of_no_practice |= {"board_marks", "board_deeds"}  # an item's number and who acted on it
    rest = set(TABLES) - of_people - of_the_audit - of_scripts - of_no_practice - {"staff"}
    assert guarded == rest
    assert granted - {"alembic_version"} == set(TABLES) - {"staff"}
    assert to_public == []


def test_where_she_may_make_a_function_it_is_not_shown_a_hidden_row(
    staffed: Staffed, lia: psycopg.Connection
) -> None:
    """The policy's condition comes before any function that could tell what it is given, however
    cheap it says it is."""
    role, name = staffed.role("lia"), staffed.base.database.place.database
    with closing(staffed.base.database.connect()) as root:
        root.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO "{role}"')  # type: ignore[arg-type]
    told: list[str] = []
    lia.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    ask(
        lia,
        "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS "
        "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$",
    )
    for table in ("calls", "messages", "callbacks", "bookings"):
        ask(lia, f"SELECT count(*) FROM {table} WHERE pg_temp.leak(practice_id)")
    ask(lia, "SELECT count(*) FROM practices WHERE pg_temp.leak(id)")
    ask(lia, "SELECT count(*) FROM answers WHERE pg_temp.leak(encode(sealed, 'hex'))")
    assert "riverside" in told
    assert HIDDEN not in told
    with closing(staffed.base.database.connect()) as root:
        root.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM "{role}"')  # type: ignore[arg-type]


def test_an_upgrade_gives_each_role_its_rights_anew(staffed: Staffed) -> None:
    database = staffed.base.database
    with closing(database.connect()) as owner:
        owner.execute(f'REVOKE ALL ON frontdesk.calls FROM "{staffed.role("rec")}"')  # type: ignore[arg-type]
        owner.execute(f'GRANT DELETE ON frontdesk.calls TO "{staffed.role("lia")}"')  # type: ignore[arg-type]
        owner.execute("DROP POLICY of_practice ON frontdesk.calls")
    PostgreSQL(database.place, database.secrets).upgrade(busy_ms=5_000)
    with closing(staffed.connect("rec")) as rec, closing(staffed.connect("lia")) as lia:
        assert len({row[0] for row in ask(rec, "SELECT practice_id FROM calls")}) == 2
        assert {row[0] for row in ask(lia, "SELECT practice_id FROM calls")} == {"riverside"}
        with pytest.raises(errors.InsufficientPrivilege):
            ask(lia, "DELETE FROM calls")


def test_a_receptionist_sees_reviews_of_her_own_calls_alone(staffed: Staffed) -> None:
    for agent in ("Rec", "Marcus Lee"):
        call = finished_call(agent=agent)
        staffed.records.write(lambda s, call=call: finish_call(s, finished=call))
        asked = staffed.records.write(
            lambda s, uid=call.uid: ask_for(s, call_uid=uid, person="Sup", at=NOW)
        )
        assert asked is not None
    with closing(staffed.connect("rec")) as connection:
        assert ask(connection, "SELECT DISTINCT agent FROM reviews") == [("Rec",)]
        with pytest.raises(errors.InsufficientPrivilege):
            ask(connection, "UPDATE reviews SET mark = 5")
    with closing(staffed.connect("adm")) as connection:
        assert len(ask(connection, "SELECT agent FROM reviews")) == 2
    with (
        closing(staffed.connect("lia")) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        ask(connection, "SELECT * FROM reviews")
