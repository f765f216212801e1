"""What a server can do to the records, with a real one."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
import trustme
from sqlalchemy import text
from sqlalchemy.orm import Session

from console.store.errors import Away, RecordsAway, RecordsError, RecordsTooNew, RecordsTooOld
from console.store.migrating import head
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed
from console.store.session import Records
from console.store.staff import lock_hash, set_lock_hash
from tests.postgres import Server
from tests.store.conftest import ServerBase


def away(base: ServerBase, **changes: object) -> Away:
    with pytest.raises(RecordsAway) as error:
        base.open(busy_ms=200)
    return error.value.reason


def test_an_empty_database_is_the_administrators_to_begin(server: Server) -> None:
    empty = server.database()
    with pytest.raises(RecordsTooOld) as old:
        Records.open(empty.place, secrets=empty.secrets)
    assert "frontdesk records upgrade" in old.value.mend
    backend = PostgreSQL(empty.place, empty.secrets)
    assert backend.upgrade(busy_ms=5_000) == head()
    assert backend.upgrade(busy_ms=5_000) == head()  # again: nothing to do
    Records.open(empty.place, secrets=empty.secrets).close()
    server.drop(empty)


def test_two_who_begin_the_same_database_wait_for_each_other(server: Server) -> None:
    empty = server.database()
    ready = Barrier(2)
    came: list[str] = []

    def begin() -> None:
        ready.wait(timeout=20)
        came.append(PostgreSQL(empty.place, empty.secrets).upgrade(busy_ms=20_000))

    both = [Thread(target=begin) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert came == [head()] * 2
    server.drop(empty)


def test_records_of_a_newer_version_are_left_alone(server_base: ServerBase) -> None:
    with closing(server_base.bare()) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordsTooNew):
        server_base.open()


def test_another_programs_tables_in_the_same_database_are_not_mistaken_for_ours(
    server: Server,
) -> None:
    shared = server.database()
    with closing(shared.connect()) as other:
        other.execute("CREATE TABLE public.alembic_version (version_num text)")
        other.execute("INSERT INTO public.alembic_version VALUES ('theirs')")
        other.execute("CREATE TABLE public.calls (theirs text)")
    PostgreSQL(shared.place, shared.secrets).upgrade(busy_ms=5_000)
    records = Records.open(shared.place, secrets=shared.secrets)
    records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
    records.close()
    with closing(shared.connect()) as other:
        assert other.execute("SELECT * FROM public.calls").fetchall() == []
    server.drop(shared)


def test_a_wrong_password_is_told_with_the_mend_and_not_shown(server_base: ServerBase) -> None:
    server_base.secrets = Handed(b"x", {server_base.place.account: "not the word"})
    with pytest.raises(RecordsAway) as refused:
        server_base.open()
    assert refused.value.reason is Away.REFUSED
    assert "keyring set frontdesk-records" in refused.value.mend
    assert "not the word" not in str(refused.value)


def test_no_server_is_away(server_base: ServerBase) -> None:
    server_base.place = replace(server_base.place, port=9)
    assert away(server_base) is Away.UNREACHABLE


def test_a_database_that_is_not_there_is_told(server_base: ServerBase) -> None:
    server_base.place = replace(server_base.place, database="nowhere")
    assert away(server_base) is Away.REFUSED


def test_a_server_without_a_certificate_of_its_own_is_not_trusted(
    server_base: ServerBase, tmp_path: Path
) -> None:
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))
    server_base.place = replace(
        server_base.place, options=(("sslmode", "verify-full"), ("sslrootcert", str(authority)))
    )
    assert away(server_base) is Away.UNTRUSTED


def test_a_standby_cannot_be_written(server_base: ServerBase, server: Server) -> None:
    records = server_base.open()
    with closing(server.admin()) as admin:
        name = server_base.place.database
        admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')  # type: ignore[arg-type]
    records.close()
    with pytest.raises(RecordsAway) as error:
        records.write(
            lambda s: s.execute(text("SET LOCAL transaction_read_only = on; DELETE FROM staff"))
        )
    assert error.value.reason is Away.READ_ONLY
    records.close()


def test_a_server_that_ends_in_a_transaction_is_away_and_comes_back(
    server_base: ServerBase, server: Server
) -> None:
    records = server_base.open(busy_ms=1_000)

    def end(session: Session) -> None:
        set_lock_hash(session, name="Dana", lock_hash="h")
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with closing(server.admin()) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with pytest.raises(RecordsAway) as gone:
        records.write(end)
    assert gone.value.reason is Away.UNREACHABLE
    with records.session() as session:
        assert lock_hash(session, name="Dana") is None
    records.close()


def test_of_two_that_contradict_each_other_one_is_done_again(server_base: ServerBase) -> None:
    records = server_base.open()
    ready = Barrier(2)
    tries: list[str] = []

    def claim(name: str, other: str) -> None:
        """The first of the two becomes free, whoever reads that the other is not yet."""

        def work(session: Session) -> None:
            tries.append(name)
            taken = lock_hash(session, name=other) is not None
            if len(tries) <= 2:
                ready.wait(timeout=20)
            set_lock_hash(session, name=name, lock_hash=None if taken else "mine")

        records.write(work, alone=True)

    both = [Thread(target=claim, args=names) for names in (("Dana", "Lee"), ("Lee", "Dana"))]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    with records.session() as session:
        owners = [name for name in ("Dana", "Lee") if lock_hash(session, name=name) == "mine"]
    assert len(owners) == 1
    assert len(tries) > 2
    records.close()


def test_an_error_of_ours_quotes_no_row(server_base: ServerBase) -> None:
    records = server_base.open()
    with pytest.raises(Exception, match="InvalidTextRepresentation") as error:
        records.write(lambda s: s.execute(text("SELECT 'Dana Secret'::int")))
    assert "Dana Secret" not in str(error.value).split("[SQL")[0]
    assert not isinstance(error.value, RecordsError)
    records.close()
