"""Record the OpenAPI document's example answers anew: ``python -m tests.api.record_examples``.

A service on an empty database, its clock at `NOW`, is asked what the examples ask. Long lists are cut to their first
items; everything else stands as it was answered.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx

from agent.store.embedded import EmbeddedPostgres
from api.examples import REQUESTS
from tests.api.record_langgraph_examples import langgraph_answers
from tests.api.running_server import empty_database, running_server

FOLDER: Final = Path(__file__).parents[2] / "api" / "examples"
API: Final = "/api/v1"
_WHOLE: Final = frozenset({"analyze"})
_MOST: Final = 3
_CALENDAR: Final = "time,currency,impact,title\n2024-01-11T13:30:00Z,USD,high,Consumer Price Index\n"
_AT: Final = "2024-01-11T13:00:00Z"


def main() -> None:
    """Ask, and write one file an operation."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calendar = folder / "calendar.csv"
        calendar.write_text("# covers 2024-01-01 to 2024-12-31\n" + _CALENDAR)
        with (
            EmbeddedPostgres(folder / "postgres", options={"fsync": "off"}) as server,
            empty_database(server.conninfo, "examples") as url,
            running_server(url, folder / "data", calendar_file=calendar) as address,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            for operation, answer in _answers(client).items():
                body = answer if operation in _WHOLE else _cut(answer)
                text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
                (FOLDER / f"{operation}.json").write_text(text, encoding="utf-8")


def _answers(client: httpx.Client) -> dict[str, Any]:
    def sent(operation: str, path: str) -> Any:
        return client.post(API + path, json=REQUESTS[operation]).raise_for_status().json()

    found = {"analyze": sent("analyze", "/analyze"), "analyze_batch": sent("analyze_batch", "/analyze/batch")}
    run_id = found["analyze"]["run_id"]
    asked: dict[str, Callable[[], httpx.Response]] = {
        "explain_run": lambda: client.post(f"{API}/explain", json={"run_id": run_id}),
        "what_if": lambda: client.post(f"{API}/explain/what-if", json={**REQUESTS["what_if"], "run_id": run_id}),
        "get_run": lambda: client.get(f"{API}/runs/{run_id}"),
        "list_runs": lambda: client.get(f"{API}/runs", params={"limit": 1}),
        "list_decisions": lambda: client.get(f"{API}/audit/decisions", params={"limit": 1}),
        "list_rules": lambda: client.get(f"{API}/rules", params={"limit": 2}),
        "get_rule": lambda: client.get(f"{API}/rules/7.2"),
        "list_rule_examples": lambda: client.get(f"{API}/rules/1.1/examples", params={"limit": 1}),
        "chain_head": lambda: client.get(f"{API}/audit/head"),
        "verify_chain": lambda: client.get(f"{API}/audit/verify"),
        "read_metrics": lambda: client.get(f"{API}/audit/metrics"),
        "list_events": lambda: client.get(f"{API}/calendar", params={"since": _AT, "until": "2024-01-12T00:00:00Z"}),
        "list_pair_events": lambda: client.get(f"{API}/calendar/pair/EURUSD", params={"at": _AT}),
        "check_news_risk": lambda: client.get(f"{API}/calendar/risk-check", params={"symbol": "EURUSD", "at": _AT}),
    }
    feedback = client.post(f"{API}/runs/{run_id}/feedback", json=REQUESTS["give_feedback"])
    found["give_feedback"] = feedback.raise_for_status().json()
    asked["get_feedback"] = lambda: client.get(feedback.headers["Location"])
    asked["list_feedback"] = lambda: client.get(f"{API}/runs/{run_id}/feedback")
    found |= {operation: ask().raise_for_status().json() for operation, ask in asked.items()}
    found |= _of_the_coach(client)
    found |= langgraph_answers(client)
    decision_id = found["list_decisions"]["items"][0]["decision_id"]
    found["get_decision"] = client.get(f"{API}/audit/decisions/{decision_id}").raise_for_status().json()
    found["replay_decision"] = client.post(f"{API}/audit/decisions/{decision_id}/replay").raise_for_status().json()
    return found


def _of_the_coach(client: httpx.Client) -> dict[str, Any]:
    coach, as_json = f"{API}/coach", {"Accept": "application/json"}
    chat = client.post(f"{coach}/chat", json=REQUESTS["chat"], headers=as_json).raise_for_status().json()
    thread = f"{coach}/threads/{chat['thread_id']}"
    asked: dict[str, Callable[[], httpx.Response]] = {
        "list_conversations": lambda: client.get(f"{coach}/threads"),
        "get_conversation": lambda: client.get(thread),
        "rename_conversation": lambda: client.patch(thread, json=REQUESTS["rename_conversation"]),
        "list_insights": lambda: client.get(f"{coach}/insights"),
    }
    told = {operation: ask().raise_for_status().json() for operation, ask in asked.items()}
    cancelled = {"thread_id": chat["thread_id"], "run_id": chat["run_id"], "status": "interrupted"}
    return {"chat": chat, "cancel_answer": cancelled, **told}


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cut(one) for key, one in value.items()}
    return [_cut(one) for one in value[:_MOST]] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
