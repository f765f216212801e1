"""A whole practice, told: what each room tells, and plainly whatever none of them knows."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from scripts.faults import KeyPath
from scripts.practice import Practice
from scripts.protocol import Protocol
from scripts.rota import Rota
from scripts.told.facts import tell_facts
from scripts.told.forms import tell_forms
from scripts.told.protocol import tell_ladders, tell_on_call, tell_protocol
from scripts.told.things import Section, Thing, thing
from scripts.wordlist import words

_OURS: Final = frozenset({"version", "neutral"})
_TOLD: Final = frozenset(
    words(
        "id name spoken_name pronounced specialty numbers lines timezone city address directions "
        "hours exceptions holidays coverage languages greetings faq insurance new_patients "
        "providers contacts appointment_types booking baa protocol on_call ladders value_sets forms"
    )
)
_PROTOCOL: Final = frozenset(
    words("notes messages hold_policy must_escalate red_flags words_911 emergency_lines")
)
_ROTA: Final = frozenset(words("fallback rotations weekly dated overrides"))


def told(practice: Practice) -> Iterator[Thing]:
    """Yield everything a practice's file says, section by section."""
    yield from tell_facts(practice)
    yield from _rest(Section.PRACTICE, (), practice, _TOLD | _OURS)
    yield from tell_protocol(practice)
    yield from _rest(Section.PROTOCOL, ("protocol",), practice.protocol, _PROTOCOL)
    yield from tell_on_call(practice)
    if practice.on_call is not None:
        yield from _rest(Section.ON_CALL, ("on_call",), practice.on_call, _ROTA)
    yield from tell_ladders(practice)
    yield from tell_forms(practice)


def _rest(
    section: Section, path: KeyPath, model: Practice | Protocol | Rota, known: frozenset[str]
) -> Iterator[Thing]:
    """Yield what has no words of its own yet, value by value, so that no change is silent."""
    for name in type(model).model_fields:
        if name not in known:
            for where, value in _leaves((*path, name), getattr(model, name)):
                label = " ".join(str(part).replace("_", " ") for part in where)
                yield thing(section, where, label.capitalize(), {"": value})


def _leaves(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves((*path, name), getattr(value, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves((*path, str(key)), item)
    elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        for place, item in enumerate(value):
            yield from _leaves((*path, place), item)
    else:
        yield path, value
