"""A registered desk in a process of its own, to be killed: prints `REGISTERED` once it is.

Its arguments: a folder, then the PBX, the user, the password and the authority's certificate.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from console.desk.bookkeeping import Bookkeeper
from console.desk.desk import Desk
from console.phone.engine import Engine
from console.store.place import FilePlace
from scripts.loader import SAMPLES, load_library
from softphone import wire
from softphone.wire import Registration, Srtp, Transport
from tests.desk.receptionist_killed import ENGINE
from tests.records_file import SAFE


def main(folder: Path, registrar: str, user: str, password: str, ca_file: str) -> int:
    """Come to be registered, and go on as if nothing would ever happen."""
    application = QCoreApplication([])
    library = load_library(SAMPLES)
    engine = Engine(folder, options=ENGINE)
    book = Bookkeeper(
        place=FilePlace(folder / "records.sqlite"),
        secrets=SAFE.secrets,
        spool_path=folder / "kept-work.jsonl",
        practices=library.practices,
    )
    desk = Desk(engine=engine, book=book, library=library, agent="Dana Whitfield")
    account = wire.UseAccount(
        user, registrar, password, Transport.TLS, srtp=Srtp.REQUIRED, ca_file=ca_file
    )

    def hear(event: wire.Event) -> None:
        is_standing = isinstance(event, wire.RegistrationChanged)
        if is_standing and event.registration is Registration.REGISTERED:
            print("REGISTERED", flush=True)

    engine.joined.connect(lambda _: engine.send(account))
    engine.received.connect(hear)
    desk.start()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
