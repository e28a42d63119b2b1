"""Whether what the coach is about to say stands: every claim supported, and no advice against a decision."""

import asyncio
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage

from agent.coach.grounding.advice import AdviceRefusal, advice_against
from agent.coach.grounding.check import check_answer
from agent.coach.grounding.claims import Report
from agent.coach.state import CoachState
from agent.coach.turn import Coach


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, its claims, and the refusal that takes its place where it advises against a decision."""

    text: str
    report: Report
    refusal: AdviceRefusal | None

    @property
    def stands(self) -> bool:
        """Whether it may be said as it is."""
        return self.report.is_grounded and self.refusal is None

    def flagged(self, message: AIMessage, *, will_repair: bool) -> dict[str, Any]:
        """Return the event that says what does not stand, and whether the message is withdrawn for another."""
        claims = [
            {"text": claim.text, "kind": claim.kind, "reason": claim.reason, "start": claim.start, "end": claim.end}
            for claim in self.report.unsupported
        ]
        if self.refusal is not None:
            end = len(self.text)
            claims.append({"text": self.text, "kind": "advice", "reason": self.refusal.text, "start": 0, "end": end})
        return {"type": "claim.flagged", "message_id": message.id, "claims": claims, "will_repair": will_repair}


async def judge(text: str, state: CoachState, coach: Coach) -> Judged:
    """Check a text against the tools' answers and the user's own words; off the loop, since a thread may be long."""
    return await asyncio.to_thread(_judge, text, state, coach)


def _judge(text: str, state: CoachState, coach: Coach) -> Judged:
    evidence = state.get("evidence", [])
    said = [str(message.text) for message in state["messages"] if isinstance(message, HumanMessage)]
    return Judged(text, check_answer(text, evidence, said, coach.known_rules), advice_against(text, evidence))
