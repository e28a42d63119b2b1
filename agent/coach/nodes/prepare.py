"""The first node: what the moment is, and a clean sheet for the turn."""

from typing import Any

from langgraph.runtime import Runtime

from agent.coach.budget import new_turn
from agent.coach.models.context import write_context
from agent.coach.state import CoachState
from agent.coach.turn import CoachContext


async def prepare(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Read the moment, and put away what is left of the last turn.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    coach, owner_id = runtime.context.coach, runtime.context.owner_id
    moment = await coach.moment(owner_id, state.get("run_id"), state.get("symbol"))
    return {
        "run_id": state.get("run_id"),
        "symbol": state.get("symbol"),
        "phase": moment.phase,
        "mode": moment.mode,
        "model": coach.model.name,
        "context": write_context(moment),
        "citations": [],
        "context_meta": [],
        "claims": [],
        "usage": new_turn(state.get("usage")),
        "steps": 0,
        "repairs": 0,
        "repair": None,
    }
