"""Verdicts on recorded runs: recorded, listed, and refused where the labels do not fit the run's candles."""

from typing import Any

import httpx
import pytest

from api.examples import REQUESTS
from api.schemas.feedback import Feedback, FeedbackList

Body = dict[str, Any]


@pytest.fixture(scope="module")
def run(client: httpx.Client) -> Body:
    """Give the run of the example, which the example's feedback is about."""
    answer: Body = client.post("/api/v1/analyze", json=REQUESTS["analyze"]).raise_for_status().json()
    return answer


@pytest.fixture
def path(client: httpx.Client, run: Body) -> str:
    return f"/api/v1/runs/{run['run_id']}/feedback"


def test_the_example_feedback_can_be_given_as_it_stands(client: httpx.Client, path: str, run: Body) -> None:
    answer = client.post(path, json=REQUESTS["give_feedback"])
    assert answer.status_code == 201
    given = Feedback.model_validate(answer.json())
    assert (given.run_id, given.verdict, given.given_by) == (run["run_id"], "wrong", "ann")
    assert given.labels == REQUESTS["give_feedback"]["labels"]


def test_feedback_is_listed_newest_first_and_by_page(client: httpx.Client) -> None:
    run_id = client.post("/api/v1/analyze", json=REQUESTS["analyze"]).json()["run_id"]
    path = f"/api/v1/runs/{run_id}/feedback"
    assert client.get(path).json() == {"total": 0, "count": 0, "items": []}
    for note in ("first", "second", "third"):
        client.post(path, json={"verdict": "right", "note": note}).raise_for_status()
    listed = FeedbackList.model_validate(client.get(f"{path}?limit=2").json())
    assert (listed.total, listed.count) == (3, 2)
    assert [one.note for one in listed.items] == ["third", "second"]
    assert [one["note"] for one in client.get(f"{path}?offset=2").json()["items"]] == ["first"]
    assert {(one.labels, one.given_by) for one in listed.items} == {(None, "owner")}


def test_labels_off_the_runs_bars_are_refused_field_by_field(client: httpx.Client, path: str) -> None:
    zone = {"kind": "fair_value_gap", "direction": "bullish", "timeframe": "15m", "top": 1.09, "bottom": 1.1}
    labels = {"zones": [{**zone, "from": "2024-01-10T08:07:00Z"}], "bias": {"1h": "up"}, "note": "x"}
    answer = client.post(path, json={"verdict": "wrong", "labels": labels})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:ict:problem:invalid-labels"
    assert [(one["field"], one["index"]) for one in problem["errors"]] == [
        ("labels.note", None),
        ("labels.zones.top", 0),
        ("labels.zones.from", 0),
        ("labels.bias.1h", None),
    ]
    off = problem["errors"][2]
    assert off["message"] == "labels.zones[0].from: no 15m bar of the chart opened at 2024-01-10T08:07:00Z"
    assert off["expected"] == "write a bar's, such as 2024-01-10T08:00:00Z"


def test_right_beside_another_decision_is_refused(client: httpx.Client, path: str, run: Body) -> None:
    other = "WAIT" if run["status"] != "WAIT" else "NO_TRADE"
    body = {"verdict": "right", "labels": {"decision": {"status": other}}}
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "labels.decision.status"
    assert client.post(path, json={**body, "labels": {"decision": {"status": run["status"]}}}).status_code == 201


def test_right_beside_another_bias_or_setup_is_refused(client: httpx.Client, path: str, run: Body) -> None:
    other = "bearish" if run["htf_bias"]["value"] != "bearish" else "bullish"
    said = {"bias": {"htf": other}, "setup": {"direction": "bullish", "entry": 2.0, "stop": 1.9}}
    answer = client.post(path, json={"verdict": "right", "labels": said})
    assert answer.status_code == 422
    first, second, *_ = answer.json()["errors"]
    assert first["field"] == "labels.bias.htf"
    assert run["htf_bias"]["value"] in first["expected"]
    assert second["field"].startswith("labels.setup")
    assert client.post(path, json={"verdict": "wrong", "labels": said}).status_code == 201


def test_what_was_recorded_is_where_its_location_says(client: httpx.Client, path: str) -> None:
    given = client.post(path, json=REQUESTS["give_feedback"])
    place = given.headers["location"]
    assert place == f"{path}/{given.json()['feedback_id']}"
    assert client.get(place).json() == given.json()
    elsewhere = client.post("/api/v1/analyze", json=REQUESTS["analyze"]).json()["run_id"]
    for wrong in (f"{path}/{'0' * 32}", f"{path}/x", place.replace(path.split("/")[-2], elsewhere)):
        answer = client.get(wrong)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:ict:problem:feedback-not-found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "maybe"},
        {"verdict": "right", "labels": []},
        {"verdict": "right", "note": ""},
        {"verdict": "right", "given_by": " "},
        {"verdict": "right", "mood": "good"},
    ],
)
def test_what_is_no_feedback_is_refused(body: Body, client: httpx.Client, path: str) -> None:
    before = client.get(path).json()["total"]
    assert client.post(path, json=body).status_code == 422
    assert client.get(path).json()["total"] == before


@pytest.mark.parametrize("run_id", ["0" * 32, "not-a-run", "x" * 1000])
def test_an_unknown_run_takes_no_feedback(run_id: str, client: httpx.Client) -> None:
    path = f"/api/v1/runs/{run_id}/feedback"
    for answer in (client.get(path), client.post(path, json={"verdict": "right"})):
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:ict:problem:run-not-found"
