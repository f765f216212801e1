"""Pages at a printer of this machine's print service, and each way it can fail."""

import time
from pathlib import Path

import pypdf
import pytest

from console.delivery.channels.printer import Printer
from console.delivery.dispatch import Dispatch, NotNow, Refused, Unsure
from scripts.delivery import Letterbox
from tests.delivery.print_service import PrintService

LETTER = Dispatch(
    key="message.1.0",
    to="front",
    subject="Frontdesk: 1 message for you",
    text="Message M1 for: clinical staff\nPatient: Ann Example\nMedicine: Lisinopril 10 mg",
)
PRINTER = Printer(answers_in_s=5, printed_in_s=0.2, pause=lambda _: time.sleep(0.05))


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintService:
    made = PrintService.install(tmp_path / "bin", front="good")
    monkeypatch.setenv("PATH", str(made.folder))
    return made


def test_a_page_says_the_whole_and_its_job_nothing(service: PrintService) -> None:
    receipt = PRINTER.send(LETTER)
    assert receipt.reference == "front-1"
    (page,) = service.pages()
    said = pypdf.PdfReader(page).pages[0].extract_text()
    assert "Patient: Ann Example" in said
    assert "Lisinopril" in said
    assert service.ran("lp") == [["-d", "front", "-t", "Frontdesk", "-"]]
    assert "Ann" not in str(service.state)
    assert "Lisinopril" not in str(service.state)


@pytest.mark.parametrize(
    ("queue", "error", "says"),
    [
        ("stopped", NotNow, "The printer is stopped"),
        ("closed", NotNow, "takes no pages now"),
        ("stuck", NotNow, "The printer does not print"),
        ("gives-up", NotNow, "gave the page up"),
    ],
)
def test_a_queue_that_does_not_print_is_tried_again(
    service: PrintService, queue: str, error: type[Exception], says: str
) -> None:
    service.change(queues={"front": queue})
    with pytest.raises(error, match=says):
        PRINTER.send(LETTER)
    assert "waits" not in service.state["jobs"].values(), "it would be printed twice"
    service.change(queues={"front": "good"})
    assert PRINTER.send(LETTER).reference


def test_a_printer_that_is_not_there_is_said_at_once(service: PrintService) -> None:
    service.change(queues={})
    with pytest.raises(Refused, match="no such printer"):
        PRINTER.send(LETTER)
    assert service.ran("lp") == []


def test_a_service_that_is_not_running_is_told_from_a_printer_that_is_not_there(
    service: PrintService,
) -> None:
    """`lp` itself says the same of both."""
    service.change(running=False)
    with pytest.raises(NotNow, match="not running"):
        PRINTER.send(LETTER)


def test_a_service_that_hangs_before_the_page_has_printed_nothing(service: PrintService) -> None:
    service.change(hangs=["lpstat"])
    with pytest.raises(NotNow, match="does not answer"):
        Printer(answers_in_s=0.5).send(LETTER)
    assert service.ran("lp") == []


def test_a_service_that_hangs_with_the_page_may_have_printed_it(service: PrintService) -> None:
    service.change(hangs=["lp"])
    with pytest.raises(Unsure, match="fell silent"):
        Printer(answers_in_s=0.5).send(LETTER)


def test_a_machine_without_a_print_service_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="Install CUPS"):
        PRINTER.send(LETTER)


@pytest.mark.parametrize("name", ["-o raw", "a b", "front; rm x", "", "a/b", "$(id)"])
def test_what_is_no_printers_name_is_not_taken(name: str) -> None:
    with pytest.raises(ValueError, match=r"printer.s name|at least 1|empty|blank"):
        Letterbox.model_validate({"by": "printer", "to": name})


def test_what_is_printed_is_not_sealed_and_is_the_message_itself() -> None:
    assert Letterbox.model_validate({"by": "printer", "to": "Front_Desk-2"}).says_it
    with pytest.raises(ValueError, match="sealed"):
        Letterbox.model_validate({"by": "printer", "to": "front", "seal": "pdf"})
