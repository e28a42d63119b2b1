"""Whose servers the tests may speak to: their own. What else a developer's machine runs, or has keys for, stays out."""

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

MODEL_SETTINGS: Final = ("OPENAI_", "AZURE_OPENAI_", "ANTHROPIC_", "LANGSMITH_", "LANGCHAIN_", "ICT_MODEL")
"""How the names of variables begin that would have a test speak to a model, or trace to a server."""

# Where such programs listen unless told otherwise; a server of a test is given a port far above by the system.
MODEL_PORTS: Final = MappingProxyType({
    1234: "LM Studio", 1337: "Jan", 4000: "LiteLLM", 5001: "KoboldCpp", 8000: "vLLM", 8080: "llama.cpp",
    11434: "Ollama", 30000: "SGLang",
})  # fmt: skip


def without_models(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which neither a model nor tracing is configured."""
    return {name: value for name, value in environment.items() if not name.startswith(MODEL_SETTINGS)}


def refuse_the_world(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, as an audit hook of the interpreter, to look up or to reach what is no server of the tests.

    Raises:
        RuntimeError: a test tried to.
    """
    if event == "socket.getaddrinfo":
        host, port = arguments[0], arguments[1]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):  # one that is no tuple is a file
        host, port = arguments[1][:2]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if not _is_this_machine(name):
        raise RuntimeError(f"a test tried to reach {name}: tests use what runs on this machine, or a port's own fake")
    if port in MODEL_PORTS:
        raise RuntimeError(
            f"a test tried to reach port {port}, where {MODEL_PORTS[port]} listens: use tests.model_server"
        )


def _is_this_machine(host: str | None) -> bool:
    if host in {None, "", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return False  # a name
    return address.is_loopback or address.is_unspecified
