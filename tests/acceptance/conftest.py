"""A real service in a process of its own, shared by the tests that do not mind what else it has recorded."""

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.server import PATIENCE_S, ServiceProcess


@pytest.fixture(scope="session")
def _shared_service(short_folder: Path) -> Iterator[ServiceProcess]:
    with ServiceProcess(short_folder / "service") as service:
        yield service


@pytest.fixture
def service(_shared_service: ServiceProcess) -> ServiceProcess:
    """Give the shared service, running."""
    if not _shared_service.is_alive:
        _shared_service.start()
    return _shared_service


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that opens as many connections as it is asked for."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    trust = ssl.create_default_context()
    async with httpx.AsyncClient(limits=limits, timeout=PATIENCE_S, trust_env=False, verify=trust) as client:
        yield client
