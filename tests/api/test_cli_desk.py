"""The command line beside an owner's settings: what is not said on it is taken from them."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.cli import main

ANALYZE = ("analyze", "EURUSD", "--as-of", "2024-03-15T14:30:00Z", "--bars", "100")
ACCOUNT = """
INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at)
VALUES ('default', 'account', 1, '{"balance": 77000, "currency": "EUR"}', 'default', 0)
"""


@pytest.fixture
def own_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, which the command line finds in its environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def stated(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    """Return the body that a command amounts to, without its candles."""
    body: dict[str, Any] = json.loads(ict(capsys, *ANALYZE, "--request", *more)[1])
    del body["timeframe_bars"]
    return body


def test_without_settings_a_balance_to_try_things_out_with_is_taken(
    own_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"symbol": "EURUSD", "as_of": "2024-03-15T14:30:00Z", "simulated": True}
    assert stated(capsys) == {**bare, "account_balance": 10_000, "account_currency": "USD"}
    more = ("--balance", "5", "--account-currency", "CHF", "--risk-pct", "2", "--trades-this-session", "1")
    assert stated(capsys, *more, "--profile", "relaxed") == {
        **bare,
        "account_balance": 5,
        "account_currency": "CHF",
        "risk_pct": 2,
        "profile": "relaxed",
        "discipline": {"trades_this_session": 1},
    }


def test_an_account_that_is_set_takes_the_place_of_it(own_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(own_database) as connection:
        connection.execute(ACCOUNT)
    assert "account_balance" not in stated(capsys)
    with_balance = ict(capsys, *ANALYZE, "--json", "--balance", "77000", "--account-currency", "EUR")[1]
    without = ict(capsys, *ANALYZE, "--json")[1]
    assert json.loads(without)["inputs_hash"] == json.loads(with_balance)["inputs_hash"]
    status, _, said = ict(capsys, *ANALYZE, "--account-currency", "EUR")
    assert (status, "--account-currency is given without --balance" in said) == (2, True)
