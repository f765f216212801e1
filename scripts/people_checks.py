"""Whether everybody a practice names is somebody: providers, contacts, rota and ladders agree."""

from collections.abc import Iterator
from typing import Final

from rapidfuzz import process

from scripts.faults import KeyPath
from scripts.ladders import BACKUP, ON_CALL, ROLES, SUPERVISOR, Way
from scripts.practice import Practice
from scripts.rota import Rota, Tier

Finding = tuple[KeyPath, str]

_TAKEN: Final = "is a word the ladder uses; choose another id"


def check_people(practice: Practice) -> Iterator[Finding]:
    """Yield what is wrong with who is named where."""
    yield from _ids(practice)
    if practice.on_call is None:
        yield ("on_call",), "is missing; somebody has to be on call: write at least a fallback"
    else:
        yield from _rota(practice, practice.on_call)
    yield from _ladders(practice)


def near(name: str, known: list[str]) -> str:
    """Return “; did you mean “x”?” or the list of what there is, to end a sentence with."""
    if not known:
        return "; there are none in this file"
    best = process.extractOne(name, known, score_cutoff=70)
    return f"; did you mean “{best[0]}”?" if best else f"; there are {', '.join(known)}"


def _ids(practice: Practice) -> Iterator[Finding]:
    for key in ("providers", "contacts", "appointment_types"):
        seen: dict[str, int] = {}
        for place, item in enumerate(getattr(practice, key)):
            if item.id in seen:
                yield (key, place, "id"), f"“{item.id}” is taken by entry {seen[item.id] + 1}"
            elif key != "appointment_types" and item.id in ROLES:
                yield (key, place, "id"), f"“{item.id}” {_TAKEN}"
            elif key == "contacts" and item.id in practice.providers_by_id:
                yield (key, place, "id"), f"“{item.id}” is a provider already; choose another id"
            seen.setdefault(item.id, place)
    for place, kind in enumerate(practice.appointment_types):
        for number, provider in enumerate(kind.providers):
            yield from _provider(
                practice, ("appointment_types", place, "providers", number), provider
            )


def _provider(practice: Practice, where: KeyPath, provider: str) -> Iterator[Finding]:
    if provider not in practice.providers_by_id:
        hint = near(provider, list(practice.providers_by_id))
        yield where, f"“{provider}” is not a provider of this practice{hint}"


def _rota(practice: Practice, rota: Rota) -> Iterator[Finding]:
    yield from _tiers(practice, ("on_call", "fallback"), rota.fallback)
    for key in ("weekly", "dated"):
        for place, shift in enumerate(getattr(rota, key)):
            yield from _tiers(practice, ("on_call", key, place, "tiers"), shift.tiers)
    names: set[str] = set()
    for place, rotation in enumerate(rota.rotations):
        where = ("on_call", "rotations", place)
        if rotation.name in names:
            yield (*where, "name"), f"“{rotation.name}” is given twice"
        names.add(rotation.name)
        for number, who in enumerate(rotation.people):
            yield from _called(practice, (*where, "people", number), who)
    for place, change in enumerate(rota.overrides):
        where = ("on_call", "overrides", place)
        yield from _called(practice, (*where, "provider"), change.provider)
        if change.by is not None:
            yield from _called(practice, (*where, "by"), change.by)


def _tiers(practice: Practice, where: KeyPath, tiers: tuple[Tier, ...]) -> Iterator[Finding]:
    for place, tier in enumerate(tiers):
        yield from _called(practice, (*where, place, "provider"), tier.provider)


def _called(practice: Practice, where: KeyPath, who: str) -> Iterator[Finding]:
    yield from _provider(practice, where, who)
    provider = practice.provider(who)
    if provider is not None and provider.phone is None:
        yield where, f"{provider.spoken} is on call without a phone; add phone under providers"


def _ladders(practice: Practice) -> Iterator[Finding]:
    contacts = {contact.id: contact for contact in practice.contacts}
    known = [*sorted(ROLES), *practice.providers_by_id, *contacts]
    names: set[str] = set()
    for place, ladder in enumerate(practice.ladders):
        where = ("ladders", place)
        if ladder.name in names:
            yield (*where, "name"), f"“{ladder.name}” is given twice"
        names.add(ladder.name)
        for number, step in enumerate(ladder.steps):
            here = (*where, "steps", number)
            if step.whom not in known:
                yield (*here, "whom"), f"“{step.whom}” is nobody here{near(step.whom, known)}"
            yield from _reached(practice, here, step.whom, step.by)
        people = [SUPERVISOR, *practice.providers_by_id, *contacts]
        if ladder.human in (ON_CALL, BACKUP):
            yield (*where, "human"), "is a turn, not a person; name one, or supervisor"
        elif ladder.human not in people:
            yield (*where, "human"), f"“{ladder.human}” is nobody here{near(ladder.human, people)}"


def _reached(
    practice: Practice, where: KeyPath, whom: str, by: tuple[Way, ...]
) -> Iterator[Finding]:
    who = practice.provider(whom) or next((c for c in practice.contacts if c.id == whom), None)
    if who is None:
        return  # a role: who it is, is known at the moment
    ways = {reach.by for reach in who.reach} | ({Way.CALL, Way.SMS} if who.phone else set())
    if not ways:
        yield (*where, "whom"), f"{who.name} has no phone and no reach; add one"
    for number, way in enumerate(by):
        if way not in ways:
            sentence = f"{who.name} cannot be reached by {way.value}; add it under reach"
            yield (*where, "by", number), sentence
