"""The front door."""

from fastapi import APIRouter

from api.schemas.health import Link, Welcome
from api.state import ContextDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["health"])


@router.get("/")
async def welcome(context: ContextDep) -> Welcome:
    """Say what this is and where to go next."""
    links = Link(docs="/docs", openapi="/openapi.json", health="/api/v1/health", analyze="/api/v1/analyze")
    return Welcome(name="ICT agent", version=context.version, links=links)
