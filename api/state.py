"""What an endpoint is given: the service, the clock, the owner. Built once, in the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, TypedDict, cast

from fastapi import Depends, Request

from agent.service import Service

DEFAULT_OWNER: Final = "default"
"""Whom everything belongs to while nobody signs in."""


@dataclass(frozen=True, slots=True)
class Context:
    """The open service and what surrounds it; `clock` gives UTC epoch seconds."""

    service: Service
    clock: Callable[[], int]
    version: str


class LifespanState(TypedDict):
    """The lifespan's state, which Starlette copies onto every request."""

    context: Context


def _context(request: Request) -> Context:
    return cast(Context, request.state.context)


def _owner() -> str:
    return DEFAULT_OWNER


ContextDep = Annotated[Context, Depends(_context)]
OwnerDep = Annotated[str, Depends(_owner)]
