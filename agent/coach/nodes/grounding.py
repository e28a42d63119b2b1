"""The last node: whether the answer is supported; if not, one attempt to have it so, then what is left is marked."""

from dataclasses import asdict
from typing import Any, Final

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from agent.coach.budget import check_budget
from agent.coach.checking import Judged, judge, judge_refusal
from agent.coach.grounding.check import repair_request
from agent.coach.grounding.claims import Report
from agent.coach.marked import marked
from agent.coach.models.reply import LENGTH
from agent.coach.state import CoachState, Repair, read_draft
from agent.coach.turn import Coach, CoachContext
from tools.errors import BudgetSpent
from tools.times import iso_utc

_MOST_REPAIRS: Final = 1
_REPAIR_STEPS: Final = 3
"""Of the run: this node, the model, and this node again."""
_CUT: Final = "\n\n[This answer was cut: the model reached its limit of output.]"
_INSTEAD: Final = {
    "advice": "Your answer advises to trade, and it must not: {refusal} Answer again without any advice to enter, and "
    "say this instead.",
    "language": "Your answer is not in English, and only English can be checked. Write all of it again in English.",
}


async def grounding(state: CoachState, runtime: Runtime[CoachContext]) -> dict[str, Any]:
    """Check the draft against the tools' answers and the user's words; say it to the user, or ask for a repair.

    This is where an answer enters the conversation, and nowhere else: before, it is a draft.
    """
    coach, draft = runtime.context.coach, read_draft(state)
    judged = await judge(str(draft.text), state, runtime.context)
    if judged.stands:
        return _finish(state, runtime, draft, judged.text, judged.report)
    will_repair = state["repairs"] < _MOST_REPAIRS and _can_repair(state, coach)
    runtime.stream_writer(judged.flagged(draft, will_repair=will_repair))
    if will_repair:
        repair = Repair(draft=judged.text, request=_request(judged))
        shown = {"usage": state["spending"]}  # a state is streamed, in which what was streamed of the draft is not
        return {"draft": None, "repairs": state["repairs"] + 1, "repair": repair, **shown}
    if judged.refusal is not None:
        report = await judge_refusal(judged.refusal, state, runtime.context)
        return _finish(state, runtime, draft, judged.refusal.text, report)
    return _finish(state, runtime, draft, judged.text, judged.report)


def _can_repair(state: CoachState, coach: Coach) -> bool:
    try:
        check_budget(state["spending"], coach.limits)
    except BudgetSpent:
        return False
    return state["remaining_steps"] >= _REPAIR_STEPS


def _request(judged: Judged) -> str:
    asked = [] if judged.report.is_grounded else [repair_request(judged.report)]
    if judged.refusal is not None:
        asked.append(_INSTEAD[judged.refusal.kind].format(refusal=judged.refusal.text))
    return "\n\n".join(asked)


def _finish(
    state: CoachState, runtime: Runtime[CoachContext], draft: AIMessage, checked: str, report: Report
) -> dict[str, Any]:
    coach = runtime.context.coach
    response, claims = marked(checked, report)
    if draft.response_metadata.get("finish_reason") == LENGTH:
        response += _CUT
    citations = [asdict(one) for one in report.citations]
    shared = {
        "timestamp": iso_utc(coach.clock()),
        "phase": state["phase"],
        "model": coach.model.name,
        "citations": citations,
        "claims": claims,
        "grounded": report.is_grounded,
    }
    runtime.stream_writer(
        {
            "type": "message.completed",
            "message_id": draft.id,
            "response": response,
            **shared,
            "mode": state["mode"],
            "context_meta": state["context_meta"],
            "usage": state["spending"],
        }
    )
    final = draft.model_copy(update={"content": response, "additional_kwargs": {"ict": shared}})
    return {
        "messages": [final],
        "citations": citations,
        "claims": claims,
        "grounded": report.is_grounded,
        "usage": state["spending"],
        "draft": None,
        "repair": None,
    }
