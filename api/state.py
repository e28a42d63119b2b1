"""What an endpoint is given: the service, the clock, the owner. Built once, in the composition root."""

from asyncio import Semaphore
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final, TypedDict, cast

from fastapi import Depends, Request
from starlette.types import ASGIApp

from agent.service import Service
from agent.settings import DEFAULT_OWNER as DEFAULT_OWNER

CHARTS_AT_ONCE: Final = 2
"""A chart of many bars fills a core and some hundred megabytes while it is read: few at a time, the others wait."""


@dataclass(frozen=True, slots=True)
class Context:
    """The open service and what surrounds it.

    Attributes:
        service: open.
        clock: gives UTC epoch seconds.
        version: of this code.
        chart_turns: held by whoever reads, draws or writes out a chart.
    """

    service: Service
    clock: Callable[[], int]
    version: str
    chart_turns: Semaphore = field(default_factory=lambda: Semaphore(CHARTS_AT_ONCE))


class LifespanState(TypedDict):
    """The lifespan's state, which Starlette copies onto every request; `mcp` is the open endpoint of that protocol."""

    context: Context
    mcp: ASGIApp


def _context(request: Request) -> Context:
    return cast(Context, request.state.context)


def _owner() -> str:
    return DEFAULT_OWNER


ContextDep = Annotated[Context, Depends(_context)]
OwnerDep = Annotated[str, Depends(_owner)]
