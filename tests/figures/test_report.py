"""`frontdesk report`: a practice's month out of the records, as text, PDF and CSV."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from console.__main__ import main
from console.figures.month import percentile
from console.safe import HandedSafe
from console.store import outbox
from console.store.finishing import finish_call
from console.store.letters import told
from console.store.models import Call, Message
from console.store.outbox import NewDispatch, Settled
from console.store.outbox_values import AttemptOutcome, DispatchStatus
from console.store.session import Records
from console.store.work import Cancellation
from scripts.calltypes import CallType, Mode, Outcome
from softphone.wire import EndCause
from tests.records_file import SECRETS, asked
from tests.store.builders import CAME, finished_call, new_booking, new_message, seed

MONTH = f"{CAME:%Y-%m}"
SAMPLE = Path(__file__).parents[2] / "scripts/library/riverside_family_medicine.yaml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "records.db"
    records = Records.open(found, secrets=SECRETS)
    seed(records)
    over = {"end_cause": EndCause.CALLER, "ended_at": CAME + timedelta(seconds=64)}
    booked = {"outcome": Outcome.BOOKED, "call_type": CallType.NEW_APPOINTMENT, **over}
    bookings = []
    for day in range(3):
        starts = CAME + timedelta(days=day + 2)
        booking = new_booking(starts_at=starts, ends_at=starts + timedelta(minutes=20))
        call = finished_call(booking=booking, mode=Mode.AFTER_HOURS, **booked)
        rows = records.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
        bookings.append(rows.booking_id)
    given_up = finished_call(
        outcome=Outcome.CANCELLED, booking=Cancellation(booking_id=bookings[0]),
        call_type=CallType.CHANGE_APPOINTMENT, mode=Mode.OVERFLOW, **over,
    )  # fmt: skip
    records.write(lambda s: finish_call(s, finished=given_up))
    for minutes in (2, 30, None):
        call = finished_call(
            outcome=Outcome.MESSAGE, call_type=CallType.REFILL, message=new_message(), **over
        )
        rows = records.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
        if minutes is not None and rows.message_id is not None:
            deliver(records, rows.message_id, minutes)
    late = CAME + timedelta(days=40)
    records.write(
        lambda s: finish_call(s, finished=finished_call(offered_at=late, finished_at=late))
    )
    records.write(
        lambda s: s.add(
            Call(uid="gone", practice_id="riverside", offered_at=CAME, waited_s=9.0,
                 ended_at=CAME + timedelta(seconds=9), end_cause=EndCause.ABANDONED,
                 outcome=Outcome.ABANDONED)
        )
    )  # fmt: skip
    records.close()
    return found


def deliver(records: Records, message: int, minutes: int) -> None:
    """Have a message arrive so long after it was taken."""
    with records.session() as session:
        taken = session.get_one(Message, message).taken_at
    at = taken + timedelta(minutes=minutes)
    new = NewDispatch(
        key=f"message.{message}.0", channel="sms", address="+1", subject="", text="",
        practice_id="riverside", message_id=message,
    )  # fmt: skip
    records.write(lambda s: outbox.put(s, dispatches=[new], now=taken))
    (claimed,) = records.write(lambda s: outbox.claim(s, worker="w", now=at))
    settled = Settled(AttemptOutcome.SENT)
    records.write(lambda s: outbox.settle(s, claimed=claimed, settled=settled, worker="w", now=at))
    records.write(lambda s: told(s, message_id=message, status=DispatchStatus.SENT, now=at))


@pytest.fixture
def practices(tmp_path: Path) -> Path:
    folder = tmp_path / "practices"
    folder.mkdir()
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace("  accepting: true", "  accepting: true\n  value: 400", 1)
    text = text.replace("id: riverside_family_medicine", "id: riverside", 1)
    (folder / "riverside.yaml").write_text(text, encoding="utf-8")
    return folder


def run(path: Path, practices: Path, *words: str, month: str = MONTH) -> int:
    about = ("--records", str(path), "--practices", str(practices), "--practice", "riverside")
    return main(["report", *about, "--month", month, *words], safe=HandedSafe(SECRETS))


def test_a_month_is_counted_by_the_practices_own_figure(
    path: Path, practices: Path, tmp_path: Path
) -> None:
    made, paper = tmp_path / "month.csv", tmp_path / "month.pdf"
    assert run(path, practices, "--csv", str(made), "--pdf", str(paper)) == 0
    with made.open(encoding="utf-8", newline="") as file:
        rows = {(row["part"], row["figure"]): row["value"] for row in csv.DictReader(file)}
    assert rows["Calls", "Callers"] == "8"
    assert rows["Calls", "Answered"] == "7"
    assert rows["Calls", "Gave up before an answer"] == "1"
    assert rows["Appointments", "Booked"] == "3"
    assert rows["Appointments", "New patients won"] == "2"
    assert rows["Appointments", "Worth of new patients, by the practice’s figure"] == "800"
    assert rows["What calls were for", "Refill"] == "3"
    assert rows["When calls came", "Overflow"] == "1"
    assert (rows["Messages", "Taken"], rows["Messages", "Delivered"]) == ("3", "2")
    assert rows["Messages", "Half were delivered within"] == "120"
    assert rows["Messages", "95 of 100 were delivered within"] == "1800"
    words = "\n".join(page.extract_text() for page in PdfReader(paper).pages)
    assert "Riverside Family Medicine" in words
    assert "$800" in words
    told = asked(path, "SELECT event, row, practice_id, detail FROM audit WHERE kind = 'report'")
    assert told == [("exported", MONTH, "riverside", "csv,pdf")]
    for health in ("Ann Example", "555-0142", "555 0142"):
        assert health not in words


def test_without_a_figure_nothing_is_made_up(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(path, tmp_path / "nothing") == 0
    assert "the practice has given no figure" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("month", "said"), [("2026-13", "write it as 2026-11"), (MONTH, "No such")]
)
def test_a_wrong_month_or_practice_is_told(
    path: Path, practices: Path, month: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = () if month != MONTH else ("--practice", "nobody")
    assert run(path, practices, *words, month=month) != 0
    assert said in capsys.readouterr().err


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted))
def test_a_percentile_is_the_smallest_that_covers_its_part(values: list[float]) -> None:
    found = percentile(values, 0.95)
    assert found is not None
    assert sum(value <= found for value in values) >= 0.95 * len(values) - 1e-9
    assert sum(value < found for value in values) < 0.95 * len(values) + 1e-9
