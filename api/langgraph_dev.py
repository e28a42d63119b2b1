"""The same graphs for LangGraph's own development server: what ``langgraph.json`` names.

That server keeps threads and checkpoints itself. It opens the service by the lifespan of `app`, which holds no route,
and asks the two factories for a graph whenever it runs or shows one.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from starlette.applications import Starlette

from agent.service import open_service
from agent.threads.assistants import Assistant, Assistants, Graph
from api.analysis_input import analysis_reader
from api.settings import Environment
from api.state import DEFAULT_OWNER

_opened: Final[list[Assistants]] = []


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    settings = replace(Environment().for_service(_clock, version("ict-agent")), read_analysis=analysis_reader(_clock))
    async with open_service(settings) as service:
        _opened.append(service.assistants)
        try:
            yield
        finally:
            _opened.remove(service.assistants)


app = Starlette(lifespan=_lifespan)


async def analysis() -> Graph:
    """Return the graph of the `analysis` assistant."""
    return _graph("analysis")


async def coach() -> Graph:
    """Return the graph of the `coach` assistant."""
    return _graph("coach")


def _graph(name: str) -> Graph:
    if not _opened:
        raise RuntimeError("the service is not open: serve `app` of this module too, as langgraph.json says")
    return bound(_opened[-1].get(name))


def bound(assistant: Assistant) -> Graph:
    """Return an assistant's graph for a server that knows neither its context nor how its input is read."""
    graph = assistant.graph(None)
    kind: Any = type(graph)

    class Bound(kind):  # type: ignore[misc]  # whatever kind of graph the assistant has
        async def astream(
            self, input: Any, config: RunnableConfig | None = None, *, context: Any = None, **options: Any
        ) -> AsyncIterator[Any]:
            """Read the input, and run in the context of this service; the server's own means nothing here."""
            given = assistant.read_input(input) if isinstance(input, Mapping) else input
            ours = assistant.context(DEFAULT_OWNER)
            async with aclosing(super().astream(given, config, context=ours, **options)) as parts:
                async for part in parts:
                    yield part

    found: Graph = Bound(**{**vars(graph), "context_schema": None})  # a caller has none to give
    return found


def _clock() -> int:
    return int(time.time())
