"""The variables of the coach: which model speaks, how far a conversation may go, where traces go."""

from typing import Final

import pytest
from pydantic import ValidationError

from agent.environment import USUAL_MODEL
from agent.settings import CoachLimits, ModelSettings, Settings, TracingSettings
from api.settings import Environment

VARIABLES: Final = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "ICT_MODEL", "ICT_MODEL_INPUT_COST", "ICT_MODEL_OUTPUT_COST",
    "ICT_MODEL_TIMEOUT_S", "ICT_MODEL_RETRIES", "ICT_COACH_STEPS", "ICT_COACH_TOKENS", "ICT_COACH_COST",
    "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "LANGSMITH_PROJECT", "LANGSMITH_ENDPOINT",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Environment().for_service(lambda: 0, "1.0")


def test_nothing_set_is_the_offline_model_and_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = settings(monkeypatch, LANGSMITH_TRACING="true", LANGSMITH_PROJECT="p", OPENAI_API_KEY="")
    assert (bare.model, bare.coach, bare.tracing) == (None, CoachLimits(), None)


def test_a_key_alone_is_openai_with_the_usual_model(monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings(monkeypatch, OPENAI_API_KEY="sk-1").model
    assert told == ModelSettings(USUAL_MODEL, None, "sk-1", None, None, 60.0, 2)
    assert "sk-1" not in repr(told)
    assert "sk-1" not in repr(Environment())


def test_a_server_alone_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings(monkeypatch, OPENAI_BASE_URL="http://127.0.0.1:11434/v1", ICT_MODEL="llama3.1").model
    assert told == ModelSettings("llama3.1", "http://127.0.0.1:11434/v1", None)


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values = (
        "sk-1", "https://api.deepseek.com/v1", "deepseek-chat", "0.27", "1.1", "5", "0", "3", "1000", "0.5",
        "ls-1", "ls-2", "mine", "https://eu.api.smith.langchain.com",
    )  # fmt: skip
    told = settings(monkeypatch, **dict(zip(VARIABLES, values, strict=True)))
    assert told.model == ModelSettings("deepseek-chat", "https://api.deepseek.com/v1", "sk-1", 0.27, 1.1, 5.0, 0)
    assert told.coach == CoachLimits(3, 1000, 0.5)
    assert told.tracing == TracingSettings("ls-1", "mine", "https://eu.api.smith.langchain.com/")
    monkeypatch.delenv("LANGSMITH_API_KEY")
    assert settings(monkeypatch).tracing == TracingSettings("ls-2", "mine", "https://eu.api.smith.langchain.com/")
    assert "ls-2" not in repr(Environment())


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, "OPENAI_BASE_URL needs ICT_MODEL"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1", "OPENAI_API_KEY": "sk"}, "OPENAI_BASE_URL needs ICT_MODEL"),
        ({"ICT_MODEL": "m"}, "ICT_MODEL needs OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ({"OPENAI_API_KEY": "sk", "ICT_COACH_COST": "1"}, "ICT_COACH_COST needs ICT_MODEL_INPUT_COST"),
        ({"OPENAI_BASE_URL": "localhost", "ICT_MODEL": "m"}, "OPENAI_BASE_URL"),
        ({"ICT_COACH_STEPS": "0"}, "ICT_COACH_STEPS"),
        ({"ICT_COACH_TOKENS": "-1"}, "ICT_COACH_TOKENS"),
        ({"ICT_MODEL_TIMEOUT_S": "0"}, "ICT_MODEL_TIMEOUT_S"),
        ({"ICT_MODEL_INPUT_COST": "nan"}, "ICT_MODEL_INPUT_COST"),
        ({"ICT_MODEL_RETRIES": "99"}, "ICT_MODEL_RETRIES"),
    ],
)
def test_what_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings(monkeypatch, **variables)


def test_how_much_is_done_at_once_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ICT_POOL_SIZE", "ICT_THREAD_RUNS"):
        monkeypatch.delenv(name, raising=False)
    usual = settings(monkeypatch)
    assert (usual.pool_size, usual.concurrent_threads) == (8, 256)
    told = settings(monkeypatch, ICT_POOL_SIZE="20", ICT_THREAD_RUNS="3")
    assert (told.pool_size, told.concurrent_threads) == (20, 3)
    for name, value in (("ICT_POOL_SIZE", "1"), ("ICT_POOL_SIZE", "201"), ("ICT_THREAD_RUNS", "0")):
        with monkeypatch.context() as patched:
            patched.setenv(name, value)
            with pytest.raises(ValidationError, match=name):
                Environment()
