"""Every error is one problem document, and every leaf of the error tree has its place on the wire."""

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.door import Door
from api.problems import TYPE_OF, Problem, printable, problem_of, problem_response
from api.schemas.problems import ProblemDetails
from tools.errors import DataError, IctError, InvalidCandles, SourceUnavailable, StoreUnavailable, UnknownSymbol


def leaves(kind: type[IctError]) -> list[type[IctError]]:
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return below or [kind]


@pytest.mark.parametrize("leaf", leaves(IctError))
def test_every_leaf_of_the_error_tree_is_mapped(leaf: type[IctError]) -> None:
    assert leaf in TYPE_OF
    assert 400 <= TYPE_OF[leaf].status < 600


def test_no_two_errors_share_a_type() -> None:
    assert len({kind.slug for kind in TYPE_OF.values()}) == len(TYPE_OF)


def test_a_data_error_keeps_its_field_index_expected_and_got() -> None:
    error = InvalidCandles("high is below low", field="timeframe_bars.15m", index=12, expected="high first", got="1.1")
    document = problem_of(error).to_dict("/api/v1/analyze")
    assert document["status"] == 422
    assert document["type"] == "urn:ict:problem:invalid-candles"
    assert document["errors"] == [
        {
            "field": "timeframe_bars.15m",
            "index": 12,
            "message": "high is below low",
            "expected": "high first",
            "got": "1.1",
        }
    ]


def test_the_same_fault_is_422_in_a_body_and_another_status_in_a_query() -> None:
    error = UnknownSymbol("unknown", field="symbol")
    assert (problem_of(error).status, problem_of(error, in_query=True).status) == (422, 404)


@pytest.mark.parametrize(
    "error", [StoreUnavailable("host db-7 said no"), SourceUnavailable("token=abc refused", field="EURUSD_15m.csv")]
)
def test_what_went_wrong_behind_the_service_is_not_told(error: IctError) -> None:
    told = str(problem_of(error).to_dict("/"))
    assert "db-7" not in told
    assert "abc" not in told


def test_an_unavailable_store_says_when_to_try_again() -> None:
    answer = problem_response(problem_of(StoreUnavailable("gone")), {"type": "http", "path": "/api/v1/runs"})
    assert answer.headers["retry-after"] == "5"


def test_texts_no_client_could_read_are_written_out_and_cut_short() -> None:
    assert printable("a\x00b\ud800\x1b") == "a\\x00b\\ud800\\x1b"
    assert len(printable("x" * 10_000)) == 400
    answer = problem_response(Problem("slug", "Title", 400, "\udfff"), {"type": "http", "path": "/\udfff\n"})
    assert answer.status_code == 400


def test_a_new_kind_of_error_falls_back_to_its_nearest_known_parent() -> None:
    class Stranger(InvalidCandles):
        pass

    assert problem_of(Stranger("odd")).slug == "invalid-candles"
    assert issubclass(Stranger, DataError)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/runs/", 404),
        ("POST", "/api/v1/runs/0/1", 404),
        ("DELETE", "/api/v1/analyze", 405),
        ("GET", "/api/v1/rules/99.9", 404),
        ("GET", "/api/v1/rules?profile=none", 400),
        ("GET", "/api/v1/rules?proflie=strict", 400),
        ("GET", "/api/v1/runs/%00", 404),
        ("GET", "/api/v1/runs/..%2F..%2Fetc", 404),
        ("GET", "/api/v1/audit/decisions/%ED%A0%80", 404),
        ("POST", "/api/v1/audit/decisions/nope/replay", 404),
    ],
)
def test_unknown_addresses_and_names_are_problems_too(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert ProblemDetails.model_validate(answer.json()).status == status


def test_405_names_every_method_the_address_takes(client: httpx.Client) -> None:
    assert client.put("/api/v1/runs").headers["allow"] == "GET, POST"
    assert client.put("/api/v1/runs/stream").headers["allow"] == "POST"


@pytest.mark.anyio
async def test_what_nobody_expected_is_a_500_without_internals_and_with_an_id(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError("the secret of /etc/passwd")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(Door(broken)), base_url="http://service") as client:
        answer = await client.get("/anything", headers={"X-Request-Id": "id-1"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "id-1"
    assert "id-1" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert "secret" in caplog.text
