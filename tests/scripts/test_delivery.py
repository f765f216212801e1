"""When a message leaves, and by which ways, as the practice wrote."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from scripts.delivery import Delivery
from scripts.protocol import Priority

CHICAGO = ZoneInfo("America/Chicago")
MAIL = {"by": "mail", "to": "nurses@practice.example", "seal": "pdf"}
TEXT = {"by": "sms", "to": "+15155550115", "priorities": ["urgent"]}


def delivery(**more: Any) -> Delivery:
    return Delivery.model_validate({"letterboxes": [MAIL, TEXT], **more})


@pytest.mark.parametrize(
    ("taken", "priority", "leaves"),
    [
        ("24 14:00", "routine", "25 07:30"),
        ("24 07:29", "routine", "24 07:30"),
        ("24 14:00", "soon", "24 14:00"),
        ("24 22:00", "soon", "25 07:00"),
        ("24 03:00", "soon", "24 07:00"),
        ("24 22:00", "urgent", "24 22:00"),
    ],
)
def test_quiet_hours_and_the_digest(taken: str, priority: str, leaves: str) -> None:
    given = delivery(quiet={"from": "21:00", "to": "07:00"}, digest="07:30")
    local = datetime.strptime(f"2026-11-{taken}", "%Y-%m-%d %H:%M").replace(tzinfo=CHICAGO)
    assert f"{given.leaves_at(Priority(priority), local):%d %H:%M}" == leaves


def test_ways_for_a_priority_in_their_order() -> None:
    ways = [[box.by.value for box in delivery().boxes_for(each)] for each in Priority]
    assert ways == [["mail"], ["mail"], ["mail", "sms"]]


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ({"by": "sms", "to": "+1", "seal": "pdf"}, "cannot carry something sealed"),
        ({"by": "folder", "to": "/mnt"}, "given the message itself"),
        ({"by": "mail", "to": "a@b.example", "seal": "certificate"}, "belong together"),
        ({"by": "mail", "to": "a@b.example", "certificate": "PEM"}, "belong together"),
        ({"by": "fhir", "to": "http://ehr.example"}, "https://"),
    ],
)
def test_a_letterbox_that_cannot_be_is_refused(box: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Delivery.model_validate({"letterboxes": [box]})
