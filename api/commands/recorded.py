"""``ict explain`` and ``ict replay``: questions about what was decided."""

from agent.service import open_service
from agent.settings import Settings
from api.explanation_document import explanation_document
from api.state import DEFAULT_OWNER
from api.terminal.explanation_tree import show_explanation
from api.terminal.screen import Screen


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
