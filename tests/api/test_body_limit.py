"""Bodies that are too large are refused, declared or not, and the connection does not hang."""

from collections.abc import Iterator

import httpx
import pytest

MIB = 2**20


def chunks(count: int) -> Iterator[bytes]:
    yield b'{"symbol": "'
    for _ in range(count):
        yield b"x" * MIB
    yield b'"}'


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/runs", "/api/v1/nowhere"])
def test_a_declared_length_above_the_limit_is_refused_at_once(client: httpx.Client, path: str) -> None:
    answer = client.post(path, content=b"x" * (33 * MIB), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "32 MiB" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/runs/stream"])
def test_sixty_megabytes_in_chunks_are_refused_while_they_come(client: httpx.Client, path: str) -> None:
    answer = client.post(path, content=chunks(60), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:ict:problem:body-too-large"


def test_the_service_goes_on_after_a_body_was_refused(client: httpx.Client) -> None:
    client.post("/api/v1/analyze", content=chunks(40), headers={"Content-Type": "application/json"})
    assert client.get("/api/v1/rules").status_code == 200
