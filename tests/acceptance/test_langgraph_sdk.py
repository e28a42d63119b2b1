"""LangGraph's official Python clients, asynchronous and synchronous, against a real service: `sdk_scenarios.md`."""

import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest
from langgraph_sdk.errors import ConflictError, NotFoundError, UnprocessableEntityError

from tests.acceptance.cases import API, demo_request, wire_body
from tests.acceptance.cut_once import cut_line
from tests.acceptance.either_client import Kind, client_of
from tests.acceptance.server import PATIENCE_S, ServiceProcess
from tests.model_server import Answer, Asked, Gate, ScriptedModel, model_server, say
from tools.timeframes import Timeframe

pytestmark = pytest.mark.anyio
SHORT: Final = "Say something short."
LONG: Final = "Say something long."
EVERYTHING: Final = {"stream_mode": ["values", "updates", "messages-tuple", "custom"]}
_HERE: Final = Path(__file__).parent


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """Give a model that answers shortly, or begins and never ends, as it is asked."""
    with model_server() as model:
        model.obey(_answer)
        yield model


def _answer(asked: Asked) -> Answer:
    if "long" in str(asked.turn[0]["content"]):
        return say("This begins, ", Gate(), "and never ends.")
    return say("There is nothing ", "to say about that, ", "and that is all.")


@pytest.fixture(scope="module")
def served(model: ScriptedModel, short_folder: Path) -> Iterator[ServiceProcess]:
    """Give a service that speaks with the model."""
    with ServiceProcess(short_folder / "sdk", OPENAI_BASE_URL=model.base_url, ICT_MODEL="scripted") as service:
        service.start()
        yield service


@pytest.fixture(params=["async", "sync"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Say which of the two clients is tried."""
    named: Kind = request.param
    return named


@pytest.fixture
async def client(served: ServiceProcess, kind: Kind) -> AsyncIterator[Any]:
    """Give a client of the service."""
    async with client_of(served.address, kind) as client:
        yield client


@pytest.fixture
async def other(served: ServiceProcess, kind: Kind) -> AsyncIterator[Any]:
    """Give a client of the other kind."""
    async with client_of(served.address, "sync" if kind == "async" else "async") as client:
        yield client


def ask(question: str) -> dict[str, Any]:
    return {"messages": [{"type": "human", "content": question}]}


async def read(stream: AsyncIterator[Any]) -> list[Any]:
    return [part async for part in stream]


async def until(stream: Any, is_wanted: Callable[[Any], bool]) -> Any:
    """Read up to a part that is wanted, and leave."""
    async with aclosing(stream) as parts:
        async for part in parts:
            if is_wanted(part):
                return part
    raise AssertionError("the stream ended before what it was read for")


def is_text(part: Any) -> bool:
    return part.event == "messages" and part.data[0]["type"].startswith("AIMessage") and bool(part.data[0]["content"])


def streamed_text(parts: list[Any]) -> str:
    chunks = [part.data[0] for part in parts if is_text(part)]
    return "".join(chunk["content"] for chunk in chunks if chunk["id"] == chunks[-1]["id"])


def last_answer(values: dict[str, Any]) -> str:
    message = values["messages"][-1]
    assert message["type"] == "ai"
    return str(message["content"])


def told(parts: list[Any]) -> list[tuple[str | None, str, Any]]:
    return [(part.id, part.event, part.data) for part in parts]


async def new_thread(client: Any) -> str:
    return str((await client.threads.create())["thread_id"])


async def started(client: Any, thread_id: str, question: str, **options: Any) -> str:
    run = await client.runs.create(thread_id, "coach", input=ask(question), **EVERYTHING, **options)
    return str(run["run_id"])


async def speaking(client: Any, thread_id: str) -> str:
    """Start a long answer, and wait for its first words."""
    run_id = await started(client, thread_id, LONG)
    await until(client.runs.join_stream(thread_id, run_id), is_text)
    return run_id


async def status_of(client: Any, thread_id: str, run_id: str) -> str:
    return str((await client.runs.get(thread_id, run_id))["status"])


async def test_assistants_are_found_and_show_their_graph_and_their_schemas(client: Any) -> None:
    found = await client.assistants.search()
    assert [one["graph_id"] for one in found] == ["analysis", "coach"]
    assert await client.assistants.count() == 2
    paged = await client.assistants.search(limit=1, response_format="object")
    assert (len(paged["assistants"]), paged["next"]) == (1, "1")
    coach = await client.assistants.get("coach")
    assert await client.assistants.get(coach["assistant_id"]) == coach
    graph = await client.assistants.get_graph("analysis", xray=True)
    assert {"bias", "liquidity", "structure", "entry", "risk", "decision"} <= {node["id"] for node in graph["nodes"]}
    assert "messages" in (await client.assistants.get_schemas("coach"))["input_schema"]["properties"]
    assert await client.assistants.get_subgraphs("coach") == {}


async def test_a_run_streams_metadata_first_the_end_last_and_the_chunks_come_to_the_answer(client: Any) -> None:
    thread_id = await new_thread(client)
    created: list[Any] = []
    parts = await read(
        client.runs.stream(thread_id, "coach", input=ask(SHORT), **EVERYTHING, on_run_created=created.append)
    )
    assert created == [{"run_id": parts[0].data["run_id"], "thread_id": thread_id}]
    assert (parts[0].event, parts[-1].event, parts[-1].data) == ("metadata", "end", None)
    assert {part.event for part in parts} == {"metadata", "values", "updates", "messages", "custom", "end"}
    assert [part.id for part in parts] == [str(seq) for seq in range(1, len(parts) + 1)]
    values = [part.data for part in parts if part.event == "values"][-1]
    assert streamed_text(parts) == last_answer(values)
    assert (await client.threads.get(thread_id))["status"] == "idle"
    second = await read(client.runs.stream(thread_id, "coach", input=ask("And now?"), **EVERYTHING, version="v2"))
    assert {part["type"] for part in second} == {"metadata", "values", "updates", "messages", "custom"}


async def test_a_background_run_is_joined_and_whoever_comes_late_gets_every_event(client: Any) -> None:
    thread_id = await new_thread(client)
    run_id = await started(client, thread_id, SHORT)
    values = await client.runs.join(thread_id, run_id)
    assert await status_of(client, thread_id, run_id) == "success"
    parts = await read(client.runs.join_stream(thread_id, run_id, last_event_id="-1"))
    assert (parts[0].event, parts[-1].event) == ("metadata", "end")
    assert streamed_text(parts) == last_answer(values)
    some = await read(client.runs.join_stream(thread_id, run_id, stream_mode=["values", "custom"]))
    assert {part.event for part in some} == {"metadata", "values", "custom", "end"}
    rest = await read(client.runs.join_stream(thread_id, run_id, last_event_id=parts[2].id))
    assert told(rest) == told(parts[3:])
    listed = await client.runs.list(thread_id, select=["run_id", "status"])
    assert listed == [{"run_id": run_id, "status": "success"}]
    await client.runs.delete(thread_id, run_id)
    assert await client.runs.list(thread_id) == []


async def test_wait_answers_with_the_state_on_a_thread_and_without_one(client: Any) -> None:
    thread_id = await new_thread(client)
    assert last_answer(await client.runs.wait(thread_id, "coach", input=ask(SHORT)))
    assert last_answer(await client.runs.wait(None, "coach", input=ask(SHORT)))
    assert streamed_text(await read(client.runs.stream(None, "coach", input=ask(SHORT), stream_mode="messages-tuple")))


async def test_a_stream_that_is_cut_goes_on_where_it_was_and_loses_nothing(
    client: Any, served: ServiceProcess, kind: Kind
) -> None:
    thread_id = await new_thread(client)
    with cut_line(served.port) as line:
        async with client_of(f"http://127.0.0.1:{line.port}", kind) as over_it:
            parts = await read(over_it.runs.stream(thread_id, "coach", input=ask(SHORT), **EVERYTHING))
    assert line.cuts == 1
    whole = await read(client.runs.join_stream(thread_id, parts[0].data["run_id"]))
    assert told(parts) == told(whole)


async def test_cancel_ends_a_run_and_the_thread_answers_the_next_question(client: Any) -> None:
    thread_id = await new_thread(client)
    run_id = await speaking(client, thread_id)
    await client.runs.cancel(thread_id, run_id, wait=True)
    assert await status_of(client, thread_id, run_id) == "interrupted"
    with pytest.raises(ConflictError):
        await client.runs.cancel(thread_id, run_id)
    assert last_answer(await client.runs.wait(thread_id, "coach", input=ask(SHORT)))


async def test_state_and_history_every_step_and_a_fork_from_an_earlier_one(client: Any) -> None:
    thread_id = await new_thread(client)
    first = await client.runs.wait(thread_id, "coach", input=ask(SHORT))
    between = await client.threads.get_state(thread_id)
    assert between["values"]["messages"] == first["messages"]
    await client.runs.wait(thread_id, "coach", input=ask("And once more."))
    history = await client.threads.get_history(thread_id, limit=100)
    assert len(history) > 4
    assert (history[0]["next"], history[-1]["parent_checkpoint"]) == ([], None)
    assert between["checkpoint"] in [state["checkpoint"] for state in history]
    at = between["checkpoint"]["checkpoint_id"]
    older = await client.threads.get_history(thread_id, limit=1, before=at)
    assert older[0]["checkpoint"] == between["parent_checkpoint"]
    for again in (
        await client.threads.get_state(thread_id, checkpoint_id=at),
        await client.threads.get_state(thread_id, checkpoint=between["checkpoint"]),
    ):
        assert again["values"]["messages"] == first["messages"]
    forked = await client.runs.wait(thread_id, "coach", input=ask("Otherwise."), checkpoint_id=at)
    asked = [message["content"] for message in forked["messages"] if message["type"] == "human"]
    assert asked == [SHORT, "Otherwise."]


async def test_multitask_reject_refuses_enqueue_waits_its_turn_interrupt_takes_the_turn(client: Any) -> None:
    thread_id = await new_thread(client)
    long = await speaking(client, thread_id)
    with pytest.raises(ConflictError) as refused:
        await started(client, thread_id, SHORT, multitask_strategy="reject")
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["run_id"] == long
    queued = await started(client, thread_id, SHORT, multitask_strategy="enqueue")
    assert await status_of(client, thread_id, queued) == "pending"
    await client.runs.cancel(thread_id, long, wait=True)
    assert last_answer(await client.runs.join(thread_id, queued))
    assert await status_of(client, thread_id, queued) == "success"
    long = await speaking(client, thread_id)
    urgent = await started(client, thread_id, SHORT, multitask_strategy="interrupt")
    assert last_answer(await client.runs.join(thread_id, urgent))
    assert [await status_of(client, thread_id, one) for one in (long, urgent)] == ["interrupted", "success"]


async def test_two_clients_on_one_thread_see_the_same_events(client: Any, other: Any) -> None:
    thread_id = await new_thread(client)
    run_id = await speaking(client, thread_id)
    late = other.runs.join_stream(thread_id, run_id)
    seen = [await anext(late) for _ in range(3)]
    await other.runs.cancel(thread_id, run_id, wait=True)
    assert told(seen + await read(late)) == told(await read(client.runs.join_stream(thread_id, run_id)))
    parts = await read(client.runs.stream(thread_id, "coach", input=ask(SHORT), **EVERYTHING))
    assert told(await read(other.runs.join_stream(thread_id, parts[0].data["run_id"]))) == told(parts)
    assert await other.threads.get(thread_id) == await client.threads.get(thread_id)


@pytest.mark.parametrize("said", ["cancel", "continue"])
async def test_a_reader_who_leaves_ends_the_run_only_if_they_said_so(client: Any, said: str) -> None:
    thread_id = await new_thread(client)
    stream = client.runs.stream(thread_id, "coach", input=ask(LONG), stream_mode="messages-tuple", on_disconnect=said)
    run_id = (await until(stream, lambda part: part.event == "metadata")).data["run_id"]
    if said == "continue":
        await until(client.runs.join_stream(thread_id, run_id), is_text)
        assert await status_of(client, thread_id, run_id) == "running"
        leaving = client.runs.join_stream(thread_id, run_id, cancel_on_disconnect=True)
        await until(leaving, lambda part: part.event == "metadata")
    await client.runs.join(thread_id, run_id)
    assert await status_of(client, thread_id, run_id) == "interrupted"


async def test_threads_are_found_by_what_they_are_about_renamed_and_deleted(client: Any) -> None:
    mark = str(uuid.uuid4())
    made = await client.threads.create(metadata={"mark": mark}, graph_id="coach")
    found = await client.threads.search(metadata={"mark": mark}, select=["thread_id"])
    assert found == [{"thread_id": made["thread_id"]}]
    changed = await client.threads.update(made["thread_id"], metadata={"note": "kept"})
    assert (changed["metadata"]["mark"], changed["metadata"]["note"]) == (mark, "kept")
    assert await client.threads.update(made["thread_id"], metadata={"mark": mark}, return_minimal=True) is None
    assert await client.threads.count(metadata={"mark": mark}) == 1
    await client.threads.delete(made["thread_id"])
    with pytest.raises(NotFoundError):
        await client.threads.get(made["thread_id"])
    assert await client.threads.search(metadata={"mark": mark}) == []


async def test_the_analysis_streams_its_verdicts_and_decides_as_the_rest_service_does(
    client: Any, served: ServiceProcess
) -> None:
    body = wire_body(await demo_request("EURUSD", {Timeframe.M15: 300}, profile="relaxed"))
    parts = await read(client.runs.stream(None, "analysis", input=orjson.loads(body), **EVERYTHING))
    verdicts = [part.data for part in parts if part.event == "custom" and part.data["type"] == "rule.evaluated"]
    assert verdicts
    assert {one["outcome"] for one in verdicts} <= {"pass", "fail", "not_evaluated"}
    decision = [part.data for part in parts if part.event == "values"][-1]["decision"]
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as plain:
        answer = await plain.post(
            f"{served.address}{API}/analyze", content=body, headers={"Content-Type": "application/json"}
        )
    assert decision["decision_hash"] == answer.json()["decision_hash"]


async def test_what_is_wrong_comes_back_as_an_error_that_says_what(client: Any) -> None:
    thread_id = await new_thread(client)
    with pytest.raises(NotFoundError, match="there are coach, analysis"):
        await client.runs.create(thread_id, "nobody", input=ask(SHORT))
    with pytest.raises(UnprocessableEntityError, match="messages"):
        await client.runs.create(thread_id, "coach", input={"messages": 7, "other": 1})
    with pytest.raises(UnprocessableEntityError, match="candles and no conversation"):
        await client.runs.create(thread_id, "analysis", input=ask(SHORT))
    with pytest.raises(UnprocessableEntityError, match="webhook is not supported"):
        await client.runs.create(thread_id, "coach", input=ask(SHORT), webhook="https://somewhere.example")
    with pytest.raises(NotFoundError):
        await client.threads.get(str(uuid.uuid4()))
    assert await client.runs.list(thread_id) == []


def test_both_languages_try_the_same() -> None:
    listed = re.findall(r"^- (.+)$", (_HERE / "sdk_scenarios.md").read_text(), re.MULTILINE)
    script = (_HERE / "javascript" / "sdk.test.js").read_text()
    assert listed == re.findall(r'^test\("(.+)", async', script, re.MULTILINE)
    mine = [name for name in globals() if name.startswith("test_") and name != "test_both_languages_try_the_same"]
    assert mine == ["test_" + re.sub(r"\W+", "_", one).lower() for one in listed]
