"""What one desk writes the others hear of; two on one item see each other; a second save is
told."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from console.store.callbacks import callback_done, callbacks, owe_callback
from console.store.errors import Conflict
from console.store.finishing import finish_call
from console.store.models import Message
from console.store.presence import LASTS, let_go, others, take_up
from console.store.revising import revise
from console.store.session import Records
from console.store.values import CallbackReason, MessageStatus
from console.store.work import DoneCallback, OwedCallback
from tests.store.builders import CAME, finished_call, new_message
from tests.store.conftest import Bare, Base, ServerBase

OWED = OwedCallback(uid="o", since=CAME, why=CallbackReason.LOST)


class Ear:
    """Somebody who listens."""

    def __init__(self) -> None:
        self.heard = threading.Event()

    def within(self, seconds: float) -> float:
        """Return how long it took to hear, and listen anew."""
        began = time.monotonic()
        assert self.heard.wait(seconds), "nothing was heard"
        self.heard.clear()
        return time.monotonic() - began


def listening(records: Records, ear: Ear) -> object:
    watch = records.watch(ear.heard.set)
    ear.within(10)  # once, as it begins
    return watch


def test_what_one_desk_writes_another_hears_of(base: Base) -> None:
    here, there, ear = base.open(), base.open(), Ear()
    watch = listening(here, ear)
    there.write(lambda s: owe_callback(s, owed=OWED))
    ear.within(10)
    assert not ear.heard.wait(0.6)  # once
    watch.close()  # type: ignore[attr-defined]
    here.close()
    there.close()


def test_a_connection_that_was_lost_is_made_again(server_base: ServerBase) -> None:
    here, there, ear = server_base.open(), server_base.open(), Ear()
    watch = listening(here, ear)
    with server_base.bare() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'LISTEN frontdesk' AND datname = current_database()"
        )
    ear.within(15)  # it may have missed something
    there.write(lambda s: owe_callback(s, owed=OWED))
    ear.within(10)
    watch.close()  # type: ignore[attr-defined]
    here.close()
    there.close()


def test_a_notification_says_no_more_than_a_table(server_base: ServerBase) -> None:
    records = server_base.open()
    with server_base.bare() as other:
        other.execute("LISTEN frontdesk")
        records.write(lambda s: finish_call(s, finished=finished_call(message=new_message())))
        said = {each.payload for each in other.notifies(timeout=5, stop_after=2)}
    assert said <= {"calls", "messages"}
    records.close()


def test_two_at_one_item_see_each_other_until_one_leaves_or_dies(records: Records) -> None:
    def at(desk: str, person: str, minutes: float = 0) -> None:
        now = CAME + timedelta(minutes=minutes)
        records.write(
            lambda s: take_up(s, kind="callback", row="o", desk=desk, person=person, now=now)
        )

    def seen(desk: str, now: object = CAME) -> list[str]:
        with records.session() as session:
            found = others(session, kind="callback", desk=desk, now=now)  # type: ignore[arg-type]
            return [each.person for each in found.values()]

    at("one", "Dana")
    assert seen("one") == []
    assert seen("two") == ["Dana"]
    at("two", "Lee")
    assert seen("one") == ["Lee"]
    records.write(lambda s: let_go(s, kind="callback", row="o", desk="two"))
    assert seen("one") == []
    assert seen("two", CAME + LASTS + timedelta(seconds=1)) == []  # the first desk died
    at("two", "Lee", 10)
    assert seen("one", CAME + timedelta(minutes=10)) == ["Lee"]


def test_the_second_save_is_told_with_both_sides_and_writes_nothing(records: Records) -> None:
    call = finished_call(message=new_message())
    records.write(lambda s: finish_call(s, finished=call))

    def save(status: MessageStatus, seen: int) -> int:
        return records.write(
            lambda s: revise(
                s, s.scalars(select(Message)).one(), seen=seen, changes={"status": status}
            )
        )

    assert save(MessageStatus.DELIVERED, seen=1) == 2
    with pytest.raises(Conflict) as conflict:
        save(MessageStatus.FAILED, seen=1)
    assert conflict.value.mine == {"status": MessageStatus.FAILED}
    assert conflict.value.theirs == {"status": MessageStatus.DELIVERED}
    assert save(MessageStatus.DELIVERED, seen=1) == 2  # both wanted the same
    assert save(MessageStatus.CONFIRMED, seen=2) == 3


def test_of_two_who_called_somebody_back_the_second_is_told(records: Records, other: Bare) -> None:
    records.write(lambda s: owe_callback(s, owed=OWED))
    with records.session() as session:
        (row,) = callbacks(session)
    first, second = (
        DoneCallback(uid="o", at=CAME + timedelta(minutes=n), agent=agent, seen=row.version)
        for n, agent in ((1, "Dana"), (2, "Lee"))
    )
    records.write(lambda s: callback_done(s, done=first))
    records.write(lambda s: callback_done(s, done=first))  # written again after a lost answer
    with pytest.raises(Conflict) as conflict:
        records.write(lambda s: callback_done(s, done=second))
    assert conflict.value.theirs["done_by"] == "Dana"
    assert other.run("SELECT done_by FROM callbacks") == [("Dana",)]
