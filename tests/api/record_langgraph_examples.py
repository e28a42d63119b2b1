"""Ask the LangGraph wire what the OpenAPI document's examples of it ask; see `tests.api.record_examples`."""

from collections.abc import Callable
from typing import Any

import httpx

from api.examples import REQUESTS


def langgraph_answers(client: httpx.Client) -> dict[str, Any]:
    """Return an answer for each operation that gives JSON, most of a thread that stands at a breakpoint."""
    made = client.post("/threads", json=REQUESTS["create_thread"]).raise_for_status().json()
    thread = f"/threads/{made['thread_id']}"
    started = client.post(f"{thread}/runs", json=REQUESTS["create_run"]).raise_for_status().json()
    run = f"{thread}/runs/{started['run_id']}"
    joined = client.get(f"{run}/join").raise_for_status().json()
    stateless = client.post("/runs", json=REQUESTS["create_stateless_run"]).raise_for_status().json()
    newest = client.get(f"{thread}/state").raise_for_status().json()

    def sent(operation: str, path: str) -> Callable[[], httpx.Response]:
        return lambda: client.post(path, json=REQUESTS[operation])

    asked: dict[str, Callable[[], httpx.Response]] = {
        "is_ok": lambda: client.get("/ok"),
        "get_info": lambda: client.get("/info"),
        "search_assistants": sent("search_assistants", "/assistants/search"),
        "count_assistants": sent("count_assistants", "/assistants/count"),
        "get_assistant": lambda: client.get("/assistants/analysis"),
        "get_assistant_schemas": lambda: client.get("/assistants/analysis/schemas"),
        "get_assistant_graph": lambda: client.get("/assistants/analysis/graph"),
        "list_assistant_subgraphs": lambda: client.get("/assistants/analysis/subgraphs"),
        "search_threads": sent("search_threads", "/threads/search"),
        "count_threads": sent("count_threads", "/threads/count"),
        "get_thread": lambda: client.get(thread),
        "patch_thread": lambda: client.patch(thread, json=REQUESTS["patch_thread"]),
        "get_state_by_checkpoint": sent("get_state_by_checkpoint", f"{thread}/state/checkpoint"),
        "get_state_at": lambda: client.get(f"{thread}/state/{newest['checkpoint_id']}"),
        "list_history": lambda: client.get(f"{thread}/history", params={"limit": 2}),
        "search_history": sent("search_history", f"{thread}/history"),
        "list_thread_runs": lambda: client.get(f"{thread}/runs"),
        "get_thread_run": lambda: client.get(run),
    }
    told = {operation: ask().raise_for_status().json() for operation, ask in asked.items()}
    results = dict.fromkeys(("join_run", "await_new_run", "await_stateless_run"), joined)
    return {
        "create_thread": made,
        "create_run": started,
        "create_stateless_run": stateless,
        "get_state": newest,
        **results,
        **told,
    }
