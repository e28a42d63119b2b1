"""The first node: what the moment is, and a clean sheet for the turn."""

from typing import Any

from langgraph.runtime import Runtime

from agent.coach.budget import check_turns, new_turn
from agent.coach.models.context import ConversationContext, write_context
from agent.coach.state import CoachState
from agent.coach.together import both
from agent.coach.turn import Coach, CoachContext, thread_of


async def prepare(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Read the moment, and put away what is left of the last turn.

    Raises:
        BudgetSpent: the thread holds as many questions as it may.
        StoreUnavailable: the database did not answer.
    """
    coach, owner_id = runtime.context.coach, runtime.context.owner_id
    check_turns(state["messages"], coach.limits)
    moment, spent = await both(
        _moment(coach, owner_id, state), coach.ledger.spent(thread_of(runtime), owner_id=owner_id)
    )
    usage = new_turn(spent)
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
        "grounded": None,
        "usage": usage,
        "spending": usage,
        "draft": None,
        "steps": 0,
        "repairs": 0,
        "repair": None,
    }


async def _moment(coach: Coach, owner_id: str, state: CoachState) -> ConversationContext:
    return await coach.moment(owner_id, state.get("run_id"), state.get("symbol"))
