"""One real service for all tests of the wire, on a database of its own."""

import asyncio
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.running_server import NOW, empty_database, running_server
from tools.candles import Candles
from tools.market.demo import DemoMarketData
from tools.timeframes import Timeframe

Body = dict[str, Any]


@pytest.fixture(scope="session")
def service_database(postgres_server: str) -> Iterator[str]:
    """Give the database the service works on; it migrates it by itself."""
    with empty_database(postgres_server, "api_tests") as url:
        yield url


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the service's data folder."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def base_url(service_database: str, data_dir: Path) -> Iterator[str]:
    """Serve for the whole session; the clock stands at `NOW`."""
    with running_server(service_database, data_dir) as address:
        yield address


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """Give a client of the service."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def market() -> DemoMarketData:
    """Give the market the service has."""
    return DemoMarketData(seed=7, clock=lambda: NOW)


@pytest.fixture(scope="session")
def candles(market: DemoMarketData) -> Candles:
    """Give 300 closed 15-minute bars of EURUSD up to `NOW`."""
    return asyncio.run(market.candles("EURUSD", Timeframe.M15, limit=300))


@pytest.fixture(scope="session")
def _body(candles: Candles) -> Body:
    return {
        "symbol": "EURUSD",
        "timeframe_bars": {"15m": candles.to_rows()},
        "account_balance": 10_000,
        "risk_pct": 1.0,
    }


@pytest.fixture
def body(_body: Body) -> Body:
    """Give a body that is in order, to spoil at will."""
    return copy.deepcopy(_body)
