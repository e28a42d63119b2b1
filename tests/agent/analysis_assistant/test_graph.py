"""The `analysis` graph follows a recorded run step by step, ends where that ends, and ends it where it is ended."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.analysis.request import AnalysisRequest
from agent.analysis.walk import WalkEvent
from agent.analysis_assistant.assistant import analysis_assistant
from agent.analysis_assistant.following import AnalysisContext
from agent.analysis_assistant.graph import ACCEPT, analysis_graph
from agent.runs.service import Runs
from agent.threads.assistants import Assistant
from rulebook.facts import NODES
from rulebook.loader import Rulebook
from tests.agent.runs.conftest import OpenRuns
from tests.agent.runs.scripted_walk import ScriptedWalk, request
from tools.errors import InvalidParameter, NodeFailed, RunNotDecided

pytestmark = pytest.mark.anyio
OWNER = "somebody"
CONFIG: Any = {"configurable": {"thread_id": "a-thread"}}
GIVEN = {"symbol": "EURUSD", "timeframe_bars": {"15m": {"a": "long list of bars"}}}


class GatedWalk(ScriptedWalk):
    """A scripted walk that says which gates each node closed; it goes from the first closed one to the decision."""

    closes: Mapping[str, list[str]] = {}

    async def __call__(self, request: AnalysisRequest, rulebook: Rulebook) -> AsyncIterator[WalkEvent]:
        closed: list[str] = []
        async for event in super().__call__(request, rulebook):
            if closed and event.event != "decision":
                continue
            if event.event == "node.finished":
                closed = list(self.closes.get(event.data["node"], ()))
                event = replace(event, data={**event.data, "closed_gates": closed})
            yield event


def assistant_of(runs: Runs) -> Assistant:
    def read(given: Mapping[str, Any]) -> AnalysisRequest:
        if given.get("symbol") != "EURUSD":
            raise InvalidParameter("no such symbol", field="input.symbol")
        return request()

    return analysis_assistant(runs, read)


async def run_of(assistant: Assistant, given: Mapping[str, Any] | None = GIVEN, **options: Any) -> list[Any]:
    graph = assistant.compile(options.pop("saver", None))
    stream = graph.astream(
        None if given is None else assistant.read_input(given),
        CONFIG,
        context=assistant.context(OWNER),
        stream_mode=["custom", "updates"],
        subgraphs=True,
        output_keys=graph.output_channels,
        **options,
    )
    return [part async for part in stream]


async def test_every_event_of_the_recorded_run_is_passed_on_in_its_order_and_nothing_else(open_runs: OpenRuns) -> None:
    runs = await open_runs(GatedWalk())
    parts = await run_of(assistant_of(runs))
    assert {namespace for namespace, _, _ in parts} == {()}, "the walk is not a part of this graph"
    told = [data for _, mode, data in parts if mode == "custom"]
    updates = {node: found for _, mode, data in parts if mode == "updates" for node, found in data.items()}
    assert list(updates) == [ACCEPT, *NODES, "decision"]
    run_id = updates[ACCEPT]["run_id"]
    logged = [event async for event in runs.events(run_id, owner_id=OWNER)]
    assert told == [{"type": event.event, **event.data} for event in logged]
    assert updates["decision"]["decision"] == (await runs.get(run_id, owner_id=OWNER)).decision
    assert updates[NODES[-1]]["visited"] == list(NODES)


async def test_a_closed_gate_leads_to_the_decision(open_runs: OpenRuns) -> None:
    walk = GatedWalk()
    walk.closes = {NODES[1]: ["3.1"]}
    runs = await open_runs(walk)
    graph = analysis_graph()
    left = await graph.ainvoke(GIVEN, CONFIG, context=assistant_of(runs).context(OWNER))
    assert (left["visited"], left["closed_gates"], left["status"]) == (list(NODES[:2]), ["3.1"], "completed")
    assert left["decision"]["run_id"] == left["run_id"]


async def test_a_walk_that_fails_fails_the_graph_with_its_node_and_reason(open_runs: OpenRuns) -> None:
    runs = await open_runs(GatedWalk(fail_in=NODES[2]))
    with pytest.raises(NodeFailed, match="the tool fell over") as failed:
        await run_of(assistant_of(runs))
    assert failed.value.node == NODES[2]


async def test_cancelling_the_graph_cancels_the_recorded_run(open_runs: OpenRuns) -> None:
    walk = GatedWalk(hold_at=NODES[1])
    runs = await open_runs(walk)
    task = asyncio.create_task(run_of(assistant_of(runs)))
    await walk.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (run,) = (await runs.list(owner_id=OWNER)).items
    assert run.cancel_requested_at is not None
    walk.release.set()
    events = [event.event async for event in runs.events(run.run_id, owner_id=OWNER)]
    assert events[-1] == "run.cancelled"


async def test_a_recorded_run_that_somebody_cancels_ends_the_graph(open_runs: OpenRuns) -> None:
    walk = GatedWalk(hold_at=NODES[1])
    runs = await open_runs(walk)
    task = asyncio.create_task(run_of(assistant_of(runs)))
    await walk.reached.wait()
    (run,) = (await runs.list(owner_id=OWNER)).items
    await runs.cancel(run.run_id, owner_id=OWNER)
    walk.release.set()
    with pytest.raises(RunNotDecided, match="was cancelled"):
        await task


async def test_an_interrupted_run_goes_on_from_its_checkpoint_and_a_new_input_starts_anew(open_runs: OpenRuns) -> None:
    runs, saver = await open_runs(GatedWalk()), InMemorySaver()
    assistant = assistant_of(runs)
    await run_of(assistant, saver=saver, interrupt_before=["structure"])
    state = await assistant.compile(saver).aget_state(CONFIG)
    assert (state.next, state.values["visited"]) == (("structure",), ["bias", "liquidity"])
    await run_of(assistant, None, saver=saver)
    first = (await assistant.compile(saver).aget_state(CONFIG)).values
    assert (first["visited"], first["status"]) == (list(NODES), "completed")
    await run_of(assistant, saver=saver)
    second = (await assistant.compile(saver).aget_state(CONFIG)).values
    assert second["visited"] == list(NODES)
    assert second["run_id"] != first["run_id"]
    assert len((await runs.list(owner_id=OWNER)).items) == 2


async def test_candles_stand_in_the_checkpoint_of_the_input_alone(open_runs: OpenRuns) -> None:
    runs, saver = await open_runs(GatedWalk()), InMemorySaver()
    await run_of(assistant_of(runs), saver=saver)
    holding = {key[2] for key, (_, blob) in saver.blobs.items() if b"long list of bars" in blob}
    assert holding == {"__start__"}
    written = [blob for writes in saver.writes.values() for _, _, (_, blob), _ in writes.values()]
    assert written
    assert not [blob for blob in written if b"long list of bars" in blob]


async def test_what_was_interrupted_before_it_was_accepted_has_no_candles_any_more(open_runs: OpenRuns) -> None:
    runs, saver = await open_runs(GatedWalk()), InMemorySaver()
    assistant = assistant_of(runs)
    await run_of(assistant, saver=saver, interrupt_before="*")
    with pytest.raises(InvalidParameter, match="not kept over an interruption"):
        await run_of(assistant, None, saver=saver)
    assert not (await runs.list(owner_id=OWNER)).items


async def test_a_faulty_input_is_refused_and_nothing_begins(open_runs: OpenRuns) -> None:
    runs = await open_runs(GatedWalk())
    with pytest.raises(InvalidParameter):
        await run_of(assistant_of(runs), {"symbol": "?"})
    assert not (await runs.list(owner_id=OWNER)).items


async def test_its_title_and_context_are_the_callers(open_runs: OpenRuns) -> None:
    runs = await open_runs(GatedWalk())
    assistant = assistant_of(runs)
    assert assistant.title(GIVEN) == "Analysis of EURUSD"
    assert assistant.title({}) is None
    context = assistant.context(OWNER)
    assert isinstance(context, AnalysisContext)
    assert context.owner_id == OWNER
