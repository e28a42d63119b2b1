"""All routes of the LangGraph wire."""

from fastapi import APIRouter

from api.langgraph import assistants, meta, runs, stateless_runs, states, threads

router = APIRouter()
for _feature in (meta, assistants, threads, states, runs, stateless_runs):
    router.include_router(_feature.router)
