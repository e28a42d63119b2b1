"""The label page's server: one browser, its own page, and nobody else."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from evals.labelling.application import Door, label_application
from evals.labelling.desk import Desk
from evals.labelling.places import Document, Place
from evals.labelling.serving import listen
from tests.evals.labelling.served import event, new_desk, said
from tools.errors import InvalidParameter

PORT = 4711
HOME = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path)


@pytest.fixture
def door() -> Door:
    return Door(PORT)


@pytest.fixture
def visitor(desk: Desk, door: Door) -> TestClient:
    return TestClient(label_application(desk, door), base_url=HOME, headers={"origin": HOME})


@pytest.fixture
def guest(visitor: TestClient, door: Door) -> TestClient:
    """Give a visitor who has come in."""
    assert visitor.get(door.address).status_code == 200
    return visitor


def test_the_address_lets_one_browser_in(desk: Desk, door: Door, visitor: TestClient) -> None:
    assert visitor.get("/").status_code == 403
    address = door.address
    entered = visitor.get(address, follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert "SameSite=strict" in entered.headers["set-cookie"]
    assert visitor.get("/").status_code == 200
    another = TestClient(label_application(desk, door), base_url=HOME)
    assert another.get(address).status_code == 403
    assert another.get("/").status_code == 403
    another.cookies.set(door.cookie, "guessed")
    assert another.get("/").status_code == 403
    assert visitor.get("/?token=guessed").status_code == 403


def test_the_page_may_ask_its_server_alone(guest: TestClient) -> None:
    answer = guest.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert guest.get("/?timeframe=4h").status_code == 404


@pytest.mark.parametrize("path", ["/save", "/facts", "/unsaved"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:80"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:80"},
        {"content-type": "text/plain"},
        {"cookie": "ict-label-4711=guessed"},
    ],
)
def test_no_other_page_may_post(guest: TestClient, desk: Desk, path: str, headers: dict[str, str]) -> None:
    if "cookie" in headers:
        guest.cookies.clear()
    answer = guest.post(path, json=said(), headers=headers)
    assert answer.status_code == 403
    assert not desk.place.folder.exists()


def test_a_foreign_host_sees_no_page(guest: TestClient) -> None:
    assert guest.get("/", headers={"host": "evil.example"}).status_code == 403


def test_what_is_sent_is_saved_or_its_faults_are_told(guest: TestClient, desk: Desk) -> None:
    faults = guest.post("/save", json=said(events=[event(kind="x")])).json()["faults"]
    assert [one["where"] for one in faults] == ["labels.events[0].kind"]
    assert guest.post("/save", json=said(events=[event()])).json() == {"faults": [], "place": desk.place.name}
    assert desk.has_saved


@dataclass
class CountedPlace:
    """A place that counts how many write to it at once; writing takes so long that others would come in."""

    place: Place
    inside: int = 0
    most: int = 0

    @property
    def folder(self) -> Path:
        return self.place.folder

    @property
    def name(self) -> str:
        return self.place.name

    def write(self, document: Document) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.place.write(document)
        for _ in range(20):
            assert list(self.folder.iterdir())  # each look lets other threads run
        self.inside -= 1


@pytest.mark.anyio
async def test_saves_at_once_are_made_one_after_the_other(desk: Desk, door: Door) -> None:
    """A second Ctrl+S before the first is answered loses nothing, and nothing is refused afterwards."""
    place = desk.place = CountedPlace(desk.place)
    transport = httpx.ASGITransport(label_application(desk, door))
    async with httpx.AsyncClient(transport=transport, base_url=HOME, headers={"origin": HOME}) as browser:
        await browser.get(door.address)
        sent = [browser.post("/save", json=said(events=[event(bar)])) for bar in range(3, 43)]
        answers = await asyncio.gather(*sent)
    assert [one.json()["faults"] for one in answers] == [[]] * len(sent)
    assert place.most == 1
    written = json.loads((desk.place.folder / "case.json").read_text())
    assert (written["labels"], len(written["labels"]["events"])) == (desk.document["labels"], 1)


def test_what_cannot_be_written_is_a_fault_too(guest: TestClient, desk: Desk) -> None:
    desk.place.folder.write_text("in the way")
    (fault,) = guest.post("/save", json=said()).json()["faults"]
    assert "cannot be" in fault["wrong"]
    assert not desk.has_saved


def test_the_facts_are_shown_after_the_first_save(guest: TestClient) -> None:
    assert guest.post("/facts", json={}).status_code == 409
    guest.post("/save", json=said())
    assert guest.post("/facts", json={}).json()["events"]


def test_unsaved_changes_are_counted_until_they_are_saved(guest: TestClient, desk: Desk) -> None:
    assert guest.post("/unsaved", json={"count": 3}).status_code == 204
    assert desk.unsaved == 3
    for wrong in ({"count": -1}, {"count": True}, {"count": "3"}, {}, [3]):
        assert guest.post("/unsaved", json=wrong).status_code == 422
    guest.post("/save", json=said())
    assert desk.unsaved == 0


def test_what_is_no_json_or_too_long_is_refused(guest: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert guest.post("/save", content=b"{", headers=headers).status_code == 400
    assert guest.post("/save", content=b" " * 4_000_001, headers=headers).status_code == 413
    assert guest.post("/save", content=iter([b"{}"]), headers=headers).status_code == 411


def test_a_port_that_is_taken_is_told() -> None:
    with listen(None) as taken, pytest.raises(InvalidParameter, match="it is taken"):
        listen(taken.getsockname()[1])
