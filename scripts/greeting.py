"""The first words of a call and the phrases of its form, from the practice's own templates.

A template may only name what it is given and choose between words: no loops, calls, filters or
arithmetic, so a file from outside can neither reach anything nor keep the window waiting.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scripts import hours
from scripts.calltypes import Mode
from scripts.practice import Greeting, Practice
from scripts.spoken import spoken_clock

NAMES: Final = ("practice", "agent", "part_of_day", "mode", "next_opening")
"""What a template may name."""

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
_MODE_WORDS: Final = {
    Mode.PRIMARY: "front desk",
    Mode.OVERFLOW: "overflow",
    Mode.AFTER_HOURS: "after hours",
}
_environment: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


class BadTemplate(ValueError):
    """A greeting that cannot be said; its text is a sentence for the supervisor."""


def check_template(source: str) -> None:
    """Raise `BadTemplate` unless the greeting can be said at any moment."""
    try:
        tree = _environment.parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(f"cannot be read as a greeting: {error.message}") from error
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name) and node.name not in NAMES:
            known = ", ".join(NAMES)
            raise BadTemplate(f"names {{{{ {node.name} }}}}, which is not known; use {known}")
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__.lower()
            raise BadTemplate(f"uses “{kind}”; only names and if are allowed in a greeting")


def say_greeting(practice: Practice, moment: datetime, agent: str, dialled: str = "") -> str:
    """Return the words to answer with. `agent` is the receptionist's first name, `dialled` the
    number called, in E.164, which may have a greeting of its own."""
    return greet(practice, hours.at(practice, moment), agent, dialled)


def greet(practice: Practice, coverage: hours.Coverage, agent: str, dialled: str = "") -> str:
    """Return the words to answer with, where how the practice stands is known already."""
    source = _choose(practice.greeting(coverage.mode, dialled), coverage.state)
    return _rendered(source, practice, coverage, agent)


def phrase(words: str, practice: Practice, coverage: hours.Coverage, agent: str) -> str:
    """Return words to say, with what they name put in. Most name nothing."""
    return _rendered(words, practice, coverage, agent) if _names_something(words) else words


def phrase_wrong(words: str | None) -> str:
    """Return what is wrong with words to say as a template; "" for nothing."""
    if words is None or not _names_something(words):
        return ""
    try:
        check_template(words)
    except BadTemplate as error:
        return str(error)
    return ""


def _names_something(words: str) -> bool:
    return "{" in words


def _rendered(source: str, practice: Practice, coverage: hours.Coverage, agent: str) -> str:
    # Worked out only where it is named: most greetings do not, and a call is ringing.
    opening = spoken_opening(practice, coverage) if "next_opening" in source else ""
    return _template(source).render(
        practice=practice.spoken_name,
        agent=agent,
        part_of_day=part_of_day(coverage.local),
        mode=_MODE_WORDS[coverage.mode],
        next_opening=opening,
    )


def part_of_day(local: datetime) -> str:
    """Return the word a caller is greeted with: morning until noon, afternoon until five."""
    if local.hour < 5 or local.hour >= 17:
        return "evening"
    return "morning" if local.hour < 12 else "afternoon"


def spoken_opening(practice: Practice, coverage: hours.Coverage) -> str:
    """Return when the doors open next, as it is said: “tomorrow at eight”."""
    next_one = coverage.opens_at or hours.next_opening(practice, coverage.local)
    if next_one is None:
        return "our next opening"
    opens = next_one.astimezone(practice.zone)
    return f"{hours.spoken_day(opens.date(), coverage.local.date())} at {spoken_clock(opens)}"


def _choose(greeting: Greeting, state: hours.OpenState) -> str:
    if state is hours.OpenState.HOLIDAY:
        return greeting.holiday or greeting.closed or greeting.default
    chosen: str | None = getattr(greeting, state.value)
    return chosen or greeting.default


@lru_cache(maxsize=1024)
def _template(source: str) -> Template:
    return _environment.from_string(source)
