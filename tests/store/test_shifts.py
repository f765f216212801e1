"""Who is there, what urgent work is whose, and emergency access."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from console.store import people, shifts
from console.store.callbacks import callback_done, owe_callback
from console.store.finishing import finish_call
from console.store.on_duty import hand_to, supervisor_on_duty
from console.store.people import NewAccount
from console.store.session import Records
from console.store.values import CallbackReason, MessageKind, Priority, Role
from console.store.work import DoneCallback, OwedCallback
from scripts.calltypes import Outcome
from tests.store.builders import CAME, finished_call, new_escalation, new_message

MINUTE = timedelta(minutes=1)
OTHERS = "+15155550188"  # of somebody who has not got through since


@pytest.fixture
def staffed(records: Records) -> Records:
    """Three receptionists and a liaison."""

    def add(session) -> None:
        for login, name, role in (
            ("dana", "Dana", Role.RECEPTIONIST),
            ("sam", "Sam", Role.RECEPTIONIST),
            ("vera", "Vera", Role.SUPERVISOR),
            ("lia", "Lia", Role.LIAISON),
        ):
            new = NewAccount(
                login=login,
                name=name,
                role=role,
                password_hash="h",
                practice_id="riverside" if role is Role.LIAISON else None,
            )
            people.add_account(session, new=new, at=CAME, by="test")

    records.write(add)
    return records


def there(records: Records, at=CAME, but: str = "dana") -> list[str]:
    with records.session() as session:
        return [each.login for each in shifts.colleagues(session, now=at, but=but)]


def test_who_is_there_is_who_was_seen_lately(staffed: Records) -> None:
    begin = shifts.begin_shift
    for number, login in enumerate(("dana", "sam", "vera", "lia")):
        staffed.write(
            lambda s, login=login, number=number: begin(
                s, uid=login, login=login, machine=f"m{number}", at=CAME
            )
        )
    assert there(staffed) == ["sam", "vera"]
    later = CAME + 4 * MINUTE
    assert there(staffed, later) == []
    staffed.write(lambda s: shifts.still_there(s, uid="sam", at=later))
    assert there(staffed, later) == ["sam"]
    staffed.write(lambda s: shifts.end_shift(s, uid="sam", at=later))
    assert there(staffed, later) == []


def test_a_machine_has_one_person(staffed: Records) -> None:
    for login in ("sam", "vera"):
        staffed.write(
            lambda s, login=login: shifts.begin_shift(
                s, uid=login, login=login, machine="desk 1", at=CAME
            )
        )
    assert there(staffed) == ["vera"]


def test_an_escalation_nobody_answers_is_a_supervisor_s_by_name(staffed: Records) -> None:
    def on_duty(at=CAME, owner: str = "") -> str:
        with staffed.session() as session:
            return supervisor_on_duty(session, now=at, owner=owner)

    def begin(login: str, at=CAME) -> None:
        staffed.write(lambda s: shifts.begin_shift(s, uid=login, login=login, machine=login, at=at))

    begin("dana")
    assert on_duty() == ""
    for login, role in (("ada", Role.ADMINISTRATOR), ("uma", Role.SUPERVISOR)):
        new = NewAccount(login=login, name=login.title(), role=role, password_hash="h",
                         practice_id=None)  # fmt: skip
        staffed.write(lambda s, new=new: people.add_account(s, new=new, at=CAME, by="test"))
    begin("ada")
    assert on_duty() == "Ada"
    begin("vera", CAME + MINUTE)
    begin("uma", CAME + 2 * MINUTE)
    later = CAME + 2 * MINUTE
    assert on_duty(later) == "Vera"
    assert on_duty(later, owner="Uma") == "Uma"
    assert on_duty(CAME + 9 * MINUTE) == ""
    call = finished_call(escalation=new_escalation(owner="Dana"))
    rows = staffed.write(lambda s: finish_call(s, finished=call))
    assert rows.escalation_id is not None
    for _ in range(2):
        staffed.write(
            lambda s: hand_to(s, escalation_id=rows.escalation_id, name="Vera", now=later)
        )
    assert (urgent(staffed, "Dana"), urgent(staffed, "Vera")) == ([], ["escalation"])
    with staffed.session() as session:
        asked = text("SELECT count(*) FROM audit WHERE event = 'handed_over' AND person = ''")
        assert session.execute(asked).scalar_one() == 1


def urgent(records: Records, owner: str) -> list[str]:
    with records.session() as session:
        return [str(item.kind) for item in shifts.urgent_of(session, owner=owner)]


def test_what_is_urgent_and_whose(staffed: Records) -> None:
    escalated = finished_call(
        outcome=Outcome.ESCALATED, escalation=new_escalation(owner="Dana"), agent="Dana"
    )
    pressing = finished_call(
        outcome=Outcome.MESSAGE,
        message=new_message(priority=Priority.URGENT, kind=MessageKind.APPOINTMENT, owner="Dana"),
        agent="Dana",
    )
    routine = finished_call(
        outcome=Outcome.MESSAGE, message=new_message(priority=Priority.ROUTINE, owner="Dana")
    )
    for each in (escalated, pressing, routine):
        staffed.write(lambda s, each=each: finish_call(s, finished=each))
    owed = OwedCallback(
        uid="cb", since=CAME, why=CallbackReason.LOST, number=OTHERS, owner="Dana",
        practice_id="riverside",
    )  # fmt: skip
    staffed.write(lambda s: owe_callback(s, owed=owed))
    assert sorted(urgent(staffed, "Dana")) == ["callback", "escalation", "message"]
    assert urgent(staffed, "Sam") == []
    with staffed.session() as session:
        items = shifts.urgent_of(session, owner="Dana")
    for item in items:
        assert staffed.write(
            lambda s, item=item: shifts.hand_over(
                s, kind=item.kind, row=item.row, owner="Dana", to="Sam", by="Dana"
            )
        )
        assert not staffed.write(
            lambda s, item=item: shifts.hand_over(
                s, kind=item.kind, row=item.row, owner="Dana", to="Vera", by="Dana"
            )
        )
    assert urgent(staffed, "Dana") == []
    staffed.write(lambda s: callback_done(s, done=DoneCallback(uid="cb", at=CAME, agent="Sam")))
    assert sorted(urgent(staffed, "Sam")) == ["escalation", "message"]


def test_emergency_access_is_an_alert_until_somebody_else_has_seen_it(staffed: Records) -> None:
    until = CAME + 30 * MINUTE
    staffed.write(
        lambda s: shifts.begin_access(
            s, uid="a", login="dana", reason="caller cut off", since=CAME, until=until
        )
    )
    with staffed.session() as session:
        (alert,) = shifts.alerts(session)
    assert (alert.name, alert.reason, alert.until) == ("Dana", "caller cut off", until)
    staffed.write(lambda s: shifts.alert_seen(s, row=alert.row, login="dana", at=CAME))
    with staffed.session() as session:
        assert len(shifts.alerts(session)) == 1
    staffed.write(lambda s: shifts.alert_seen(s, row=alert.row, login="vera", at=CAME))
    staffed.write(lambda s: shifts.end_access(s, uid="a", at=CAME + MINUTE))
    with staffed.session() as session:
        assert shifts.alerts(session) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people SET role = 'liaison' WHERE login = 'dana'",
        "UPDATE people SET practice_id = NULL WHERE login = 'lia'",
        "UPDATE people SET role = 'owner' WHERE login = 'dana'",
        "UPDATE people SET login = 'DANA' WHERE login = 'dana'",
        "UPDATE people SET name = 'Sam' WHERE login = 'dana'",
        "UPDATE people SET totp_confirmed_at = '2026-01-01' WHERE login = 'dana'",
        "INSERT INTO emergency_access (uid, login, reason, since, until) "
        "VALUES ('x', 'dana', '', '2026-01-01', '2026-01-02')",
        "INSERT INTO emergency_access (uid, login, reason, since, until) "
        "VALUES ('x', 'dana', 'why', '2026-01-02', '2026-01-01')",
    ],
)
def test_what_the_tables_refuse(staffed: Records, statement: str) -> None:
    with pytest.raises(IntegrityError):
        staffed.write(lambda s: s.execute(text(statement)))
