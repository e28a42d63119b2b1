"""Bad input gets one answer that names the field and the first offending bar, before a run exists."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.schemas.problems import ProblemDetails
from tests.api.running_server import NOW

Body = dict[str, Any]
Spoil = Callable[[Body], object]
BARS = "timeframe_bars.15m"


def bar(index: int, **values: Any) -> Spoil:
    return lambda body: body["timeframe_bars"]["15m"][index].update(values)


def put(**values: Any) -> Spoil:
    return lambda body: body.update(values)


def bars(make: Callable[[list[Body]], Any]) -> Spoil:
    return lambda body: body["timeframe_bars"].update({"15m": make(body["timeframe_bars"]["15m"])})


CASES: dict[str, tuple[Spoil, str, int | None]] = {
    "high below low": (bar(7, high=0.5), BARS, 7),
    "open outside": (bar(8, open=9.0), BARS, 8),
    "zero price": (bar(3, low=0), BARS, 3),
    "negative price": (bar(3, close=-1.1), BARS, 3),
    "a price as text": (bar(4, open="1.1"), BARS, 4),
    "a price as flag": (bar(4, open=True), BARS, 4),
    "a price of null": (bar(4, close=None), BARS, 4),
    "a price beyond numbers": (bar(5, high=10**400), BARS, 5),
    "a price that is NaN": (bar(6, close=float("nan")), BARS, 6),
    "an infinite price": (bar(6, high=float("inf")), BARS, 6),
    "a time that is NaN": (bar(6, time=float("nan")), BARS, 6),
    "a balance that is NaN": (put(account_balance=float("nan")), "account_balance", None),
    "an infinite risk": (put(risk_pct=float("-inf")), "risk_pct", None),
    "negative volume": (bar(2, volume=-1), BARS, 2),
    "a naive time": (bar(5, time="2024-01-09T10:00:00"), BARS, 5),
    "no time at all": (bar(5, time="soon"), BARS, 5),
    "a time in the year 3000": (bar(299, time="3000-01-01T00:00:00Z"), BARS, 299),
    "a time twice": (bars(lambda rows: [*rows[:50], rows[49], *rows[50:]]), BARS, 50),
    "times out of order": (bars(lambda rows: [rows[1], rows[0], *rows[2:]]), BARS, 1),
    "an unknown field": (bar(9, colour="green"), BARS, 9),
    "a missing field": (lambda body: body["timeframe_bars"]["15m"][6].pop("close"), BARS, 6),
    "one field twice": (bar(9, o=1.1), BARS, 9),
    "a bar that is no object": (bars(lambda rows: [*rows[:4], 7, *rows[5:]]), BARS, 4),
    "bars that are no list": (bars(lambda rows: "many"), BARS, None),
    "too few bars": (bars(lambda rows: rows[:5]), BARS, None),
    "no bars": (bars(lambda rows: []), BARS, None),
    "another timeframe's bars": (bars(lambda rows: rows[::4]), BARS, 1),
    "no timeframes": (put(timeframe_bars={}), "timeframe_bars", None),
    "an unknown timeframe": (lambda body: body["timeframe_bars"].update({"7x": []}), "timeframe_bars", None),
    "a timeframe twice": (
        lambda body: body["timeframe_bars"].update({"15min": body["timeframe_bars"]["15m"]}),
        "timeframe_bars",
        None,
    ),
    "columns of unequal length": (
        bars(lambda rows: {name: [row[name] for row in rows][: 9 if name == "low" else 99] for name in rows[0]}),
        BARS,
        None,
    ),
    "a column that is no list": (bars(lambda rows: {"time": [1], "open": 3}), BARS, None),
    "an unknown column": (bars(lambda rows: {"time": [1], "bid": [1]}), BARS, None),
    "bars from the future of as_of": (put(as_of="2024-01-10T00:00:00Z"), BARS, None),
    "an unknown symbol": (put(symbol="ZZZZZ"), "symbol", None),
    "a symbol with a control character": (put(symbol="EUR\x07USD"), "symbol", None),
    "a symbol that is a number": (put(symbol=7), "symbol", None),
    "a NUL in a text": (put(symbol="EUR\x00USD"), "symbol", None),
    "an unknown field of the body": (put(colour="green"), "colour", None),
    "a balance as text": (put(account_balance="10000"), "account_balance", None),
    "a balance beyond numbers": (put(account_balance=10**400), "account_balance", None),
    "no balance": (lambda body: body.pop("account_balance"), "account_balance", None),
    "a negative balance": (put(account_balance=-1), "account_balance", None),
    "no risk": (put(risk_pct=0), "risk_pct", None),
    "a naive as_of": (put(as_of="2024-01-11T14:00:00"), "as_of", None),
    "an unknown profile": (put(profile="reckless"), "profile", None),
    "an event of unknown impact": (
        put(economic_calendar=[{"time": NOW, "currency": "USD", "impact": "huge", "title": "x"}]),
        "economic_calendar.impact",
        0,
    ),
    "half a trade": (put(trades_this_session=0.5), "trades_this_session", None),
}


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/runs/stream"])
@pytest.mark.parametrize("case", CASES)
def test_a_bad_body_is_refused_by_field_and_bar(client: httpx.Client, body: Body, case: str, path: str) -> None:
    spoil, field, index = CASES[case]
    spoil(body)
    before = client.get("/api/v1/runs").json()["total"]
    answer = client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    first = ProblemDetails.model_validate(answer.json()).errors[0]
    assert (first.field, first.index) == (field, first.index if index is None else index)
    assert client.get("/api/v1/runs").json()["total"] == before


def test_a_last_bar_that_closes_in_the_future_of_now_is_unfinished(client: httpx.Client, body: Body) -> None:
    last = dict(body["timeframe_bars"]["15m"][-1], time=NOW)
    body["timeframe_bars"]["15m"].append(last)
    body["as_of"] = NOW + 900
    answer = client.post("/api/v1/analyze", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["index"] == 300
    assert "in the future of now" in answer.json()["detail"]


RAW: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"{", 400),
    "NaN": (b'{"account_balance": NaN}', 422),
    "minus infinity": (b'{"account_balance": -Infinity}', 422),
    "a key twice": (b'{"symbol": "EURUSD", "symbol": "GBPUSD"}', 400),
    "no UTF-8": (b'{"symbol": "\xff"}', 400),
    "UTF-16": ('{"symbol": "EURUSD"}'.encode("utf-16"), 400),
    "a number of 5,000 digits": (b'{"risk_pct": ' + b"9" * 5000 + b"}", 400),
    "5,000 levels": (b"[" * 5000 + b"]" * 5000, 400),
    "100 levels": (b"[" * 100 + b"]" * 100, 400),
    "half a surrogate pair": (b'{"symbol": "\\ud800"}', 422),
    "half a surrogate pair in a key": (b'{"a": [{"\\udfff": 1}]}', 422),
    "a lone text with a NUL": (b'"\\u0000"', 422),
    "an infinite number": (b'{"account_balance": 1e999}', 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "nothing": (b"", 422),
}


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/analyze/batch", "/api/v1/runs", "/api/v1/explain"])
@pytest.mark.parametrize("case", RAW)
def test_a_body_that_cannot_be_read_is_a_problem(client: httpx.Client, case: str, path: str) -> None:
    content, status = RAW[case]
    answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert ProblemDetails.model_validate(answer.json()).status == status


@pytest.mark.parametrize("declared", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_not_declared_as_json_is_refused(client: httpx.Client, body: Body, declared: str | None) -> None:
    headers = {} if declared is None else {"Content-Type": declared}
    answer = client.post("/api/v1/analyze", content=json.dumps(body), headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "declared", ["gzip", "br", "deflate", "zstd", "identity, gzip", "x-nonsense"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/chart", "/api/v1/runs/stream"])
def test_an_encoded_body_is_refused_by_the_encodings_name(
    client: httpx.Client, body: Body, path: str, declared: str
) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": declared}
    answer = client.post(path, content=gzip.compress(json.dumps(body).encode()), headers=headers)
    assert answer.status_code == 415
    problem = ProblemDetails.model_validate(answer.json())
    assert problem.type == "urn:ict:problem:encoded-body"
    assert "Content-Encoding" in problem.detail
    assert repr(declared) in problem.detail
    assert answer.headers["accept-encoding"] == "identity"


def test_every_415_is_documented_with_the_encoding_that_is_taken(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = [one["responses"]["415"] for path in paths.values() for one in path.values() if "415" in one["responses"]]
    assert len(told) >= 6
    assert all("Accept-Encoding" in response["headers"] for response in told)


@pytest.mark.parametrize("declared", ["identity", "Identity", ""])
def test_a_body_that_says_it_is_not_encoded_is_taken(client: httpx.Client, body: Body, declared: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": declared}
    assert client.post("/api/v1/analyze", content=json.dumps(body), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=ten", "offset=-1", f"offset={2**63}", f"offset={'9' * 5000}",
        "since=yesterday", "since=2024-01-01T00:00:00", "until=0001-01-01T00:00:00Z", "until=9999-12-31T23:59:59Z",
        "status=MAYBE", "symbol=%00", "symbol=%ED%A0%80", "symbol=" + "A" * 100, "order=asc",
    ],
)  # fmt: skip
def test_a_bad_query_is_400(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/v1/audit/decisions?{query}")
    assert answer.status_code == 400, answer.text
    assert ProblemDetails.model_validate(answer.json()).errors[0].field == query.partition("=")[0]
