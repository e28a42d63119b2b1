"""Whether what the coach is about to say stands: claims supported, advice borne by a decision, and in English."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from langchain_core.messages import AIMessage, HumanMessage

from agent.coach.grounding.acting import acting
from agent.coach.grounding.advice import NewestDecision, advice_against, market_in_focus
from agent.coach.grounding.check import check_answer
from agent.coach.grounding.claims import Evidence, Report
from agent.coach.grounding.decided import Refusal
from agent.coach.grounding.english import foreign_passage
from agent.coach.grounding.markets_named import markets_named
from agent.coach.grounding.plain_words import plain_words
from agent.coach.models.context import read_context
from agent.coach.state import CoachState
from agent.coach.turn import CoachContext

_ONLY_ENGLISH: Final = "I can only be checked in English, so I answer in English."


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, its claims, and the refusal that takes its place where it advises or cannot be checked."""

    text: str
    report: Report
    refusal: Refusal | None

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
            told = {"text": self.text, "kind": self.refusal.kind, "reason": self.refusal.reason}
            claims.append({**told, "start": 0, "end": len(self.text)})
        return {"type": "claim.flagged", "message_id": message.id, "claims": claims, "will_repair": will_repair}


async def judge(text: str, state: CoachState, context: CoachContext) -> Judged:
    """Check a text against the tools' answers and the user's own words, and its advice against the newest decisions.

    Off the loop, since a thread may be long. The database is read only where the text speaks of acting, or is not
    English.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    report = await asyncio.to_thread(_report, text, state, context, state.get("evidence", []))
    return Judged(text, report, await _refusal(text, state, context))


async def judge_refusal(refusal: Refusal, state: CoachState, context: CoachContext) -> Report:
    """Check what is said in place of an answer; what the record says supports it, too."""
    known = [*state.get("evidence", []), refusal.evidence()]
    return await asyncio.to_thread(_report, refusal.text, state, context, known)


def _report(text: str, state: CoachState, context: CoachContext, evidence: Sequence[Evidence]) -> Report:
    return check_answer(text, evidence, _said(state), context.coach.known_rules)


async def _refusal(text: str, state: CoachState, context: CoachContext) -> Refusal | None:
    newest = partial(context.coach.newest, context.owner_id)
    symbol = _symbol(state)
    foreign = await asyncio.to_thread(foreign_passage, text)
    if foreign is not None:
        return await _in_english(foreign, symbol, newest)
    question = (_said(state) or [""])[-1]
    acts = await asyncio.to_thread(acting, text, question, tuple(event_titles(state.get("evidence", []))))
    if not acts:
        return None
    asked = markets_named(plain_words(question))
    return await advice_against(acts, asked, symbol, newest, context.coach.clock())


async def _in_english(foreign: str, symbol: str | None, newest: NewestDecision) -> Refusal:
    decision = None if symbol is None else await newest(symbol)
    told = "" if decision is None else f" {_begun(decision.in_words())}."
    return Refusal("language", _ONLY_ENGLISH + told, "only English can be checked", foreign, decision, symbol)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _said(state: CoachState) -> list[str]:
    return [str(message.text) for message in state["messages"] if isinstance(message, HumanMessage)]


def _symbol(state: CoachState) -> str | None:
    """Return the market the conversation is about: that of the newest analysis, else that of the moment."""
    moment = read_context(state["context"])
    return market_in_focus(state.get("symbol") or (None if moment is None else moment.symbol))


def event_titles(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Yield the titles of the scheduled events that tools told of."""
    for one in evidence:
        if one["tool"] == "economic_events" and one["answer"].startswith("{"):
            for event in json.loads(one["answer"]).get("events") or ():
                yield str(event["title"])
