"""Threads: made, found, changed and deleted."""

import uuid

import httpx
import pytest

from tests.api.langgraph.conftest import Document, analysis


def test_a_thread_is_made_and_shown(client: httpx.Client) -> None:
    made = client.post("/threads", json={"metadata": {"who": "me"}, "further": "fields are tolerated"}).json()
    assert client.get(f"/threads/{made['thread_id']}").json() == made
    assert (made["metadata"], made["status"], made["values"], made["interrupts"]) == ({"who": "me"}, "idle", None, {})
    assert made["created_at"] <= made["updated_at"]


def test_a_thread_needs_no_body(client: httpx.Client) -> None:
    assert client.post("/threads").json()["metadata"] == {}


def test_a_thread_of_the_callers_own_id_is_made_once(client: httpx.Client) -> None:
    asked = {"thread_id": str(uuid.uuid4()), "metadata": {"first": True}}
    made = client.post("/threads", json=asked).json()
    again = client.post("/threads", json=asked)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:ict:problem:thread-exists"
    kept = client.post("/threads", json={**asked, "metadata": {}, "if_exists": "do_nothing"})
    assert kept.json() == made


def test_an_id_that_is_no_uuid_is_refused(client: httpx.Client) -> None:
    answer = client.post("/threads", json={"thread_id": "mine"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "thread_id"


def test_metadata_is_merged(client: httpx.Client, thread_id: str) -> None:
    path = f"/threads/{thread_id}"
    client.patch(path, json={"metadata": {"kept": 1, "changed": 1}})
    changed = client.patch(path, json={"metadata": {"changed": 2}}).json()
    assert changed["metadata"] == {"kept": 1, "changed": 2}
    quiet = client.patch(path, json={"metadata": {"quiet": True}}, headers={"Prefer": "return=minimal"})
    assert (quiet.status_code, quiet.content) == (204, b"")
    assert client.get(path).json()["metadata"]["quiet"] is True


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "nothing", "%00", "..%2Fetc"])
def test_a_thread_that_is_not_there_is_a_problem(client: httpx.Client, method: str, name: str) -> None:
    answer = client.request(method, f"/threads/{name}", json={} if method == "PATCH" else None)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_threads_are_found_sorted_and_counted(client: httpx.Client) -> None:
    mark = str(uuid.uuid4())
    ids = [client.post("/threads", json={"metadata": {"mark": mark, "no": no}}).json()["thread_id"] for no in range(3)]
    found = client.post("/threads/search", json={"metadata": {"mark": mark}, "sort_by": "created_at"})
    assert [one["thread_id"] for one in found.json()] == ids[::-1]
    assert found.headers["x-pagination-total"] == "3"
    assert client.post("/threads/count", json={"metadata": {"mark": mark}}).json() == 3
    page = client.post(
        "/threads/search",
        json={
            "metadata": {"mark": mark},
            "sort_by": "created_at",
            "sort_order": "asc",
            "limit": 2,
            "select": ["thread_id"],
        },
    )
    assert page.json() == [{"thread_id": one} for one in ids[:2]]
    assert (page.headers["x-pagination-total"], page.headers["x-pagination-next"]) == ("3", "2")
    some = client.post("/threads/search", json={"ids": [*ids[:1], str(uuid.uuid4())], "status": "idle"})
    assert [one["thread_id"] for one in some.json()] == ids[:1]
    assert client.post("/threads/search", json={"ids": ids, "status": "error"}).json() == []


def test_threads_are_found_by_what_they_were_run_with(client: httpx.Client, thread_id: str, body: Document) -> None:
    assistant_id = client.get("/assistants/analysis").json()["assistant_id"]
    client.post(f"/threads/{thread_id}/runs/wait", json=analysis(body)).raise_for_status()
    for wanted in ({"graph_id": "analysis"}, {"assistant_id": assistant_id}):
        found = client.post("/threads/search", json={"metadata": wanted, "ids": [thread_id]}).json()
        assert [one["thread_id"] for one in found] == [thread_id]
        assert found[0]["metadata"] == {"graph_id": "analysis", "assistant_id": assistant_id}
        assert client.post("/threads/count", json={"metadata": {**wanted, "who": "nobody"}}).json() == 0
    assert found[0]["title"] == "Analysis of EURUSD"
    nobody = client.post("/threads/search", json={"metadata": {"graph_id": "nobody"}})
    assert (nobody.json(), nobody.headers["x-pagination-total"]) == ([], "0")


def test_a_deleted_thread_is_gone_with_its_runs(client: httpx.Client, thread_id: str, body: Document) -> None:
    run_id = client.post(f"/threads/{thread_id}/runs", json=analysis(body)).json()["run_id"]
    answer = client.delete(f"/threads/{thread_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (
        "",
        "/state",
        "/history",
        "/runs",
        f"/runs/{run_id}",
        f"/runs/{run_id}/stream",
        f"/runs/{run_id}/join",
    ):
        assert client.get(f"/threads/{thread_id}{path}").status_code == 404


def test_a_thread_on_which_a_run_failed_is_deleted_for_good_too(client: httpx.Client, thread_id: str) -> None:
    client.post(f"/threads/{thread_id}/runs/wait", json={"assistant_id": "analysis", "input": None})
    assert client.get(f"/threads/{thread_id}").json()["status"] == "error"
    client.delete(f"/threads/{thread_id}").raise_for_status()
    assert client.patch(f"/threads/{thread_id}", json={"metadata": {"late": True}}).status_code == 404
    assert client.post("/threads/search", json={"ids": [thread_id]}).json() == []


def test_metadata_is_kept_as_it_was_written(client: httpx.Client, thread_id: str) -> None:
    written = {"long": -60558307597747781632, "": {"deep": ["\u0095", "\U0001f600"]}, "none": None, "exact": 0.1}
    assert client.patch(f"/threads/{thread_id}", json={"metadata": written}).json()["metadata"] == written
    assert client.post("/threads/search", json={"metadata": written}).json()[0]["metadata"] == written


def test_other_origins_may_do_all_that_a_client_does(client: httpx.Client) -> None:
    for method in ("PATCH", "DELETE"):
        asked = {
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type, x-api-key",
        }
        answer = client.options("/threads/any", headers=asked)
        assert answer.status_code == 200
        assert method in answer.headers["access-control-allow-methods"]
    exposed = client.get("/ok", headers={"Origin": "http://localhost:3000"}).headers["access-control-expose-headers"]
    assert {"Content-Location", "Location", "X-Pagination-Next", "X-Pagination-Total"} <= set(exposed.split(", "))
