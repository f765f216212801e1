"""The callers of the demo: invented people, one for each type of call.

`answers` are by the sample scripts' link ids: the text to type, or the code of a choice. A question
not named is answered as a receptionist would who was told nothing: see `receptionist`.
"""

from dataclasses import dataclass, field

from scripts.calltypes import CallType, Outcome


@dataclass(frozen=True, slots=True)
class Persona:
    """One caller. `expects` are the outcomes the call may end in."""

    call_type: CallType
    practice: str  # id
    number: str  # E.164
    name: str
    speech: str  # recording under resources/sounds/callers
    expects: tuple[Outcome, ...]
    answers: dict[str, str] = field(default_factory=dict)
    search: str = ""  # what is looked up in the practice's answers
    by_f9: bool = False  # ends by the escalation key


PERSONAS: tuple[Persona, ...] = (
    Persona(
        call_type=CallType.QUESTION,
        practice="riverside_family_medicine",
        number="+15155550142",
        name="Joan Meyer",
        speech="question",
        expects=(Outcome.ANSWERED,),
        answers={"question": "Open on Saturday? Do you take Aetna?", "needs_message": "no"},
        search="saturday",
    ),
    Persona(
        call_type=CallType.NEW_APPOINTMENT,
        practice="riverside_family_medicine",
        number="+15155550177",
        name="Peter Novak",
        speech="new_appointment",
        expects=(Outcome.BOOKED,),
        answers={
            "patient_name": "Peter Novak",
            "birth_date": "05/04/1979",
            "reason": "New in town, wants a first visit",
            "insurance": "Aetna",
            "provider": "any",
        },
    ),
    Persona(
        call_type=CallType.CHANGE_APPOINTMENT,
        practice="riverside_family_medicine",
        number="+15155550177",
        name="Peter Novak",
        speech="change_appointment",
        expects=(Outcome.RESCHEDULED, Outcome.MESSAGE),
        answers={"patient_name": "Peter Novak", "birth_date": "05/04/1979", "action": "move"},
    ),
    Persona(
        call_type=CallType.REFILL,
        practice="riverside_family_medicine",
        number="+15155550163",
        name="Ruth Olsen",
        speech="refill",
        expects=(Outcome.MESSAGE,),
        answers={
            "patient_name": "Ruth Olsen",
            "birth_date": "11/30/1951",
            "medication": "Lisinopril 10 mg",
            "pharmacy": "Walgreens on Ingersoll Avenue",
            "days_left": "week",
            "new_symptom": "no",
        },
    ),
    Persona(
        call_type=CallType.SYMPTOM,
        practice="maple_pediatrics",
        number="+15155550118",
        name="Maria Lopez",
        speech="symptom",
        expects=(Outcome.ESCALATED, Outcome.MESSAGE),
        answers={
            "patient_name": "Sofia Lopez",
            "caller_name": "Maria Lopez",
            "birth_date": "03/12/2020",
            "symptom": "fever of 103 since this morning and a stiff neck",
            "onset": "This morning",
        },
    ),
    Persona(
        call_type=CallType.URGENT,
        practice="lakeshore_cardiology",
        number="+12315550171",
        name="Mercy Hospital",
        speech="urgent",
        expects=(Outcome.ESCALATED,),
        answers={"patient_name": "Walter Brandt", "caller_name": "Nurse Adams, Mercy Hospital"},
        by_f9=True,
    ),
    Persona(
        call_type=CallType.EMERGENCY,
        practice="lakeshore_cardiology",
        number="+12315550188",
        name="Grace Lindt",
        speech="emergency",
        expects=(Outcome.EMERGENCY,),
        answers={"location": "48 Harbor Drive, Traverse City", "refused_911": "no"},
    ),
)


def callers(count: int) -> list[Persona]:
    """Return as many callers, in the order of the call types, over and over."""
    return [PERSONAS[number % len(PERSONAS)] for number in range(count)]
