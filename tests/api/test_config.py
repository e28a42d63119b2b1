"""Settings over the wire, each test on a service of its own: what is set changes the next analysis."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.examples import REQUESTS
from api.schemas import account as account_wire
from api.schemas import config as wire
from api.schemas.problems import ProblemDetails
from tests.api.running_server import NOW, empty_database, running_server
from tools.candles import Candles
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe
from tools.times import iso_utc

Body = dict[str, Any]
MINE = "profile: mine\ndescription: Mine.\nextends: relaxed\n"
CALENDAR = "time,currency,impact,title\n2024-01-08T13:30:00Z,USD,high,CPI\n2024-01-19T13:30:00Z,USD,high,CPI\n"


@dataclass(frozen=True)
class Service:
    """A service's address and its database."""

    address: str
    database_url: str

    def keep(self, kind: str, document: Body) -> None:
        """Write a setting's first snapshot as a version of this service with other rules would have."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at) "
                "VALUES ('default', %s, 1, %s, 'default', %s)",
                (kind, Jsonb(document), NOW),
            )


@pytest.fixture
def service(postgres_server: str, tmp_path: Path) -> Iterator[Service]:
    """Give a service nobody has set anything on, with a calendar of the weeks around its now."""
    calendar = tmp_path / "calendar.csv"
    calendar.write_text(CALENDAR)
    with (
        empty_database(postgres_server, f"desk_{uuid4().hex}") as url,
        running_server(url, tmp_path, calendar_file=calendar) as address,
    ):
        yield Service(address, url)


@pytest.fixture
def desk(service: Service) -> Iterator[httpx.Client]:
    """Give a client of that service."""
    with httpx.Client(base_url=f"{service.address}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def bars() -> Candles:
    """Give bars whose walk reaches the risk node."""
    return asyncio.run(DemoMarketData(seed=7, clock=lambda: NOW).candles("EURUSD", Timeframe.M15, limit=300))


@pytest.fixture
def bare(bars: Candles) -> Body:
    """Give a body that states nothing but its candles."""
    return {"symbol": "EURUSD", "timeframe_bars": {"15m": bars.to_rows()}}


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int, slug: str) -> ProblemDetails:
    assert answer.status_code == status, answer.text
    problem = ProblemDetails.model_validate(answer.json())
    assert problem.type == f"urn:ict:problem:{slug}"
    return problem


def outcomes(desk: httpx.Client, decision: Body) -> dict[str, str]:
    told = ok(desk.post("/explain", json={"run_id": decision["run_id"]}))
    return {rule["rule_id"]: rule["outcome"] for node in told["nodes"] for rule in node["rules"]}


def test_what_is_put_is_what_is_read_back_and_kept(desk: httpx.Client) -> None:
    before = wire.RiskState.model_validate(ok(desk.get("/config/risk")))
    assert (before.version, before.method, before.risk_pct, before.changed_at) == (0, "fixed", 1.0, None)
    assert wire.AccountState.model_validate(ok(desk.get("/config/account"))).balance is None
    assert wire.ProfileState.model_validate(ok(desk.get("/config/profile"))).judged_by == "strict"
    assert wire.KillSwitchState.model_validate(ok(desk.get("/config/kill-switch"))).readings == []
    for kind in ("risk", "account", "profile", "kill-switch"):
        put = ok(desk.put(f"/config/{kind}", json={**REQUESTS[f"put_{kind.replace('-', '_')}"], "reason": "to see"}))
        assert (put["version"], put["reason"], put["changed_at"]) == (1, "to see", iso_utc(NOW))
        assert ok(desk.get(f"/config/{kind}")) == put
        history = wire.SnapshotList.model_validate(ok(desk.get(f"/config/{kind}/history")))
        assert [(one.version, one.reason) for one in history.items] == [(1, "to see")]
    assert ok(desk.get("/config/mode/history")) == {"total": 0, "count": 0, "items": []}


def test_a_setting_that_moved_on_is_not_overrun(desk: httpx.Client) -> None:
    ok(desk.put("/config/account", json={"balance": 1000, "expected_version": 0}))
    problem = refused(
        desk.put("/config/account", json={"balance": 2000, "expected_version": 0}), 409, "setting-changed"
    )
    assert problem.model_extra == {"current_version": 1}
    with ThreadPoolExecutor(8) as threads:
        bodies = [{"balance": 1000 + number, "expected_version": 1} for number in range(8)]
        codes = [one.status_code for one in threads.map(lambda body: desk.put("/config/account", json=body), bodies)]
    assert sorted(codes) == [200] + [409] * 7
    assert ok(desk.get("/config/account"))["version"] == 2


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("risk", {"risk_pct": 2.5}, "risk_pct"),
        ("risk", {"method": "martingale"}, "method"),
        ("risk", {"method": "session_cap"}, "session_cap_pct"),
        ("risk", {"limits": {"trades_per_session": 4}}, "limits.trades_per_session"),
        ("risk", {"limits": {"cooldown": 20}}, "limits.cooldown"),
        ("risk", {"limts": {}}, "limts"),
        ("account", {}, "balance"),
        ("account", {"balance": "many"}, "balance"),
        ("account", {"balance": 10, "expected_version": -1}, "expected_version"),
        ("mode", {"mode": "YOLO"}, "mode"),
        ("profile", {}, "body"),
        ("profile", {"yaml": MINE, "document": {}}, "body"),
        ("kill-switch", {"error_rate": {"share": 0.5}}, "error_rate.of_at_least_runs"),
    ],
)
def test_what_cannot_be_set_is_named(client: httpx.Client, path: str, body: Body, field: str) -> None:
    answer = client.put(f"/api/v1/config/{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_every_fault_of_a_profile_is_named_by_its_line(desk: httpx.Client) -> None:
    text = MINE + 'rules:\n  "7.2": {parameters: {minimm: 3}}\n  "7.7": {weight: 1}\n'
    problem = refused(desk.put("/config/profile", json={"yaml": text}), 422, "invalid-profile")
    assert [fault.index for fault in problem.errors] == [5, 6]
    assert problem.errors[0].got == '"7.2": {parameters: {minimm: 3}}'
    assert problem.errors[0].expected == "write minimum"
    as_json = {"profile": "mine", "description": "Mine.", "extends": "relaxed", "rules": {"7.7": {"weight": 1}}}
    (fault,) = refused(desk.put("/config/profile", json={"document": as_json}), 422, "invalid-profile").errors
    assert (fault.got, ok(desk.get("/config/profile"))["version"]) == ("'7.7':", 0)


def test_a_profile_and_risk_settings_that_do_not_go_together_are_refused(desk: httpx.Client) -> None:
    ok(desk.put("/config/risk", json={"risk_pct": 1.5}))
    narrow = MINE + 'rules: {"7.1": {parameters: {maximum: 1.25}}}\n'
    (fault,) = refused(desk.put("/config/profile", json={"yaml": narrow}), 422, "invalid-parameter").errors
    assert (fault.field, fault.got) == ("risk_pct", "1.5")
    assert fault.expected == "a number from 0.5 to 1.25, as rule 7.1 of the profile mine allows"
    assert ok(desk.get("/config/profile"))["version"] == 0
    ok(desk.put("/config/risk", json={"risk_pct": 0.5}))
    ok(desk.put("/config/profile", json={"yaml": narrow}))
    (fault,) = refused(desk.put("/config/risk", json={"highest_pct": 1.5}), 422, "invalid-parameter").errors
    assert (fault.field, ok(desk.get("/config/risk"))["version"]) == ("highest_pct", 2)


def test_a_profile_kept_that_no_longer_fits_is_shown_with_its_faults(desk: httpx.Client, service: Service) -> None:
    text = MINE + 'rules: {"9.99": {kind: gate}}\n'
    service.keep("profile", {"profile": "mine", "yaml": text})
    state = wire.ProfileState.model_validate(ok(desk.get("/config/profile")))
    assert (state.version, state.profile, state.yaml, state.judged_by, state.rulebook_hash) == (
        1, "mine", text, None, None,
    )  # fmt: skip
    (fault,) = state.faults
    assert fault.startswith("profile:4: ")
    refused(desk.get("/account/discipline"), 422, "invalid-profile")
    mended = wire.ProfileState.model_validate(ok(desk.put("/config/profile", json={"yaml": MINE})))
    assert (mended.version, mended.judged_by, mended.faults) == (2, "mine", [])


def test_discipline_and_the_news_rule_go_by_the_owners_own_profile(desk: httpx.Client) -> None:
    ok(desk.put("/config/account", json={"balance": 1000}))
    taken = {"symbol": "EURUSD", "direction": "long", "opened_at": NOW - 3600}
    ok(desk.post("/account/trades", json=taken), 201)
    assert ok(desk.get("/account/discipline"))["trades_this_session"] == 1
    check = "/calendar/risk-check?symbol=EURUSD"
    assert (ok(desk.get(check))["profile"], ok(desk.get(check))["window_minutes"]) == ("strict", 60)
    ok(desk.put("/config/profile", json={"yaml": MINE + 'kill_zones: {late: "09:00-10:00"}\n'}))
    state = ok(desk.get("/account/discipline"))
    assert (state["trades_this_session"], state["trades_today"]) == (0, 1)
    assert (ok(desk.get(check))["profile"], ok(desk.get(check))["window_minutes"]) == ("mine", 30)
    assert ok(desk.get(f"{check}&profile=strict"))["profile"] == "strict"


def test_paying_in_or_out_moves_no_drawdown(desk: httpx.Client) -> None:
    ok(desk.put("/config/account", json={"balance": 10_000}))
    taken = {"symbol": "EURUSD", "direction": "long", "opened_at": NOW - 60}
    trade = ok(desk.post("/account/trades", json=taken), 201)["trade_id"]
    ok(desk.post(f"/account/trades/{trade}/close", json={"closed_at": NOW, "pnl": -2_500}))
    before = ok(desk.get("/account/discipline"))
    for balance in (100, 1_000_000):
        stated = ok(desk.put("/config/account", json={"balance": balance}))
        assert (stated["balance"], stated["balance_now"]) == (balance, balance)
        assert ok(desk.get("/account/discipline")) == {**before, "balance": balance}


def test_a_profile_of_ones_own_judges_the_next_analysis(desk: httpx.Client, bare: Body) -> None:
    body = {**bare, "account_balance": 10_000, "risk_pct": 1.0}
    strict = ok(desk.post("/analyze", json=body))
    assert strict["rulebook_hash"] == ok(desk.get("/config/profile"))["rulebook_hash"]
    rules = {"7.2": {"parameters": {"minimum": 99, "minimum_with_confluence": 99}}}
    as_json = {"profile": "mine", "description": "Mine.", "extends": "relaxed", "rules": rules}
    kept = ok(desk.put("/config/profile", json={"document": as_json}))
    assert kept["document"] == as_json
    for profile in ({}, {"profile": "own"}, {"profile": "mine"}):
        mine = ok(desk.post("/analyze", json={**body, **profile}))
        assert mine["rulebook_hash"] == kept["rulebook_hash"] != strict["rulebook_hash"]
    assert outcomes(desk, mine)["7.2"] == "fail"
    assert ok(desk.post("/analyze", json={**body, "profile": "strict"}))["decision_hash"] == strict["decision_hash"]
    ok(desk.put("/config/profile", json={"document": None}))
    assert ok(desk.post("/analyze", json=body))["decision_hash"] == strict["decision_hash"]
    refused(desk.post("/analyze", json={**body, "profile": "own"}), 422, "unknown-profile")


def test_account_risk_and_trades_fill_what_an_analysis_leaves_out(desk: httpx.Client, bare: Body) -> None:
    missing = refused(desk.post("/analyze", json=bare), 422, "invalid-parameter")
    assert missing.errors[0].field == "account_balance"
    ok(desk.put("/config/account", json={"balance": 20_000, "currency": "USD"}))
    ok(desk.put("/config/profile", json={"yaml": MINE}))
    first = ok(desk.post("/analyze", json=bare))
    assert outcomes(desk, first)["9.3"] == "pass"
    assert first["risk"]["account_balance"] == 20_000
    ok(desk.put("/config/risk", json={"risk_pct": 0.5, "limits": {"trades_per_session": 1}}))
    second = ok(desk.post("/analyze", json=bare))
    assert second["risk"]["risk_pct"] == 0.5
    assert second["rulebook_hash"] != first["rulebook_hash"]
    taken = {"symbol": "eur/usd", "direction": "long", "opened_at": NOW - 1800, "risk_pct": 1.0, "client_id": "x"}
    trade = account_wire.Trade.model_validate(ok(desk.post("/account/trades", json=taken), 201))
    assert (trade.symbol, trade.status) == ("EURUSD", "open")
    assert ok(desk.post("/account/trades", json=taken), 201)["trade_id"] == trade.trade_id
    refused(desk.post("/account/trades", json={**taken, "direction": "short"}), 409, "trade-conflict")
    third = ok(desk.post("/analyze", json=bare))
    assert (third["status"], outcomes(desk, third)["9.3"]) == ("NO_TRADE", "fail")
    assert (
        outcomes(desk, ok(desk.post("/analyze", json={**bare, "discipline": {"trades_this_session": 0}})))["9.3"]
        == "pass"
    )
    close = f"/account/trades/{trade.trade_id}/close"
    closed = ok(desk.post(close, json={"closed_at": NOW - 60, "result_r": -1}))
    assert (closed["status"], closed["pnl"]) == ("closed", -200.0)
    refused(desk.post(close, json={"closed_at": NOW - 60, "pnl": 1}), 409, "trade-conflict")
    refused(desk.post(f"/account/trades/{'0' * 32}/close", json={"closed_at": NOW, "pnl": 1}), 404, "trade-not-found")
    assert [one["trade_id"] for one in ok(desk.get("/account/trades?status=closed"))["items"]] == [trade.trade_id]
    state = account_wire.DisciplineState.model_validate(ok(desk.get("/account/discipline")))
    assert (state.trades_this_session, state.losses_in_row, state.minutes_since_loss) == (1, 1, 1.0)
    replayed = ok(desk.post(f"/audit/decisions/{_decision_of(desk, third)}/replay"))
    assert replayed["identical"]


def _decision_of(desk: httpx.Client, decision: Body) -> str:
    return str(ok(desk.get(f"/runs/{decision['run_id']}"))["decision_id"])


def test_the_mode_goes_up_by_confirmation_and_stops_at_once(desk: httpx.Client, bare: Body) -> None:
    body = {**bare, "account_balance": 10_000, "risk_pct": 1.0, "profile": "relaxed"}
    assert ok(desk.post("/analyze", json=body))["permission"]["mode"] == "ANALYSIS_ONLY"
    problem = refused(desk.put("/config/mode", json={"mode": "SEMI_AUTO"}), 409, "transition-refused")
    assert problem.model_extra == {"lacks": ["no account is set", "no risk settings are set"]}
    ok(desk.put("/config/account", json={"balance": 10_000}))
    ok(desk.put("/config/risk", json={}))
    asked = refused(desk.put("/config/mode", json={"mode": "SEMI_AUTO"}), 409, "confirmation-needed")
    assert asked.model_extra is not None
    assert asked.model_extra["expires_at"] == iso_utc(NOW + 60)
    token = {"confirmation_token": asked.model_extra["confirmation_token"]}
    state = wire.ModeState.model_validate(ok(desk.put("/config/mode", json={"mode": "SEMI_AUTO", **token})))
    assert (state.mode, state.version, state.changed_by) == ("SEMI_AUTO", 1, "default")
    refused(desk.put("/config/mode", json={"mode": "FULL_AUTO", **token}), 409, "confirmation-needed")
    going = ok(desk.post("/analyze", json=body))
    assert going["permission"]["mode"] == "SEMI_AUTO"
    stopped = ok(desk.post("/config/kill-switch/trip", json={"reason": "the feed looks wrong"}))
    assert (stopped["mode"], stopped["reason"]) == ("EMERGENCY_STOP", "kill switch by hand: the feed looks wrong")
    decision = ok(desk.post("/analyze", json=body))
    assert decision["status"] == "NO_TRADE"
    assert decision["deciding_rules"] == ["7.6.1"]
    assert decision["permission"] == {
        "mode": "EMERGENCY_STOP",
        "may": "nothing",
        "because": f"emergency stop since {iso_utc(NOW)}: kill switch by hand: the feed looks wrong",
    }
    assert ok(desk.put("/config/mode", json={"mode": "EMERGENCY_STOP"}))["version"] == 2


def test_the_kill_switch_stops_the_analysis_that_finds_it_fired(desk: httpx.Client, bare: Body) -> None:
    body = {**bare, "profile": "relaxed"}
    ok(desk.put("/config/account", json={"balance": 10_000}))
    ok(desk.put("/config/kill-switch", json={"daily_loss_pct": 2}))
    ok(desk.put("/config/mode", json={"mode": "SIMULATION"}))
    taken = {"symbol": "EURUSD", "direction": "long", "opened_at": NOW - 60}
    trade = ok(desk.post("/account/trades", json=taken), 201)["trade_id"]
    ok(desk.post(f"/account/trades/{trade}/close", json={"closed_at": NOW, "pnl": -250}))
    (reading,) = wire.KillSwitchState.model_validate(ok(desk.get("/config/kill-switch"))).readings
    assert (reading.condition, reading.fires) == ("daily_loss", True)
    assert ok(desk.get("/config/mode"))["mode"] == "SIMULATION"
    decision = ok(desk.post("/analyze", json=body))
    assert (decision["status"], decision["permission"]["mode"]) == ("NO_TRADE", "EMERGENCY_STOP")
    mode = ok(desk.get("/config/mode"))
    assert (mode["mode"], mode["changed_by"]) == ("EMERGENCY_STOP", "kill_switch")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"account_currency": "EUR"}, "account_currency"),
        (
            {"account_balance": 1, "trades_this_session": 1, "discipline": {"trades_this_session": 2}},
            "trades_this_session",
        ),
        ({"account_balance": 1, "discipline": {"daily_loss_pct": 101}}, "discipline.daily_loss_pct"),
        ({"account_balance": 1, "discipline": {"mood": "good"}}, "discipline.mood"),
    ],
)
def test_what_a_body_states_must_fit_together(client: httpx.Client, body: Body, more: Body, field: str) -> None:
    del body["account_balance"]
    answer = client.post("/api/v1/analyze", json={**body, **more})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
