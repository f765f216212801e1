"""What is entered about rotas, on both databases: once, ended once, on record, and heard of."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from console.store import rota
from console.store.models import AuditEntry
from console.store.session import Records
from console.store.spool import write_work
from console.store.work import ChangedRota, ConfirmedRota, EndedRota, RotaPart, decode, encode
from scripts.entered import ChangeAct, ChangeKind, Entered
from tests.store.builders import CAME
from tests.store.conftest import Bare, Base, IntegrityErrors

HOUR = timedelta(hours=1)


def changed(uid: str = "g1", **more: object) -> ChangedRota:
    facts: dict[str, object] = {
        "uid": uid,
        "practice_id": "riverside",
        "kind": ChangeKind.OVERRIDE,
        "why": "Theatre",
        "person": "A. Marsh",
        "at": CAME,
        "changes": (
            RotaPart(
                uid=f"{uid}.1",
                act=ChangeAct.REPLACE,
                provider="okafor",
                by="ortega",
                starts_at=CAME + HOUR,
                ends_at=CAME + 9 * HOUR,
            ),
        ),
    }
    return ChangedRota(**(facts | more))  # type: ignore[arg-type]


def write(records: Records, work: ChangedRota | EndedRota | ConfirmedRota) -> None:
    """Write it as it would come back from a desk's own machine."""
    read = decode(encode(work))
    records.write(lambda session: write_work(session, work=read))


def entered(records: Records) -> Entered:
    with records.session() as session:
        return rota.entered(session, now=CAME)


def mark(records: Records) -> rota.Mark:
    with records.session() as session:
        return rota.mark(session, now=CAME)


def test_an_entry_comes_back_as_it_was_entered_once(records: Records) -> None:
    for _ in range(2):
        write(records, changed())
    (found,) = entered(records).changes
    assert (found.group, found.practice, found.provider, found.by) == (
        "g1", "riverside", "okafor", "ortega",
    )  # fmt: skip
    assert (found.starts_at, found.until) == (CAME + HOUR, CAME + 9 * HOUR)
    assert (found.why, found.made_by, found.made_at) == ("Theatre", "A. Marsh", CAME)


def test_it_is_ended_once_and_what_was_stays_as_it_was(records: Records) -> None:
    write(records, changed())
    first = EndedRota(uid="e1", group="g1", person="Dana", why="Back", at=CAME + 2 * HOUR)
    write(records, first)
    write(records, EndedRota(uid="e2", group="g1", person="Eve", why="No", at=CAME + 3 * HOUR))
    (found,) = entered(records).changes
    assert (found.until, found.ended_by) == (CAME + 2 * HOUR, "Dana")


def test_an_entry_may_stand_in_the_place_of_another(records: Records) -> None:
    write(records, changed())
    write(records, changed("g2", ends=("g1",), at=CAME + HOUR))
    ends = {each.group: each.ended_at for each in entered(records).changes}
    assert ends == {"g1": CAME + HOUR, "g2": None}


def test_the_newest_confirmation_of_each_rota_is_told(records: Records) -> None:
    for number, (practice, person) in enumerate(
        (("riverside", "Dana"), ("riverside", "Eve"), ("lakeshore", "Dana"))
    ):
        said = ConfirmedRota(
            uid=f"c{number}", practice_id=practice, provider="okafor", person=person,
            at=CAME - HOUR + number * timedelta(minutes=1),
        )  # fmt: skip
        write(records, said)
        write(records, said)
    found = entered(records).confirmations
    assert {(each.practice, each.by) for each in found} == {
        ("riverside", "Eve"), ("lakeshore", "Dana"),
    }  # fmt: skip


def test_whatever_is_written_moves_the_mark_and_nothing_else_does(records: Records) -> None:
    marks = [mark(records)]
    for work in (
        changed(),
        EndedRota(uid="e1", group="g1", person="Dana", why="Back", at=CAME),
        ConfirmedRota(uid="c", practice_id="riverside", provider="okafor", person="Dana", at=CAME),
    ):
        write(records, work)
        marks.append(mark(records))
        assert mark(records) == marks[-1]
    assert len(set(marks)) == len(marks)


def test_who_did_it_is_in_the_audit_and_no_word_of_why(records: Records) -> None:
    write(records, changed())
    write(records, EndedRota(uid="e1", group="g1", person="Dana", why="Back", at=CAME + HOUR))
    with records.session() as session:
        told = [
            (each.event, each.person, each.detail)
            for each in session.scalars(select(AuditEntry).where(AuditEntry.kind == "rota_change"))
        ]
    assert told == [("added", "A. Marsh", "override.1"), ("changed", "Dana", "ended.1")]


@pytest.mark.parametrize(
    "wrong",
    ["ends_at = starts_at", "by_provider = ''", "act = 'remove'", "ended_by = 'Dana'",
     "act = 'else'", "made_by = ''"],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(records: Records, other: Bare, wrong: str) -> None:
    write(records, changed())
    with pytest.raises(IntegrityErrors):
        other.run(f"UPDATE rota_changes SET {wrong}")


def test_other_desks_hear_of_it(base: Base) -> None:
    here, there, heard = base.open(), base.open(), threading.Event()
    watch = here.watch(heard.set)
    assert heard.wait(10)
    for work in (
        changed(),
        ConfirmedRota(uid="c", practice_id="riverside", provider="okafor", person="Dana", at=CAME),
    ):
        heard.clear()
        write(there, work)
        assert heard.wait(10)
    watch.close()
    here.close()
    there.close()
