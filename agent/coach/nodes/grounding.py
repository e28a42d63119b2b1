"""The last node: whether the answer is supported; if not, one attempt to have it so, then what is left is marked."""

from dataclasses import asdict
from typing import Any, Final

from langchain_core.messages import AIMessage, RemoveMessage
from langgraph.runtime import Runtime

from agent.coach.budget import check_budget
from agent.coach.checking import Judged, judge
from agent.coach.grounding.check import mark, repair_request
from agent.coach.grounding.claims import Report
from agent.coach.models.reply import LENGTH
from agent.coach.state import CoachState, Repair
from agent.coach.turn import Coach, CoachContext
from tools.errors import BudgetSpent
from tools.times import iso_utc

_MOST_REPAIRS: Final = 1
_CUT: Final = "\n\n[This answer was cut: the model reached its limit of output.]"
_NO_ADVICE: Final = (
    "Your answer advises to trade, and it must not: {refusal} Answer again without any advice to enter, and say this "
    "instead."
)


async def grounding(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Check the answer against the tools' answers and the user's words; finish the turn, or ask for a repair."""
    coach, draft = runtime.context.coach, state["messages"][-1]
    assert isinstance(draft, AIMessage), "only a model's answer leads here"
    judged = await judge(str(draft.text), state, coach)
    if judged.stands:
        return _finish(state, runtime, draft, judged.text, judged.report)
    will_repair = state["repairs"] < _MOST_REPAIRS and _can_pay(state, coach)
    runtime.stream_writer(judged.flagged(draft, will_repair=will_repair))
    if will_repair:
        repair = Repair(draft=judged.text, request=_request(judged))
        removed = RemoveMessage(id=str(draft.id))
        return {"messages": [removed], "repairs": state["repairs"] + 1, "repair": repair}
    if judged.refusal is not None:
        refusal = await judge(judged.refusal.text, state, coach)
        return _finish(state, runtime, draft, refusal.text, refusal.report)
    return _finish(state, runtime, draft, mark(judged.text, judged.report), judged.report)


def _can_pay(state: CoachState, coach: Coach) -> bool:
    try:
        check_budget(state["usage"], coach.limits)
    except BudgetSpent:
        return False
    return True


def _request(judged: Judged) -> str:
    asked = [] if judged.report.is_grounded else [repair_request(judged.report)]
    if judged.refusal is not None:
        asked.append(_NO_ADVICE.format(refusal=judged.refusal.text))
    return "\n\n".join(asked)


def _finish(
    state: CoachState, runtime: Runtime[CoachContext], draft: AIMessage, response: str, report: Report
) -> dict[str, Any]:
    coach = runtime.context.coach
    if draft.response_metadata.get("finish_reason") == LENGTH:
        response += _CUT
    claims = [{**asdict(claim), "sources": list(claim.sources)} for claim in report.claims]
    citations = [asdict(one) for one in report.citations]
    shared = {
        "timestamp": iso_utc(coach.clock()),
        "phase": state["phase"],
        "model": coach.model.name,
        "citations": citations,
        "claims": claims,
    }
    runtime.stream_writer(
        {
            "type": "message.completed",
            "message_id": draft.id,
            "response": response,
            **shared,
            "mode": state["mode"],
            "context_meta": state["context_meta"],
            "usage": state["usage"],
        }
    )
    told = {"ict": {**shared, "grounded": report.is_grounded}}
    final = draft.model_copy(update={"content": response, "additional_kwargs": told})
    return {"messages": [final], "citations": citations, "claims": claims, "repair": None}
