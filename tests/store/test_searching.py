"""Finding a caller without a call: by a name as it was heard, a number, a birth date."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from console.store.finishing import finish_call
from console.store.history import EarlierEscalation, EarlierMessage
from console.store.searching import FoundCaller, Sought, find_callers, history_of_caller
from console.store.secrecy.blind import plain_name
from console.store.secrecy.nearly import spelt_nearly
from console.store.session import Records
from console.store.work import FinishedCall, FormAnswer
from tests.store.builders import (
    CAME,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)

ZOE, TOM = "+15155550111", "+15155550122"


def write(records: Records, *calls: FinishedCall) -> None:
    for each in calls:
        records.write(lambda s, each=each: finish_call(s, finished=each))  # type: ignore[misc]


def message_of(name: str, number: str, *, days: int = 0, **more: object) -> FinishedCall:
    return finished_call(
        caller_number=number,
        offered_at=CAME + timedelta(days=days),
        answered_at=None,
        message=new_message(patient_name=name, callback_number=number),
        **more,
    )


def find(records: Records, **sought: object) -> tuple[FoundCaller, ...]:
    with records.session() as session:
        return find_callers(session, Sought(**({"practice": "riverside"} | sought)))  # type: ignore[arg-type]


def test_a_name_is_found_as_it_was_heard(records: Records) -> None:
    write(records, message_of("Zoë O'Brien-Novák", ZOE), message_of("Tom Novak", TOM))
    for heard in ("zoe obriennovak", "O'Brien-Novak, Zoe", "Zoe O'Brian-Novak", "Zo OBriennovak"):
        (found,) = find(records, name=heard)
        assert (found.name, found.number) == ("Zoë O'Brien-Novák", ZOE)
    assert find(records, name="Tom") == ()
    assert [each.name for each in find(records, name="Tom Nowak")] == ["Tom Novak"]
    assert [each.name for each in find(records, name="Tom B. Novak")] == ["Tom Novak"]


def test_the_very_name_comes_first_and_then_the_newest(records: Records) -> None:
    write(
        records,
        message_of("Ann Olsen", ZOE),
        message_of("Ann Olson", TOM, days=3),
        message_of("Ann Olsen", "+15155550133", days=2),
    )
    found = find(records, name="Ann Olsen")
    assert [(each.name, each.number) for each in found] == [
        ("Ann Olsen", "+15155550133"),
        ("Ann Olsen", ZOE),
        ("Ann Olson", TOM),
    ]


def test_no_other_practice_s_caller_is_found(records: Records) -> None:
    write(
        records,
        finished_call(
            practice_id="lakeshore",
            caller_number=ZOE,
            answers=(),
            message=new_message(patient_name="Zoe Berg", callback_number=ZOE, phi=False),
        ),
    )
    assert find(records, name="Zoe Berg") == find(records, number=ZOE) == ()
    assert len(find(records, practice="lakeshore", name="Zoe Berg")) == 1


def test_a_number_finds_all_who_were_called_back_on_it_however_it_is_written(
    records: Records,
) -> None:
    write(
        records,
        message_of("Zoe Berg", ZOE),
        message_of("Jon Berg", ZOE, days=1),
        finished_call(caller_number=TOM),
    )
    assert [each.name for each in find(records, number="(515) 555-0111")] == [
        "Jon Berg",
        "Zoe Berg",
    ]
    (nameless,) = find(records, number=TOM)
    assert (nameless.name, nameless.number) == ("", TOM)
    assert [each.name for each in find(records, name="Zoe Berg", number=ZOE)] == ["Zoe Berg"]
    assert find(records, name="Zoe Berg", number=TOM) == ()


def test_a_birth_date_tells_two_of_one_name_apart(records: Records) -> None:
    old, young = date(1950, 1, 2), date(1990, 3, 4)
    write(
        records,
        finished_call(booking=new_booking(patient_name="Jo Ray", birth_date=old)),
        message_of(
            "Jo Ray", TOM, answers=(FormAnswer(link_id="dob", text="", value="1990-03-04"),)
        ),
        message_of("Jo Ray", ZOE, days=5),
    )
    asks = {"name": "Jo Ray", "asks_birth": ("dob",)}
    assert len(find(records, **asks)) == 3
    assert [each.born for each in find(records, **asks, born=young)] == [young, None]
    assert [each.born for each in find(records, **asks, born=old)] == [old, None]


def test_father_and_son_in_one_house_are_two(records: Records) -> None:
    write(
        records,
        *(
            finished_call(
                booking=new_booking(
                    SLOT + timedelta(days=n), patient_name="Al Fox", birth_date=born
                )
            )
            for n, born in enumerate((date(1950, 1, 2), date(1990, 3, 4), date(1950, 1, 2)))
        ),
    )
    assert sorted(len(each.calls) for each in find(records, name="Al Fox")) == [1, 2]


def test_a_history_has_what_the_caller_left_and_not_what_the_household_did(
    records: Records,
) -> None:
    write(
        records,
        message_of("Zoe Berg", ZOE),
        finished_call(caller_number=ZOE, escalation=new_escalation(callback_number=ZOE)),
    )
    with records.session() as session:
        (zoe,) = find_callers(session, Sought("riverside", name="Zoe Berg"))
        items = history_of_caller(session, practice="riverside", caller=zoe)
    assert {type(each) for each in items} == {EarlierMessage, EarlierEscalation}
    write(records, message_of("Jon Berg", ZOE))
    with records.session() as session:
        (zoe,) = find_callers(session, Sought("riverside", name="Zoe Berg"))
        items = history_of_caller(session, practice="riverside", caller=zoe)
    assert [type(each) for each in items] == [EarlierMessage]


def test_no_name_and_no_number_leaves_for_the_database(records: Records) -> None:
    write(records, message_of("Zoe Berg", ZOE))
    sent: list[str] = []
    with records.session() as session:
        engine = session.get_bind()
        event.listen(
            engine, "before_cursor_execute", lambda *given: sent.append(repr((given[2], given[3])))
        )
        assert find_callers(session, Sought("riverside", name="Zoe Berg", number=ZOE))
    assert sent
    assert not any("zoe" in each.lower() or "5550111" in each for each in sent)


NAMES = st.text("abcdé -'O", min_size=1, max_size=12).filter(plain_name)


@given(NAMES, st.data())
def test_one_slip_away_is_looked_for(name: str, data: st.DataObject) -> None:
    near = spelt_nearly(name)
    assert near[0] == plain_name(name)
    assert len(set(near)) == len(near) < 3_000
    word = data.draw(st.sampled_from(near[0].split()))
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("aqz"))
    for slip in (word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:]):
        assert plain_name(near[0].replace(word, slip, 1)) in near
