"""What an assistant's tools walk on the side is no part of the assistant's own graph."""

import httpx
import psycopg

from tests.api.langgraph.conftest import Document, post_and_read


def test_a_walk_that_a_tool_begins_leaves_nothing_in_the_conversation(
    client: httpx.Client, service_database: str, thread_id: str, body: Document
) -> None:
    client.post("/api/v1/analyze", json={**body, "profile": "strict"}).raise_for_status()
    for question, tool in (
        ("What if the profile were relaxed?", "what_if"),
        ("Run an analysis of EURUSD", "run_analysis"),
    ):
        asked = {"messages": [{"role": "user", "content": question}]}
        run = {"assistant_id": "coach", "input": asked, "stream_mode": ["values", "custom"], "stream_subgraphs": True}
        _, events = post_and_read(client, f"/threads/{thread_id}/runs/stream", run)
        assert f'"{tool}"' in "".join(event.data for event in events), "the tool was called"
        assert {event.event for event in events} == {"metadata", "values", "custom", "end"}
    with psycopg.connect(service_database) as connection:
        spaces = connection.execute(
            "SELECT DISTINCT checkpoint_ns FROM checkpoints WHERE thread_id = %s", (thread_id,)
        ).fetchall()
    assert spaces == [("",)]
