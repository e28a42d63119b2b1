"""Traces: none without a key, whatever the environment says; with one, nothing of an account in them."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from agent.settings import TracingSettings
from agent.tracing import HIDDEN, Tracing, trace_only_when_told, without_figures
from tests.agent.coach.coaching import OWNER, RUN_ID, conversation
from tests.model_server import Failure, ScriptedModel, call, say, use
from tools.errors import ModelUnavailable

pytestmark = pytest.mark.anyio
SECRETS = ("48213", "48,213", "forty-eight", "9617", "3.75", OWNER, "ls-key-of-this-test")


class Sink:
    """A server that takes every trace, and keeps what came: (path, headers, plain body)."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str, bytes]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length) if length else self._chunks()
                sink.received.append((self.path, str(self.headers), plain(body, self.headers.get("content-encoding"))))
                told = b"{}"
                self.send_response(200 if self.path == "/info" else 202)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_POST = do_PATCH = _take

            def _chunks(self) -> bytes:
                if self.headers.get("transfer-encoding") != "chunked":
                    return b""
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def traces(self) -> list[tuple[str, str, bytes]]:
        return [one for one in self.received if one[0].startswith("/runs")]


def plain(body: bytes, encoding: str | None) -> bytes:
    return gzip.decompress(body) if encoding == "gzip" else body


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    thread = threading.Thread(target=sink.server.serve_forever)
    thread.start()
    yield sink
    sink.server.shutdown()
    thread.join()
    sink.server.server_close()


@pytest.fixture
def _environment_that_traces(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "ls-key-of-the-environment")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", sink.url)


@pytest.mark.usefixtures("_environment_that_traces")
async def test_without_a_key_nothing_is_sent_whatever_the_environment_says(
    scripted: ScriptedModel, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    trace_only_when_told()
    scripted.script(use(call("explain_decision")), say("Which market do you mean?"))
    with caplog.at_level(logging.WARNING, logger="langsmith"):
        async with conversation(scripted) as thread:
            await thread.say("Why?")
    assert sink.received == []
    assert caplog.records == []


@pytest.mark.usefixtures("_environment_that_traces")
async def test_with_a_key_the_shape_of_a_run_is_sent_and_nothing_of_an_account(
    scripted: ScriptedModel, sink: Sink
) -> None:
    trace_only_when_told()
    tracing = Tracing(TracingSettings("ls-key-of-this-test", "my-project", sink.url))
    scripted.script(
        use(call("last_close", symbol="EURUSD"), call("refuses", symbol="48,213 USD")),
        say("With your balance of $48,213 and forty-eight thousand in equity, size 3.75 lots. "),
        say("Your balance of 48213 USD stands."),
    )
    async with conversation(scripted) as thread:
        thread.callbacks = tracing.callbacks()
        await thread.say("My balance is 48,213 USD, forty-eight thousand; equity 9617; I hold 3.75 lots.")
    tracing.close()
    assert sink.traces
    told = b"".join(body for _, _, body in sink.traces).decode()
    assert not [secret for secret in SECRETS if secret in told]
    assert "my-project" in told
    for name in ("prepare", "model", "tools", "grounding", "last_close", "EURUSD", "input_tokens", "My balance is #"):
        assert name in told, name
    assert "ls-key-of-the-environment" not in "".join(headers for _, headers, _ in sink.received)


async def test_a_run_that_fails_is_traced_by_its_errors_name_alone(scripted: ScriptedModel, sink: Sink) -> None:
    tracing = Tracing(TracingSettings("ls-key-of-this-test", endpoint=sink.url))
    scripted.script(Failure(400, "balance 48213 is too much"))
    async with conversation(scripted) as thread:
        thread.callbacks = tracing.callbacks()
        with pytest.raises(ModelUnavailable):
            await thread.say("Why?")
    tracing.close()
    told = b"".join(body for _, _, body in sink.traces).decode()
    assert "ModelUnavailable" in told
    assert "48213" not in told
    assert "Traceback" not in told


def test_figures_and_everything_of_an_account_are_taken_out() -> None:
    answer = {
        "tool": "size_position", "symbol": "EURUSD", "account_balance": 48213.0, "risk_pct": 1.0, "contracts": 3.75,
        "entry": 1.0851, "account_currency": "USD", "reason": "1 % of 48,213 USD", "rows": [["a", 5, None, True]],
        "run_id": RUN_ID, "rule": "2.2", "confidence": 0.61, "limit": 48213,
    }  # fmt: skip
    assert without_figures(json.dumps(answer)) == {
        "tool": "size_position", "symbol": "EURUSD", "account_balance": HIDDEN, "risk_pct": HIDDEN, "contracts": HIDDEN,
        "entry": "#", "account_currency": HIDDEN, "reason": "# % of # USD", "rows": [["a", "#", None, True]],
        "run_id": RUN_ID, "rule": "2.2", "confidence": 0.61, "limit": "#",
    }  # fmt: skip
    assert without_figures({"run_id": "my 48213", "confidence": 48213}) == {"run_id": "my #", "confidence": "#"}
    assert without_figures("I have Ten Thousand, or 10k, or 2 1/2 lots") == "I have # #, or #k, or #/# lots"
    assert without_figures({"owner_id": "x", "when": object()}) == {"owner_id": HIDDEN, "when": HIDDEN}
    called = AIMessage("At 5.", tool_calls=[{"name": "size_position", "args": {"entry": 1.1, "balance": 5}, "id": "1"}])
    assert without_figures([HumanMessage("I have 5."), called]) == [
        {"role": "human", "content": "I have #."},
        {
            "role": "ai",
            "content": "At #.",
            "calls": [{"name": "size_position", "args": {"entry": "#", "balance": HIDDEN}}],
        },
    ]
