"""A draft of a practice written down as it is typed: of several states in a row only the newest."""

from collections.abc import Callable
from datetime import datetime

from console.desk.bookkeeping import Bookkeeper
from console.store.work import DroppedPracticeDraft, SavedPracticeDraft


class DraftKeeper:
    """Writes drafts, one at a time for each practice."""

    def __init__(
        self, book: Bookkeeper, author: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self._book, self._author, self._clock = book, author, clock
        self._waiting: dict[str, tuple[str, int | None, Callable[[datetime], None]]] = {}
        self._writing: set[str] = set()

    def keep(
        self, practice_id: str, text: str, based_on: int | None, then: Callable[[datetime], None]
    ) -> None:
        """Write a draft down; `then` gets when."""
        self._waiting[practice_id] = (text, based_on, then)
        self._next(practice_id)

    def drop(self, practice_id: str) -> None:
        """Let a draft go that was saved as a version, or thrown away."""
        self._waiting.pop(practice_id, None)
        self._book.write(
            DroppedPracticeDraft(
                uid=self._uid(practice_id),
                practice_id=practice_id,
                author=self._author(),
                at=self._clock(),
            )
        )

    def _next(self, practice_id: str) -> None:
        if practice_id in self._writing or practice_id not in self._waiting:
            return
        text, based_on, then = self._waiting.pop(practice_id)
        at = self._clock()
        draft = SavedPracticeDraft(
            uid=self._uid(practice_id),
            practice_id=practice_id,
            author=self._author(),
            text=text,
            based_on=based_on,
            updated_at=at,
        )
        self._writing.add(practice_id)

        def written() -> None:
            self._writing.discard(practice_id)
            then(at)
            self._next(practice_id)

        self._book.write(draft, then=written)

    def _uid(self, practice_id: str) -> str:
        return f"{practice_id}/{self._author()}"
