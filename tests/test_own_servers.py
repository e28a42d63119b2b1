"""No test reaches a model but the tests' own: by no key of the developer's, by no name, address or port."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from openai import OpenAI

from tests.acceptance.server import ServiceProcess
from tests.model_server import model_server, say
from tests.own_servers import MODEL_PORTS, MODEL_SETTINGS, without_models


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "http://203.0.113.7/v1", "http://[2001:db8::1]/v1"])
def test_a_model_elsewhere_is_not_even_looked_up(url: str) -> None:
    with (
        OpenAI(base_url=url, api_key="none", max_retries=0) as client,
        pytest.raises(RuntimeError, match="a test tried to reach"),
    ):
        client.models.list()


@pytest.mark.parametrize("port", sorted(MODEL_PORTS))
def test_a_model_of_the_developer_s_machine_is_not_reached(port: int) -> None:
    with pytest.raises(RuntimeError, match=MODEL_PORTS[port]), socket.socket() as connection:
        connection.connect(("127.0.0.1", port))


def test_the_tests_own_model_is_reached() -> None:
    with model_server() as model, OpenAI(base_url=model.base_url, api_key="none") as client:
        model.script(say("Here."))
        answer = client.chat.completions.create(model="any", messages=[{"role": "user", "content": "Where?"}])
        assert answer.choices[0].message.content == "Here."


def test_no_key_is_left_here_nor_in_a_process_started_here() -> None:
    assert [name for name in os.environ if name.startswith(MODEL_SETTINGS)] == []
    asked = f"import os; print([name for name in os.environ if name.startswith({MODEL_SETTINGS!r})])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_only_what_names_a_model_is_taken_away() -> None:
    kept = {"PATH": "/bin", "LANGGRAPH_STRICT_MSGPACK": "true", "LANG": "C"}
    keys = {"OPENAI_API_KEY": "k", "LANGSMITH_TRACING": "true", "LANGCHAIN_API_KEY": "k", "ICT_MODEL": "m"}
    assert without_models({**kept, **keys}) == kept


def test_a_service_of_the_tests_inherits_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-developer-s-own")
    service = ServiceProcess(tmp_path, ICT_MODEL="scripted-1")
    assert service.environment["ICT_MODEL"] == "scripted-1"
    assert "OPENAI_API_KEY" not in service.environment
