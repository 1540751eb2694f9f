"""Start-up check that every action, precondition and opinion act has all its parts.

Without this check the first user who clicks the button would find the gap. `domain.actions` and `domain.opinions`
define the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from portal.domain.actions import ACTIONS, Action, Precondition, TransitionRequest
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.opinions import OPINION_ACTS, OpinionAct
from portal.domain.permissions import PERMISSIONS
from portal.services.review.effects import EFFECTS
from portal.services.review.opinion_acts import HANDLERS
from portal.services.review.preconditions import CHECKS, REQUEST_ATTRIBUTES


class Incomplete(Exception):
    """The message says where to write each missing part."""


def require_complete() -> None:
    """Raises Incomplete with the list of all missing parts."""
    missing = [*_missing_of_actions(), *_missing_of_preconditions(), *_missing_of_opinion_acts()]
    if missing:
        raise Incomplete("The specification is incomplete:\n" + "\n".join(f"- {each}" for each in missing))


def _missing_of_actions() -> Iterator[str]:
    for name, action in ACTIONS.items():
        yield from _missing(f"action {name!r}", _parts_of_action(name, action))
    for name in EFFECTS.keys() - ACTIONS.keys():
        yield f"effect {name!r} belongs to no action: add the action to ACTIONS in domain/actions.py, or remove it"


def _parts_of_action(name: str, action: Action) -> Iterator[tuple[bool, str]]:
    """Pairs of (whether the part is there, what to write)."""
    yield name == action.name, "be keyed by its own name in ACTIONS"
    yield bool(action.sources), "name the states it starts from: `sources` in domain/actions.py"
    yield name in EFFECTS, "have an effect: a function in services/review/effects.py, entered in EFFECTS"
    yield action.permission in PERMISSIONS, "have a rule for its permission: PERMISSIONS in domain/permissions.py"
    yield name in AUDIT_EVENTS, "have an audit event: AUDIT_EVENTS in domain/audit_events.py"
    words = action.words
    yield all((words.button, words.question, words.done)), "have all its `words`: button, question, done"
    yield _is_formattable(action), "hold no names in its question but {target} and {submission}"
    yield all((action.look.style, action.look.icon)), "have its whole `look`: style, icon"
    asked = {field.name for field in action.asks}
    yield asked <= {field.name for field in fields(TransitionRequest)}, "ask for what TransitionRequest has"
    needed = {REQUEST_ATTRIBUTES.get(precondition, "digest") for precondition in action.preconditions} - {"digest"}
    yield needed <= asked, "ask for what its preconditions check: `asks` in domain/actions.py"


def _is_formattable(action: Action) -> bool:
    try:
        return bool(action.question(None, 1))
    except (KeyError, IndexError, ValueError):
        return False


def _missing_of_preconditions() -> Iterator[str]:
    for precondition in Precondition:
        parts = (
            (precondition in CHECKS, "have a check: a function in services/review/preconditions.py, entered in CHECKS"),
            (bool(precondition.label), "have words: its value in domain/actions.py"),
        )
        yield from _missing(f"precondition {precondition.name}", parts)


def _missing_of_opinion_acts() -> Iterator[str]:
    for name, act in OPINION_ACTS.items():
        yield from _missing(f"opinion act {name!r}", _parts_of_opinion_act(name, act))


def _parts_of_opinion_act(name: str, act: OpinionAct) -> Iterator[tuple[bool, str]]:
    words = act.words
    yield name == act.name, "be keyed by its own name in OPINION_ACTS"
    yield act.permission in PERMISSIONS, "have a rule for its permission: PERMISSIONS in domain/permissions.py"
    yield not act.step or bool(words.thread), "have a word for its step in the thread: `words.thread`"
    if act.event:
        yield act.event in AUDIT_EVENTS, "have an audit event: AUDIT_EVENTS in domain/audit_events.py"
        yield name in HANDLERS, "be carried out: a function in services/review/opinion_acts.py, entered in HANDLERS"
        yield all((words.button, words.record)), "have `words`: button, record"
        yield not act.sources or bool(words.refused), "have a sentence for a wrong state: `words.refused`"


def _missing(what: str, parts: Iterable[tuple[bool, str]]) -> Iterator[str]:
    yield from (f"{what} must {duty}" for is_there, duty in parts if not is_there)
