"""The walk without a graph: the same bytes, on real and simulated charts, gates open or closed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest

from agent.analysis.graph import WalkContext, analysis_graph, empty_state, read_state
from agent.analysis.reading import Reading, SharedCharts
from agent.analysis.request import AnalysisRequest
from agent.analysis.steps import conclude_walk, walk_now
from rulebook.facts import NODES, VOCABULARY
from tests.agent.analysis.market import NOW, demo_candles, request_of, rules, walked
from tests.tools.real_candles import RealFile, on_every_file, whole_file
from tools.errors import NodeFailed
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe

SYMBOLS = ("EURUSD", "NQ", "XAUUSD", "BTCUSD")


def simulated() -> Iterator[AnalysisRequest]:
    """Yield requests that end at every node, of one timeframe and of several."""
    for number, hours in enumerate(range(0, 37 * 40, 37)):
        symbol = SYMBOLS[number % len(SYMBOLS)]
        until = NOW - 3600 * hours
        bars = demo_candles(symbol, Timeframe.M15, until=until)
        windows = {Timeframe.M15: bars}
        if number % 3 == 0:
            windows[Timeframe.H1] = demo_candles(symbol, Timeframe.H1, until=int(bars.end[-1]))
        plan = RiskPlan("by_confidence", 1.0) if number % 2 else None
        yield request_of(bars, symbol, windows=windows, account_balance=1e6, plan=plan).check()


def same_as_the_graph(request: AnalysisRequest) -> int:
    """Compare both profiles; return how many of the two walks reached the last node."""
    ended = 0
    for profile in ("strict", "relaxed"):
        told = walked(request, rules(profile))[-1].data
        assert orjson.dumps(walk_now(request, rules(profile))) == orjson.dumps(told)
        short = walk_now(request, rules(profile), facts_beyond=False)
        assert orjson.dumps(short["decision"]) == orjson.dumps(told["decision"])
        assert orjson.dumps(short["verdicts"]) == orjson.dumps(told["verdicts"])
        visited = told["decision"]["graph_nodes_triggered"]
        assert short["facts"] == {
            name: fact for name, fact in told["facts"].items() if VOCABULARY[name].node in visited
        }
        ended += visited[-1] == NODES[-1]
    return ended


def test_the_same_bytes_on_simulated_charts() -> None:
    assert sum(same_as_the_graph(request) for request in simulated()) > 3


@on_every_file
def test_the_same_bytes_on_real_charts(file: RealFile) -> None:
    candles = whole_file(file)
    for share in (0.2, 0.5, 0.8, 1.0):
        window = candles[: int(share * len(candles))][-600:]
        same_as_the_graph(request_of(window, file.symbol).check())


def test_the_graphs_state_holds_the_whole_walk_as_plain_json() -> None:
    for request in list(simulated())[:6]:
        context = WalkContext(Reading(request, rules()))
        state = asyncio.run(analysis_graph().ainvoke(empty_state(), context=context))
        walked_to = read_state(orjson.loads(orjson.dumps(state)))
        assert walked_to == context.walked
        assert conclude_walk(Reading(request, rules()), walked_to) == state["outcome"]


def test_every_fact_of_the_vocabulary_is_gathered_in_its_node() -> None:
    gathered = {name for name, spec in VOCABULARY.items() if not spec.derived}
    for request in list(simulated())[:8]:
        facts = walk_now(request, rules())["facts"]
        assert facts.keys() == gathered
        nodes = [VOCABULARY[name].node for name in facts]
        assert nodes == sorted(nodes, key=NODES.index)


def test_values_are_of_the_kind_the_vocabulary_says() -> None:
    kinds = {"flag": bool, "text": str}
    for request in simulated():
        for name, fact in walk_now(request, rules())["facts"].items():
            spec, value = VOCABULARY[name], fact["value"]
            if value is None:
                assert fact["unknown_because"]
            elif spec.type in kinds:
                assert type(value) is kinds[spec.type]
                assert spec.values is None or value in spec.values
            else:
                assert type(value) is int or (type(value) is float and not spec.whole)


def test_walks_over_the_same_windows_share_their_charts() -> None:
    for request in list(simulated())[:6]:
        charts = SharedCharts(request)
        for profile in ("strict", "relaxed", "strict"):
            alone = walk_now(request, rules(profile))
            assert orjson.dumps(walk_now(request, rules(profile), charts=charts)) == orjson.dumps(alone)
        first, second = (Reading(request, rules("strict"), charts) for _ in range(2))
        assert first.structure is second.structure
        assert first.structure is not Reading(request, rules("relaxed"), charts).structure  # other definitions


def test_charts_of_other_windows_are_not_used() -> None:
    first, other = list(simulated())[:2]
    shared = walk_now(other, rules(), charts=SharedCharts(first))
    assert orjson.dumps(shared) == orjson.dumps(walk_now(other, rules()))


def test_a_failing_node_is_named() -> None:
    request = next(r for r in simulated() if walk_now(r, rules())["decision"]["setup"])
    broken = replace(request, instrument=replace(request.instrument))
    object.__setattr__(broken.instrument, "tick_size", 0.0)  # past the check that refuses it
    with pytest.raises(NodeFailed, match="ZeroDivisionError") as caught:
        walk_now(broken, rules())
    assert caught.value.node == "entry"
