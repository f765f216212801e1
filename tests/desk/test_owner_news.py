"""The owner of an escalation is told what becomes of it, without a word of the caller's."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from console.desk.board.owner_news import words
from console.desk.permissions import Person
from console.escalation import ladder as rungs
from console.store import pursuing
from console.store.owner_news import Happened
from console.store.values import Role
from tests.desk.test_board import Board, seat

__all__ = ["seat"]  # a fixture

OTHER = Person("sam", "Sam Osei", Role.RECEPTIONIST)
PAGED = Happened(1, "R7K4A", "page", "Dr. Ifeoma Okafor", "sms", "", went_on=True)


def move(board: Board, what: str, by: str = "sms") -> None:
    """Have a provider answer, as a worker that heard it writes it down."""
    now = board.room.clock()

    def work(session: Session) -> None:
        pursuing.move(
            session,
            escalation_id=1,
            change=lambda item, ladder: (
                rungs.acknowledge(item, "okafor", now)
                if what == "acknowledge"
                else rungs.escalate(item, ladder, now)
            ),
            what=what,
            whom="Dr. Ifeoma Okafor",
            by=by,
            now=now,
        )

    board.write(work)


def told(board: Board) -> list[str]:
    """Look, and return the titles of what was told."""
    board.room.desk.news.look()
    board.room.rest()
    return [notice.title for notice in board.room.notices]


def test_an_answer_is_told_to_whose_it_is_and_nothing_twice(seat: Callable[..., Board]) -> None:
    board = seat()
    board.escalation()
    assert told(board) == []
    move(board, "acknowledge")
    assert told(board) == ["A page was answered"]
    assert board.last() == (
        "A page was answered: Ref R7K4A: Dr. Ifeoma Okafor has it by text message. Its pages have "
        "stopped."
    )
    assert told(board) == ["A page was answered"]


def test_it_comes_by_itself_when_another_desk_or_a_worker_writes_it(
    seat: Callable[..., Board],
) -> None:
    board, other = seat(), seat(OTHER)
    board.escalation()
    told(board)
    move(other, "escalate")
    notices = board.room.notices
    board.room.qtbot.waitUntil(lambda: bool(notices), timeout=3_000)
    assert notices[-1].title == "A page was passed on"


def test_what_somebody_else_owns_and_what_one_did_oneself_is_no_news(
    seat: Callable[..., Board],
) -> None:
    board, other = seat(), seat(OTHER)
    board.escalation()
    assert told(other) == told(board) == []
    move(board, "acknowledge", by="Dana Whitfield, by phone")
    assert told(other) == told(board) == []


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({}, "No answer yet"),
        ({"went_on": False}, None),  # the first page is no news
        ({"what": "call"}, "No answer yet"),
        ({"what": "tell", "went_on": False}, "Nobody has answered"),
        ({"what": "close"}, "The patient was reached"),
        ({"what": "ask_owner", "went_on": False}, None),  # an urgent task, told as one
        ({"detail": "no way to reach anybody"}, None),
        ({"what": "acknowledge", "detail": "changed nothing"}, None),
    ],
)
def test_what_is_news_and_what_is_not(change: dict[str, object], title: str | None) -> None:
    said = words(replace(PAGED, **change))  # type: ignore[arg-type]
    assert (said[0] if said is not None else None) == title
