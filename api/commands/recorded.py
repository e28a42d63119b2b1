"""``ict explain``, ``ict what-if`` and ``ict replay``: questions about what was decided."""

from collections.abc import Sequence

from agent.service import open_service
from agent.settings import Settings
from api.explanation_document import explanation_document, what_if_document
from api.state import DEFAULT_OWNER
from api.terminal.explanation_tree import show_explanation
from api.terminal.screen import Screen
from api.terminal.what_if_view import show_what_if
from rulebook.facts import Scalar
from tools.errors import InvalidParameter


async def explain(run_id: str, settings: Settings, *, as_json: bool) -> None:
    """Print why a run decided as it did.

    Raises:
        RunNotFound, RunNotDecided: there is no such run, or no decision in it.
    """
    async with open_service(settings) as service:
        explanation = await service.runs.explain(run_id, owner_id=DEFAULT_OWNER)
    document = explanation_document(explanation)
    screen = Screen()
    if as_json:
        screen.json(document)
    else:
        show_explanation(screen, document)


async def what_if(
    run_id: str, profile: str | None, assignments: Sequence[str], settings: Settings, *, as_json: bool
) -> None:
    """Print what a run would have come to by another profile, or on other facts.

    Args:
        run_id: the run's id.
        profile: by whose rules to walk again; or
        assignments: ``fact=value`` each; ``true``, ``false``, ``unknown``, a number or a text.
        settings: where the runs lie.
        as_json: print the wire document instead.

    Raises:
        RunNotFound, RunNotDecided: there is no such run, or no decision in it.
        DataError: an assignment, a fact or the profile cannot be.
    """
    facts = dict(_assigned(text) for text in assignments) or None
    async with open_service(settings) as service:
        answer = await service.runs.what_if(run_id, owner_id=DEFAULT_OWNER, profile=profile, facts=facts)
    document = what_if_document(answer)
    screen = Screen()
    if as_json:
        screen.json(document)
    else:
        show_what_if(screen, document)


_WORDS: dict[str, Scalar | None] = {"true": True, "false": False, "unknown": None}


def _assigned(text: str) -> tuple[str, Scalar | None]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InvalidParameter(
            f"--set {text} is no assignment",
            field="--set",
            expected="fact=value, as session.in_kill_zone=true",
            got=text,
        )
    return name, _value(value)


def _value(text: str) -> Scalar | None:
    if text in _WORDS:
        return _WORDS[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


async def replay(decision_id: str, settings: Settings, *, as_json: bool) -> bool:
    """Walk again over a decision's recorded inputs and print whether the same bytes come out; return whether.

    Raises:
        DecisionNotFound: there is no such decision.
    """
    async with open_service(settings) as service:
        outcome = await service.runs.replay(decision_id, owner_id=DEFAULT_OWNER)
    screen = Screen()
    if as_json:
        screen.json(
            {
                "decision_id": outcome.decision_id,
                "identical": outcome.is_identical,
                "recorded_hash": outcome.recorded_hash,
                "replayed_hash": outcome.replayed_hash,
            }
        )
    else:
        screen.line("the same bytes" if outcome.is_identical else "OTHER BYTES", "bold")
        screen.field("recorded", outcome.recorded_hash)
        screen.field("replayed", outcome.replayed_hash)
    return outcome.is_identical
