"""One turn: what is asked, about what, and what is answered already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.coach.models.offline.conversation import Call, Conversation, Row
from agent.coach.models.offline.question import Question, read_question
from agent.coach.models.offline.reference import Reference, is_whole
from agent.coach.models.offline.sizing import NOTHING_GIVEN, Sizing
from agent.coach.models.offline.supposing import NOTHING_SUPPOSED, Supposed


@dataclass(frozen=True, slots=True)
class Subject:
    """What the last question is about; what it leaves out is taken from those before it.

    Attributes:
        intent: name of an intent.
        symbol_before: the market spoken of before this one; None where it is the same.
        topic: of the last question that had a subject; None before the first.
        question: the last one.
        reference: which recorded decisions it names.
        supposed: what a what-if supposes.
        sizing: what a position is to be sized by.
    """

    intent: str
    topic: str | None
    question: Question
    symbol: str | None
    symbol_before: str | None
    reference: Reference
    rule_id: str | None
    timeframe: str | None
    session: str | None
    profile: str | None
    chart_tool: str | None
    supposed: Supposed
    sizing: Sizing

    @property
    def run_id(self) -> str | None:
        """The first id that is named in full."""
        return next((one for one in self.reference.ids if is_whole(one)), None)


NOTHING_KNOWN: Final = Subject(
    "unknown", None, read_question(""), None, None, Reference(), None, None, None, None, None, NOTHING_SUPPOSED,
    NOTHING_GIVEN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A conversation and its subject."""

    conversation: Conversation
    subject: Subject

    @property
    def symbol(self) -> str | None:
        """The market asked about: the one named, the one talked about, the one in focus."""
        context = self.conversation.context
        return self.subject.symbol or (None if context is None else context.symbol)

    @property
    def market(self) -> str | None:
        """The same, or else the market of the decision that was read."""
        return self.symbol or (self.decision or {}).get("symbol")

    @property
    def decision(self) -> Row | None:
        """The decision that tools told of in this turn."""
        for tool in ("explain_decision", "run_analysis", "why_not", "what_if", "compare_decisions"):
            told = self.conversation.told(tool)
            if told is not None and isinstance(told.get("decision"), Mapping):
                decision: Row = told["decision"]
                return decision
        return None

    @property
    def mode_now(self) -> str | None:
        """What the clock's tool says of the mode there is now; None where it was not asked."""
        mode = (self.told("session_now") or {}).get("mode")
        return mode if isinstance(mode, str) else None

    def told(self, tool: str) -> Row | None:
        """What a tool answered in this turn."""
        return self.conversation.told(tool)

    def row(self, tool: str, key: str) -> Row:
        """An object within a tool's answer; empty where there is none."""
        found = (self.told(tool) or {}).get(key)
        return found if isinstance(found, Mapping) else {}

    def rows(self, tool: str, key: str) -> list[Row]:
        """The objects of a list within a tool's answer; empty where there are none."""
        found = (self.told(tool) or {}).get(key)
        return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

    def texts(self, tool: str, key: str) -> list[str]:
        """The texts of a list within a tool's answer; empty where there are none."""
        found = (self.told(tool) or {}).get(key)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def asked(self, call: Call) -> Row | None:
        """What came of one call of this turn; None where it was refused, or not made."""
        answer = self.conversation.answer(call)
        return None if answer is None else answer.told

    def is_open(self, call: Call) -> bool:
        """Whether a call can be made and was not."""
        return call.tool in self.conversation.tools and self.conversation.answer(call) is None
