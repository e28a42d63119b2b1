"""The examples of the LangGraph wire: what its clients send."""

from typing import Any

_THREAD = "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"


def langgraph_requests(analysis: dict[str, Any]) -> dict[str, Any]:
    """Return a body for each of its operations that takes one.

    Args:
        analysis: the body of an analysis, which the `analysis` assistant takes as its input.
    """
    run = {"assistant_id": "analysis", "input": analysis, "stream_mode": ["values", "custom"]}
    question = {"messages": [{"type": "human", "content": "Which kill zone is it?"}]}
    talk = {"assistant_id": "coach", "input": question, "stream_mode": ["values", "messages-tuple", "custom"]}
    return {
        "search_assistants": {"graph_id": "analysis", "limit": 10},
        "count_assistants": {},
        "create_thread": {"metadata": {"desk": "London"}, "if_exists": "raise"},
        "search_threads": {"metadata": {"graph_id": "analysis"}, "limit": 10},
        "count_threads": {"status": "idle"},
        "patch_thread": {"metadata": {"desk": "New York"}},
        "get_state_by_checkpoint": {"checkpoint": {"thread_id": _THREAD, "checkpoint_ns": ""}},
        "search_history": {"limit": 2},
        "create_run": {**run, "interrupt_after": ["bias"], "multitask_strategy": "reject"},
        "stream_new_run": {**talk, "on_disconnect": "continue"},
        "await_new_run": run,
        "create_stateless_run": run,
        "stream_stateless_run": run,
        "await_stateless_run": run,
    }
