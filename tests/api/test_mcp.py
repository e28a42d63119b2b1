"""The MCP server by its SDK's own client: a real process on stdio, and the running service over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from api.mcp.http import security
from api.settings import Environment
from tests.api.running_server import empty_database

Body = dict[str, Any]
Use = Callable[[Client], Awaitable[Any]]

PROGRAM: Final = Path(sys.executable).with_name("ict")
MODES: Final = ("auto", "legacy")
"""How a client begins: by the newest protocol with older ones to fall back on, or with the handshake of old."""
INITIALIZE: Final = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    },
}  # fmt: skip
JSON: Final = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def environment(postgres_server: str, data_dir: Path) -> Any:
    """Give the environment of a process with a database of its own."""
    with empty_database(postgres_server, "mcp_tests") as url:
        yield {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": url,
            "ICT_DATA_DIR": str(data_dir / "mcp"),
        }


@pytest.fixture(scope="module")
def run_id(client: httpx.Client, _body: Body) -> str:
    """Give a recorded run of the running service."""
    answer = client.post("/api/v1/analyze", json={**_body, "profile": "relaxed"})
    assert answer.status_code == 200, answer.text
    recorded: str = answer.json()["run_id"]
    return recorded


def over_stdio(environment: dict[str, str], use: Use, mode: str = "auto") -> Any:
    async def work() -> Any:
        process = StdioServerParameters(command=str(PROGRAM), args=["mcp"], env=environment, cwd=environment["HOME"])
        async with Client(process, mode=mode) as session:
            return await use(session)

    return anyio.run(work)


def over_http(base_url: str, use: Use, mode: str = "auto") -> Any:
    async def work() -> Any:
        async with Client(f"{base_url}/mcp", mode=mode) as session:
            return await use(session)

    return anyio.run(work)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def asked(result: CallToolResult) -> Body:
    assert result.is_error is not True, text_of(result)
    told: Body = json.loads(text_of(result))
    return told


async def _tools(session: Client) -> Any:
    return (await session.list_tools()).tools


async def _everything(session: Client) -> tuple[Any, ...]:
    tools = await session.list_tools()
    rules = await session.list_resources()
    rule = await session.read_resource("ict://rules/2.2")
    session_now = await session.call_tool("session_now", {"symbol": "NQ"})
    looked_up = await session.call_tool("look_up_rule", {"rule_id": "2.2"})
    return session.server_info, tools.tools, rules.resources, rule.contents, asked(session_now), asked(looked_up)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_on_stdio_finds_and_asks_the_tools(environment: dict[str, str], mode: str) -> None:
    about, tools, rules, (rule,), now, looked_up = over_stdio(environment, _everything, mode)
    assert about.name == "ict-agent"
    assert len(tools) == 32
    assert len(rules) == 47
    assert json.loads(rule.text)["name"] == looked_up["name"]
    assert (now["tool"], now["symbol"]) == ("session_now", "NQ")


@pytest.mark.parametrize("mode", MODES)
def test_a_client_over_http_finds_and_asks_the_same(base_url: str, environment: dict[str, str], mode: str) -> None:
    about, tools, rules, (rule,), now, looked_up = over_http(base_url, _everything, mode)
    assert about.name == "ict-agent"
    assert [tool.name for tool in tools] == [tool.name for tool in over_stdio(environment, _tools)]
    assert len(rules) == 47
    assert json.loads(rule.text)["name"] == looked_up["name"]
    assert now["now"] == "2024-01-11T14:30Z"


def test_every_tool_says_that_it_only_reads(base_url: str) -> None:
    tools = over_http(base_url, _tools)
    assert "run_analysis" not in {tool.name for tool in tools}
    for tool in tools:
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.description
        assert tool.input_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert not {"title", "description"} & set(tool.input_schema)


def test_a_recorded_decision_is_explained(base_url: str, run_id: str, client: httpx.Client) -> None:
    async def explain(session: Client) -> Body:
        return asked(await session.call_tool("explain_decision", {"run_id": run_id}))

    told = over_http(base_url, explain)
    decision = client.get(f"/api/v1/runs/{run_id}").json()["decision"]
    assert (told["decision"]["run_id"], told["decision"]["status"]) == (run_id, decision["status"])
    assert [one["rule"] for one in told["deciding_rules"]] == decision["deciding_rules"]


def test_a_chart_is_read(base_url: str) -> None:
    async def read(session: Client) -> Body:
        return asked(await session.call_tool("find_liquidity_pools", {"symbol": "EURUSD", "timeframe": "15m"}))

    told = over_http(base_url, read)
    assert (told["symbol"], told["as_of"]) == ("EURUSD", "2024-01-11T14:30Z")
    assert told["shown"] == len(told["rows"]) > 0


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("explain_decision", {"run_id": "nowhere"}, "no run has the id"),
        ("look_up_rule", {"rule_id": "99"}, "there is no rule 99"),
        ("session_now", {"when": "now"}, "when: Extra inputs are not permitted"),
        ("list_decisions", {"limit": 0}, "limit: "),
        ("run_analysis", {"symbol": "EURUSD"}, "there is no tool 'run_analysis'"),
        ("set_mode", {"mode": "FULL_AUTO"}, "there is no tool 'set_mode'"),
    ],
)
def test_a_mistake_is_an_answer_that_says_what_to_ask(base_url: str, tool: str, arguments: Body, said: str) -> None:
    async def call(session: Client) -> CallToolResult:
        return await session.call_tool(tool, arguments)

    result: CallToolResult = over_http(base_url, call)
    assert result.is_error is True
    assert text_of(result).startswith("Error: ")
    assert said in text_of(result)


def test_a_resource_that_does_not_exist_is_refused(base_url: str) -> None:
    async def read(session: Client) -> Any:
        return await session.read_resource("ict://rules/99")

    with pytest.raises(BaseException) as refused:  # noqa: PT011  the client's task group wraps what is raised in it
        over_http(base_url, read)
    assert _cause(refused.value).error.code == -32602


def _cause(error: BaseException) -> MCPError:
    while isinstance(error, BaseExceptionGroup):
        (error,) = error.exceptions
    assert isinstance(error, MCPError)
    return error


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_page_elsewhere_cannot_call_by_a_name_of_its_own(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/mcp", json=INITIALIZE, headers={**JSON, **headers})
    assert answer.status_code == status
    assert answer.headers["X-Request-Id"]
    if status == 200:
        assert answer.json()["result"]["serverInfo"]["name"] == "ict-agent"


def test_what_is_no_message_is_refused(client: httpx.Client) -> None:
    assert client.get("/mcp", headers=JSON).status_code == 405
    assert client.delete("/mcp").status_code == 405
    assert client.post("/mcp", content="{", headers=JSON).status_code == 400
    assert client.post("/mcp", content="{}", headers={**JSON, "Content-Type": "text/plain"}).status_code == 400
    assert "/mcp" not in client.get("/openapi.json").json()["paths"]


def test_the_names_allowed_are_this_machines_and_those_that_are_set() -> None:
    usual = security(Environment.model_validate({"host": "0.0.0.0"}))
    assert usual.allowed_hosts == ["127.0.0.1", "127.0.0.1:*", "localhost", "localhost:*", "[::1]", "[::1]:*"]
    named = security(Environment.model_validate({"host": "10.1.2.3", "mcp_hosts": "ict.example", "cors_origins": "*"}))
    assert {"10.1.2.3:*", "ict.example", "ict.example:*"} <= set(named.allowed_hosts)
    assert "*" not in named.allowed_origins


def test_standard_output_carries_the_protocol_alone(environment: dict[str, str]) -> None:
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call"}
    messages = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {**call, "params": {"name": "explain_decision", "arguments": {}}},
        {**call, "id": 3, "params": {"name": "nope", "arguments": {}}},
        {"jsonrpc": "2.0", "id": 4, "method": "no/such/method"},
    ]
    with subprocess.Popen(
        [PROGRAM, "mcp"], env=environment, cwd=environment["HOME"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("no JSON at all\n" + "".join(json.dumps(message) + "\n" for message in messages))
        process.stdin.flush()
        answers: dict[int | None, Body] = {}
        while not {1, 2, 3, 4} <= set(answers):
            answer = json.loads(process.stdout.readline())
            answers[answer.get("id")] = answer
        process.stdin.close()
        rest = process.stdout.read()
    assert process.returncode == 0
    assert [json.loads(line)["jsonrpc"] for line in rest.splitlines()] == ["2.0"] * len(rest.splitlines())
    assert answers[2]["result"]["isError"] is True
    assert "no decision is recorded yet" in answers[2]["result"]["content"][0]["text"]
    assert "there is no tool 'nope'" in answers[3]["result"]["content"][0]["text"]
    assert answers[4]["error"]["code"] == -32601


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_though_the_input_stays_open(environment: dict[str, str], name: str) -> None:
    with subprocess.Popen(
        [PROGRAM, "mcp"], env=environment, cwd=environment["HOME"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps(INITIALIZE) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(getattr(signal, name))
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""


def test_no_variable_makes_it_send_traces(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        traced = {
            **environment, "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "key", "LANGSMITH_ENDPOINT": address,
        }  # fmt: skip
        over_stdio(traced, _everything)
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_a_setting_that_cannot_be_is_told_on_standard_error(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [PROGRAM, "mcp"], env={**environment, "ICT_DEMO_SEED": "many"}, cwd=environment["HOME"], text=True,
        capture_output=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "ICT_DEMO_SEED" in done.stderr
