"""A desk in a process of its own, to be killed in the middle of a form.

Answers the first call that rings, fills part of a refill, says `DRAFTED` once that is on the disk,
and goes on as if nothing would ever happen.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from console.desk.bookkeeping import Bookkeeper
from console.desk.desk import Desk
from console.desk.views import CallCard, LineState
from console.phone.engine import Engine
from console.store.place import FilePlace
from scripts.calltypes import CallType
from scripts.loader import SAMPLES, load_library
from tests.records_file import SAFE

ENGINE = ("--bind", "127.0.0.1", "--sip-port", "0", "--sound", "none", "--keep", "20")


def main(folder: Path, *more: str) -> int:
    """`more` are options of its engine."""
    application = QCoreApplication([])
    library = load_library(SAMPLES)
    engine = Engine(folder, options=(*ENGINE, *more))
    book = Bookkeeper(
        place=FilePlace(folder / "records.sqlite"),
        secrets=SAFE.secrets,
        spool_path=folder / "kept-work.jsonl",
        practices=library.practices,
    )
    desk = Desk(engine=engine, book=book, library=library, agent="Dana Whitfield")
    begun: set[str] = set()

    def look(cards: tuple[CallCard, ...]) -> None:
        for card in cards:
            if card.can_answer and card.call not in begun:
                begun.add(card.call)
                desk.answer(card.call)
            elif card.state is LineState.ACTIVE and "form" not in begun:
                begun.add("form")
                desk.choose_type(CallType.REFILL)
                desk.set_answer("patient_name", "Ruth Olsen")

    def drafted(_line: str) -> None:
        if not book._drafts:
            print("DRAFTED", flush=True)

    desk.calls_changed.connect(look)
    desk.draft_saved.connect(drafted)
    engine.joined.connect(lambda welcome: print(f"OPEN {welcome.sip_address}", flush=True))
    desk.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
