"""The section of who is on call: the fallback, shifts, people in turn, changes for a while, and the
ladders that are climbed when nobody answers."""

from typing import Any

from console.desk.practices.labels import MODES, TYPE_OPTIONS
from console.desk.practices.people import provider_options
from console.desk.practices.specs import (
    DAYS,
    HALF,
    QUARTER,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    day_words,
    entries,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.protocol import Priority


def _tiers_line(data: Any, path: KeyPath) -> str:
    names = dict(provider_options(data))
    parts = []
    for tier in entries(data, path):
        if isinstance(tier, dict):
            who = names.get(str(tier.get("provider")), str(tier.get("provider")))
            after = tier.get("after")
            parts.append(f"{who} after {after} min" if after else who)
    return ", then ".join(parts)


def tier_specs(data: Any, at: KeyPath, base: KeyPath) -> tuple[Spec, ...]:
    """Return a ladder's rungs: who, and after how many minutes without an answer."""
    options = (("", "Nobody more"), *provider_options(data))
    rungs = entries(data, (*base, *at))
    specs: tuple[Spec, ...] = ()
    for number in range(len(rungs) + 1):
        label = "First" if not number else "Then"
        who = options if number else options[1:]
        specs += (
            Spec((*at, number, "provider"), label, Put.PICK, who, share=HALF, write=_write_rung),
        )
        if number and number < len(rungs):
            specs += (Spec((*at, number, "after"), "after … minutes", number=True, share=HALF),)
        elif number < len(rungs):
            specs += (Spec(at, "", Put.NOTE, share=HALF, read=lambda *_: "at once"),)
    return specs


def _write_rung(text: str, path: KeyPath, given: str) -> str:
    where, place = path[:-2], path[-2]
    rungs = entries(edits.read(text), where)
    if place == len(rungs):
        if not given:
            return text
        afters = [r.get("after", 0) for r in rungs if isinstance(r, dict)]
        last = max((a for a in afters if isinstance(a, int)), default=-10)
        rung: dict[str, Any] = {"provider": given, "after": last + 10}
        if not rungs:
            rung = {"provider": given}
        return edits.insert(text, where, len(rungs), rung)
    return edits.put(text, path, given) if given else edits.take_out(text, path[:-1])


def _on_call(data: Any) -> list[Item]:
    fallback = ("on_call", "fallback")
    items = [
        Item((), "Whenever nobody else is", _tiers_line(data, fallback), 0,
             tier_specs(data, fallback, ()), name=fallback),
    ]  # fmt: skip
    items += [_override(data, n) for n in range(len(entries(data, ("on_call", "overrides"))))]
    items += [_rotation(data, n) for n in range(len(entries(data, ("on_call", "rotations"))))]
    for place in range(len(entries(data, ("on_call", "weekly")))):
        path: KeyPath = ("on_call", "weekly", place)
        specs = (
            Spec(("days",), "On these days", Put.MANY, DAYS, optional=False),
            Spec(("from",), "From", optional=False, share=HALF),
            Spec(("to",), "To, on the next day if earlier", optional=False, share=HALF),
            *tier_specs(data, ("tiers",), path),
        )
        hours = f"{words_at(data, *path, 'from')}–{words_at(data, *path, 'to')}"
        title = f"{day_words(data, *path, 'days') or 'Days'} {hours}"
        detail = _tiers_line(data, (*path, "tiers"))
        items.append(Item(path, title, detail, 0, specs, movable=True))
    for place in range(len(entries(data, ("on_call", "dated")))):
        path = ("on_call", "dated", place)
        specs = (
            Spec(("from",), "From", optional=False, share=HALF, help="2026-12-24T17:00"),
            Spec(("to",), "To", optional=False, share=HALF),
            *tier_specs(data, ("tiers",), path),
        )
        title = _stretch(data, path)
        detail = _tiers_line(data, (*path, "tiers"))
        items.append(Item(path, title, detail, 0, specs, movable=True))
    items += [_ladder(data, place) for place in range(len(entries(data, ("ladders",))))]
    return items


def _stretch(data: Any, path: KeyPath) -> str:
    """Return a time from a moment to another, as a row's title."""
    ends = (words_at(data, *path, key).replace("T", " ") for key in ("from", "to"))
    return " to ".join(end or "…" for end in ends)


def _rotation(data: Any, place: int) -> Item:
    path: KeyPath = ("on_call", "rotations", place)
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("people",), "Who takes turns, in this order", many=True, optional=False, share=HALF,
             help=f"Short names: {', '.join(code for code, _ in provider_options(data))}"),
        Spec(("starts",), "First day of the first turn", optional=False, share=THIRD,
             help="2026-12-24"),
        Spec(("hand_over",), "Handed over at", optional=False, share=THIRD, help="08:00"),
        Spec(("days",), "Days a turn", number=True, share=THIRD, default="7"),
        Spec(("weekdays",), "Only on these days (none ticked: every day)", Put.MANY, DAYS),
        Spec(("after",), "Called after … minutes", number=True, share=THIRD, default="0"),
    )  # fmt: skip
    title = words_at(data, *path, "name") or "People in turn"
    return Item(path, title, words_at(data, *path, "people"), 0, specs, movable=True)


def _override(data: Any, place: int) -> Item:
    path: KeyPath = ("on_call", "overrides", place)
    acts = (("add", "is on call as well"), ("replace", "is replaced"), ("remove", "is not on call"))
    providers = provider_options(data)
    act = words_at(data, *path, "act")
    specs: tuple[Spec, ...] = (
        Spec(("provider",), "Who", Put.PICK, providers, optional=False, share=HALF),
        Spec(("act",), "What changes", Put.PICK, acts, optional=False, share=HALF,
             write=_write_override),
        Spec(("from",), "From", optional=False, share=HALF, help="2026-12-24T17:00"),
        Spec(("to",), "To", optional=False, share=HALF),
    )  # fmt: skip
    if act == "replace":
        specs += (Spec(("by",), "By", Put.PICK, providers, optional=False, share=HALF),)
    if act == "add":
        specs += (Spec(("after",), "Called after … minutes", number=True, share=HALF, default="0"),)
    specs += (Spec(("note",), "Why", share=HALF),)
    who = dict(providers).get(words_at(data, *path, "provider"), "Somebody")
    title = f"{who} {dict(acts).get(act, '')}"
    return Item(path, title, _stretch(data, path), 0, specs, movable=True)


def _write_override(text: str, path: KeyPath, given: str) -> str:
    """What belongs to another kind of change goes with it."""
    base = path[:-1]
    text = edits.put(text, path, given)
    for key, act in (("by", "replace"), ("after", "add")):
        if act != given:
            text = write_value(text, (*base, key), None)
    if given == "replace" and find(edits.read(text), (*base, "by")) is None:
        options = provider_options(edits.read(text))
        text = edits.put(text, (*base, "by"), options[0][0] if options else "")
    return text


def _ladder(data: Any, place: int) -> Item:
    path: KeyPath = ("ladders", place)
    whom = (
        ("on_call", "Whoever is on call"),
        ("backup", "The backup"),
        ("supervisor", "The supervisor"),
        *provider_options(data),
        *((str(c.get("id", "")), str(c.get("name", ""))) for c in entries(data, ("contacts",))
          if isinstance(c, dict)),
    )  # fmt: skip
    steps = entries(data, (*path, "steps"))
    rungs: tuple[Spec, ...] = ()
    for number in range(len(steps) + 1):
        options = whom if number < len(steps) else (("", "Nobody more"), *whom)
        if 0 < number < len(steps):
            options = (("", "– take out –"), *whom)
        rungs += (
            Spec(("steps", number, "whom"), "First" if not number else "Then", Put.PICK, options,
                 share=HALF, write=_write_step),
        )  # fmt: skip
        if number < len(steps):
            acts = (("page", "is paged"), ("call", "is called"))
            rungs += (
                Spec(("steps", number, "act"), "", Put.PICK, acts, default="page", share=QUARTER),
                Spec(("steps", number, "after"), "after … minutes", number=True, default="0",
                     share=QUARTER),
                Spec(("steps", number, "by"), "by these ways (none: the person's own)", many=True,
                     help="sms, call, mail" if not number else ""),
            )  # fmt: skip
    modes = tuple((mode.value, label) for mode, label in MODES.items())
    priorities = tuple((p.value, p.value.capitalize()) for p in Priority)
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("every",), "Minutes a round", number=True, optional=False, share=QUARTER),
        Spec(("rounds",), "Rounds", number=True, default="1", share=QUARTER),
        *rungs,
        Spec(("human",), "After the last round", Put.PICK, whom, default="supervisor", share=HALF),
        Spec(("from",), "Only from", share=QUARTER),
        Spec(("to",), "to", share=QUARTER),
        Spec(("call_types",), "Only for (none ticked: every call)", Put.MANY, TYPE_OPTIONS),
        Spec(("priorities",), "Only when", Put.MANY, priorities),
        Spec(("modes",), "Only in", Put.MANY, modes),
    )
    title = words_at(data, *path, "name") or "A ladder"
    return Item(path, title, f"ladder, {len(steps)} steps", 0, specs, movable=True)


def _write_step(text: str, path: KeyPath, given: str) -> str:
    where, place = path[:-2], path[-2]
    steps = entries(edits.read(text), where)
    if place == len(steps):
        if not given:
            return text
        afters = [s.get("after", 0) for s in steps if isinstance(s, dict)]
        last = max((a for a in afters if isinstance(a, int)), default=-5)
        step: dict[str, Any] = {"whom": given, "after": last + 5} if steps else {"whom": given}
        return edits.insert(text, where, len(steps), step)
    return edits.put(text, path, given) if given else edits.take_out(text, path[:-1])


def _on_call_adds(data: Any) -> tuple[Add, ...]:
    options = provider_options(data)
    who = [{"provider": options[0][0] if options else ""}]
    weekly = {"days": ["mon"], "from": "17:00", "to": "08:00", "tiers": who}
    dated = {"from": "", "to": "", "tiers": who}
    code = options[0][0] if options else ""
    rotation = {"name": "", "people": [code], "starts": "", "hand_over": "08:00"}
    override = {"from": "", "to": "", "act": "remove", "provider": code}
    ladder = {"name": "", "steps": [{"whom": "on_call"}], "every": 15}
    return (
        Add("override", "A change for a while", ("on_call", "overrides"), override),
        Add("rotation", "People in turn", ("on_call", "rotations"), rotation),
        Add("weekly", "A weekly shift", ("on_call", "weekly"), weekly),
        Add("dated", "A shift on one date", ("on_call", "dated"), dated),
        Add("ladder", "A ladder", ("ladders",), ladder),
    )


ON_CALL = Section("on_call", "On call", _on_call, ("on_call", "ladders"), _on_call_adds)
