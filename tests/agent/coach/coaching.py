"""A coach over a scripted model on a real port, with a handful of tools of its own and no database."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool
from langgraph.checkpoint.memory import InMemorySaver

from agent.coach.assistant import new_coach
from agent.coach.graph import Graph, coach_graph
from agent.coach.grounding.decided import Decided
from agent.coach.input import read_input
from agent.coach.models.context import ConversationContext
from agent.coach.models.factory import speaking_model
from agent.coach.toolbox.arguments import InstrumentArguments
from agent.coach.toolbox.chart_tool import chart_tool
from agent.coach.toolbox.decision_arguments import RunArguments
from agent.coach.turn import CoachContext
from agent.settings import CoachLimits, ModelSettings
from tests.model_server import ScriptedModel
from tools.errors import InvalidParameter, StoreUnavailable

NOW: Final = 1_705_500_000
RUN_ID: Final = "0d9b5b1e6a574f6b9d5c5d1c62f4a001"
NEW_RUN_ID: Final = "0d9b5b1e6a574f6b9d5c5d1c62f4a002"
OWNER: Final = "owner-of-this-test"
RULES: Final = {"2.2": "Liquidity sweep", "4.1": "Inside a kill zone", "1.1": "Higher-timeframe bias"}


@dataclass
class Toolbox:
    """The tools, and what they were asked: (owner, tool, arguments)."""

    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    barrier: asyncio.Barrier | None = None

    def tools(self, *, owner_id: str) -> Sequence[BaseTool]:
        def tool(name: str, arguments: type[Any], answer: Callable[[Any], dict[str, Any]]) -> BaseTool:
            async def run(wanted: Any) -> str:
                self.asked.append((owner_id, name, wanted.model_dump()))
                if self.barrier is not None:
                    await self.barrier.wait()
                return json.dumps({"tool": name, **answer(wanted)}, separators=(",", ":"))

            return chart_tool(name, f"Ask {name}.", arguments, run)

        return [
            tool("explain_decision", RunArguments, lambda wanted: explained(wanted.run_id)),
            tool("run_analysis", InstrumentArguments, lambda wanted: explained(NEW_RUN_ID, wanted.symbol)),
            tool("last_close", InstrumentArguments, lambda wanted: {"symbol": wanted.symbol, "last_close": 1.0851}),
            tool("refuses", InstrumentArguments, refuses),
            tool("fails", InstrumentArguments, fails),
        ]


def explained(run_id: str | None, symbol: str = "EURUSD") -> dict[str, Any]:
    """What explain_decision says of a decision not to trade."""
    verdict = {"rule": "2.2", "name": RULES["2.2"], "outcome": "fail", "sentence": "No pool was swept."}
    return {
        "decision": {"run_id": run_id, "symbol": symbol, "status": "NO_TRADE", "as_of": "2024-01-17T13:45Z"},
        "deciding_rules": [verdict],
        "summary": ["NO_TRADE: rule 2.2 fails, no pool was swept."],
    }


def refuses(wanted: Any) -> dict[str, Any]:
    raise InvalidParameter(f"there is no market {wanted.symbol}", field="symbol")


def fails(wanted: Any) -> dict[str, Any]:
    raise StoreUnavailable("the database did not answer")


@dataclass
class Conversation:
    """One thread with the coach, and all that its newest turn streamed."""

    graph: Graph
    context: CoachContext
    toolbox: Toolbox
    thread_id: str = "thread"
    events: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[tuple[BaseMessage, dict[str, Any]]] = field(default_factory=list)
    callbacks: Sequence[BaseCallbackHandler] = ()

    async def say(self, text: str, **about: str) -> dict[str, Any]:
        """Take a turn and return the state after it."""
        self.events, self.pieces = [], []
        config: Any = {
            "configurable": {"thread_id": self.thread_id}, "callbacks": list(self.callbacks), "recursion_limit": 60
        }  # fmt: skip
        given: Any = read_input({"messages": [{"type": "human", "content": text}], **about})
        stream = self.graph.astream(given, config, context=self.context, stream_mode=["custom", "messages"])
        async for mode, told in stream:
            if mode == "custom":
                self.events.append(told)  # type: ignore[arg-type]
            else:
                self.pieces.append(told)  # type: ignore[arg-type]
        return await self.state()

    async def state(self) -> dict[str, Any]:
        """Return the whole state as it stands."""
        snapshot = await self.graph.aget_state({"configurable": {"thread_id": self.thread_id}})
        return dict(snapshot.values)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the newest turn's events of one kind."""
        return [event for event in self.events if event["type"] == kind]

    @property
    def completed(self) -> dict[str, Any]:
        """The newest turn's one ending."""
        (event,) = self.told("message.completed")
        return event


@asynccontextmanager
async def conversation(
    scripted: ScriptedModel,
    limits: CoachLimits | None = None,
    *,
    mode: str = "ANALYSIS_ONLY",
    input_cost: float | None = None,
    output_cost: float | None = None,
) -> AsyncIterator[Conversation]:
    """Open a thread with a coach whose model is the scripted one."""
    settings = ModelSettings(
        "test-model", scripted.base_url, "sk", timeout_s=20, retries=0, input_cost=input_cost, output_cost=output_cost
    )
    named, toolbox = speaking_model(settings), Toolbox()

    async def newest(owner_id: str, symbol: str) -> Decided | None:
        assert owner_id == OWNER
        if symbol not in ("EURUSD", "AUDUSD"):
            return None
        if symbol == "AUDUSD":
            return Decided(NEW_RUN_ID, symbol, "TRADE_NOW", NOW - 600, 2_100, "long")
        return Decided(
            RUN_ID, symbol, "NO_TRADE", NOW - 600, 2_100, None, "2.2", RULES["2.2"], "No pool was swept."
        )  # fmt: skip

    async def moment(owner_id: str, run_id: str | None, symbol: str | None) -> ConversationContext:
        focus = run_id or (RUN_ID if symbol in (None, "EURUSD") else None)
        return ConversationContext(
            now="2024-01-17T14:00:00Z", phase="kill_zone", mode=mode, run_id=focus, symbol=symbol or "EURUSD",
            market_open=True, kill_zone="new_york_am",
        )  # fmt: skip

    coach = new_coach(
        named,
        limits or CoachLimits(),
        tools=toolbox.tools,
        moment=moment,
        newest=newest,
        known_rules=RULES,
        clock=lambda: NOW,
    )
    try:
        yield Conversation(coach_graph(InMemorySaver()), CoachContext(coach, OWNER), toolbox)
    finally:
        await named.close()


def newest(state: dict[str, Any]) -> AIMessage:
    """Return a state's newest message, which the coach said."""
    message = state["messages"][-1]
    assert isinstance(message, AIMessage)
    return message
