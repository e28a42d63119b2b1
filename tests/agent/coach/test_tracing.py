"""Traces: none without a key, whatever the environment says; with one, no word of what was said in them."""

import gzip
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent.settings import TracingSettings
from agent.tracing import Tracing, trace_only_when_told
from tests.agent.coach.coaching import OWNER, RUN_ID, conversation
from tests.model_server import Failure, ScriptedModel, call, say, use
from tools.errors import ModelUnavailable

pytestmark = pytest.mark.anyio
QUESTION = "My balance is 48,213 USD, fünfzigtausend; equity 9617; I hold 3.75 lots, and half a lot."
SECRETS = (
    "48213", "48,213", "forty-eight", "9617", "3.75", "fünfzigtausend", "half a lot", "My balance", "EURUSD",
    "99.99", "refuses_all", "there is no market", OWNER, RUN_ID, "ls-key-of-this-test",
)  # fmt: skip


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
async def test_with_a_key_the_shape_of_a_run_is_sent_and_no_word_of_it(scripted: ScriptedModel, sink: Sink) -> None:
    trace_only_when_told()
    tracing = Tracing(TracingSettings("ls-key-of-this-test", "my-project", sink.url), "test-model")
    scripted.script(
        use(call("last_close", symbol="EURUSD"), call("refuses", symbol="48,213 USD"), call("refuses_all", x=3.75)),
        use(call("explain_decision"), first="Let me look at your fünfzigtausend. "),
        say("With your balance of $48,213 and forty-eight thousand in equity, size 3.75 lots by rule 99.99. "),
        say("Your balance of 48213 USD stands."),
    )
    async with conversation(scripted) as thread:
        thread.callbacks = tracing.callbacks()
        await thread.say(QUESTION)
    tracing.close()
    assert sink.traces
    told = b"".join(body for _, _, body in sink.traces).decode()
    assert not [secret for secret in SECRETS if secret in told]
    assert "my-project" in told
    for name in ("prepare", "model", "tools", "grounding", "last_close", "refuses", "input_tokens", "test-model"):
        assert name in told, name
    assert f'{{"role":"human","characters":{len(QUESTION)},"calls":0}}' in told
    assert "ls-key-of-the-environment" not in "".join(headers for _, headers, _ in sink.received)


async def test_a_run_that_fails_is_traced_by_its_errors_name_alone(scripted: ScriptedModel, sink: Sink) -> None:
    tracing = Tracing(TracingSettings("ls-key-of-this-test", endpoint=sink.url), "test-model")
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
