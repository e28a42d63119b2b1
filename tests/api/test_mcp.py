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
from starlette.datastructures import Headers

from api.mcp.callers import Callers
from api.mcp.messages import fault_of
from api.problems import ProblemError
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
        ("explain_decision", {"run_id": "nowhere"}, "no run"),
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
        ({"Host": "LocalHost:8000"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "localhost:8000.evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "localhost:8000", "Origin": "http://localhost:8000"}, 200),
        ({"Host": "localhost:8000", "Origin": "https://localhost:8000"}, 200),
        ({"Host": "localhost:8000", "Origin": "http://localhost:5173"}, 403),
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
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.json()["status"], answer.json()["instance"]) == (status, "/mcp")


@pytest.mark.parametrize(("origin", "may"), [("http://localhost:3000", True), ("http://localhost:5173", False)])
def test_a_page_that_may_not_post_is_told_so_before_it_does(client: httpx.Client, origin: str, *, may: bool) -> None:
    asked_for = {
        "Origin": origin, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,mcp-protocol-version,mcp-session-id,mcp-method,mcp-name",
    }  # fmt: skip
    allowed = client.options("/mcp", headers=asked_for)
    posted = client.post("/mcp", json=INITIALIZE, headers={**JSON, "Origin": origin})
    assert (allowed.status_code, posted.status_code) == ((200, 200) if may else (400, 403))
    assert allowed.headers.get("Access-Control-Allow-Origin") == (origin if may else None)


def test_what_is_no_message_is_refused(client: httpx.Client) -> None:
    for method in ("GET", "DELETE", "PUT", "OPTIONS"):
        refused = client.request(method, "/mcp", headers=JSON)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
        assert refused.headers["Content-Type"] == "application/problem+json"
    assert client.post("/mcp", content="{", headers=JSON).json()["error"]["code"] == -32700
    for kind in ("text/plain", "application/jsonish"):
        other = client.post("/mcp", content="{}", headers={**JSON, "Content-Type": kind})
        assert (other.status_code, other.json()["type"]) == (415, "urn:ict:problem:not-json")
    assert "/mcp" not in client.get("/openapi.json").json()["paths"]


def test_the_names_allowed_are_this_machines_and_those_that_are_set() -> None:
    usual = Callers.of(Environment.model_validate({"host": "0.0.0.0"}))
    assert usual.names == {"127.0.0.1", "localhost", "[::1]"}
    given = {"host": "fd00::1", "mcp_hosts": "Ict.Example,other.example:8443", "cors_origins": "*"}
    named = Callers.of(Environment.model_validate(given))
    assert named.names == usual.names | {"[fd00::1]", "ict.example", "other.example:8443"}
    assert named.origins == frozenset()
    for host in ("ict.example", "ICT.example:9", "other.example:8443", "[FD00::1]:8000"):
        named.check(Headers({"Host": host, "Content-Type": "application/json; charset=utf-8"}))
    for host in ("other.example", "other.example:1", "fd00::1", "ict.example:x"):
        with pytest.raises(ProblemError, match="expected one of"):
            named.check(Headers({"Host": host, "Content-Type": "application/json"}))


@pytest.mark.parametrize(
    ("line", "code", "request_id"),
    [
        ("no JSON at all", -32700, None),
        ("[" * 100_000, -32700, None),
        ("[]", -32600, None),
        ("null", -32600, None),
        ('{"jsonrpc": "1.0", "id": 9, "method": "ping"}', -32600, 9),
        ('{"jsonrpc": "2.0", "id": "nine", "method": "ping", "params": [1]}', -32600, "nine"),
        ('{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 5, "result": "not an object"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": "\\ud800"}}', -32600, 7),
        ('{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 8, "method": "p\udce9ng"}', -32600, 8),
    ],
)
def test_a_line_that_is_no_message_has_an_error_under_its_id(
    line: str, code: int, request_id: int | str | None
) -> None:
    fault = fault_of(line)
    assert fault is not None
    assert (fault.error.code, fault.id) == (code, request_id)
    assert json.loads(fault.model_dump_json(by_alias=True, exclude_unset=True))["id"] == request_id


def test_a_line_that_is_a_message_is_passed_on() -> None:
    for message in (INITIALIZE, {"jsonrpc": "2.0", "method": "x"}, {"jsonrpc": "2.0", "id": "a", "result": {}}):
        assert fault_of(json.dumps(message)) is None


def test_standard_output_carries_the_protocol_alone(environment: dict[str, str]) -> None:
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call"}
    messages = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {**call, "params": {"name": "explain_decision", "arguments": {}}},
        {**call, "id": 3, "params": {"name": "nope", "arguments": {}}},
        {"jsonrpc": "2.0", "id": 4, "method": "no/such/method"},
        {**call, "id": 5, "params": {"name": "session_now", "arguments": {"symbol": "\ud800"}}},
        {"jsonrpc": "1.0", "id": 6, "method": "ping"},
        [],
    ]
    with subprocess.Popen(
        [PROGRAM, "mcp"], env=environment, cwd=environment["HOME"], text=True, errors="surrogateescape",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("no JSON at all\n\n\udce9\n" + "".join(json.dumps(message) + "\n" for message in messages))
        process.stdin.flush()
        told = [json.loads(process.stdout.readline()) for _ in range(9)]
        answers = {one["id"]: one for one in told}
        process.stdin.close()
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == ""
    assert answers[2]["result"]["isError"] is True
    assert "no decision is recorded yet" in answers[2]["result"]["content"][0]["text"]
    assert "there is no tool 'nope'" in answers[3]["result"]["content"][0]["text"]
    assert answers[4]["error"]["code"] == -32601
    assert (answers[5]["error"]["code"], answers[6]["error"]["code"]) == (-32600, -32600)
    assert [one["error"]["code"] for one in told if one["id"] is None] == [-32700, -32700, -32600]


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
