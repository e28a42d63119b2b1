"""The OpenAPI document is valid, complete, and its examples are what the service takes and gives."""

from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate
from pydantic import TypeAdapter, ValidationError

from api.examples import REQUESTS, recorded_answer
from api.problems import MEDIA_TYPE
from api.schemas.chart_facts import StructureFact

Document = dict[str, Any]
JSON = "application/json"


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Document:
    served: Document = client.get("/openapi.json").json()
    return served


def operations(document: Document) -> list[Document]:
    return [operation for taken in document["paths"].values() for operation in taken.values()]


def conforms(document: Document, instance: Any, schema: Document) -> None:
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(instance)


def test_the_document_is_valid(document: Document) -> None:
    validate(document)


def test_every_operation_is_named_tagged_and_described(document: Document) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in document["tags"]}
    for operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


def test_every_error_is_a_problem_document(document: Document) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400" and "/health" not in operation["operationId"]:
                kinds = set(response["content"])
                assert kinds == ({JSON} if operation["operationId"].startswith("health") else {MEDIA_TYPE})


def test_every_body_and_every_answer_has_an_example_that_fits_its_schema(document: Document) -> None:
    for operation in operations(document):
        described = [response for status, response in operation["responses"].items() if status < "300"]
        for holder in [operation.get("requestBody", {}), *described]:
            content = holder.get("content", {})
            if JSON in content:
                conforms(document, content[JSON]["example"], content[JSON]["schema"])


def test_the_example_requests_can_be_sent_as_they_stand(client: httpx.Client) -> None:
    assert client.post("/api/v1/analyze", json=REQUESTS["analyze"]).status_code == 200
    batch = client.post("/api/v1/analyze/batch", json=REQUESTS["analyze_batch"]).json()
    assert [item["problem"] for item in batch["items"]] == [None, None]


def test_the_recorded_answer_is_what_the_example_request_gets(client: httpx.Client) -> None:
    answer, kept = client.post("/api/v1/analyze", json=REQUESTS["analyze"]).json(), recorded_answer("analyze")
    assert kept is not None
    assert set(answer) == set(kept)
    assert (answer["status"], answer["inputs_hash"]) == (kept["status"], kept["inputs_hash"])


def test_a_structure_break_is_told_from_a_shift_by_its_type(document: Document) -> None:
    rows = document["components"]["schemas"]["ChartDocument"]["properties"]["structure_breaks"]
    assert rows["items"]["discriminator"]["propertyName"] == "type"
    break_, shift = (dict(row) for row in recorded_answer("read_chart")["structure_breaks"])  # type: ignore[index]
    del shift["scope"]
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(list[StructureFact]).validate_python([break_, shift])
    assert [fault["loc"] for fault in refused.value.errors()] == [(1, "MSS", "scope")]


def test_streams_are_described_event_by_event(document: Document) -> None:
    for path, method in (("/api/v1/runs/stream", "post"), ("/api/v1/runs/{run_id}/events", "get")):
        content = document["paths"][path][method]["responses"]["200"]["content"]
        assert content["text/event-stream"]["schema"] == {"$ref": "#/components/schemas/RunEvent"}


def test_a_bar_is_documented_by_both_spellings_and_as_columns(document: Document) -> None:
    schemas = document["components"]["schemas"]
    assert {"Bar", "ShortBar", "BarColumns"} <= set(schemas)
    assert schemas["ShortBar"]["required"] == ["t", "o", "h", "l", "c"]
    assert "HTTPValidationError" not in schemas


def test_answers_carry_an_id_and_other_origins_may_read_them(client: httpx.Client) -> None:
    origin = {"Origin": "http://localhost:3000"}
    answer = client.get("/api/v1/rules", headers={**origin, "X-Request-Id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["access-control-allow-origin"] == origin["Origin"]
    assert "Content-Location" in answer.headers["access-control-expose-headers"]
    refused = client.get("/api/v1/runs/none", headers={**origin, "X-Request-Id": "not an id!"})
    assert len(refused.headers["x-request-id"]) == 32
    assert refused.headers["access-control-allow-origin"] == origin["Origin"]
    sent = "content-type, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id"
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": sent}
    assert client.options("/mcp", headers=preflight).status_code == 200
    assert "Mcp-Session-Id" in answer.headers["access-control-expose-headers"]
    unknown = {**preflight, "Access-Control-Request-Headers": "x-made-up"}
    assert client.options("/mcp", headers=unknown).status_code == 400
    stranger = client.get("/api/v1/rules", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in stranger.headers
