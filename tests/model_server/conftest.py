"""One model server for these tests, and the real client that speaks to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI

from tests.model_server import ScriptedModel, model_server


@pytest.fixture(scope="session")
def _one_model() -> Iterator[ScriptedModel]:
    with model_server() as model:
        yield model


@pytest.fixture
def model(_one_model: ScriptedModel) -> ScriptedModel:
    """Give the server, with nothing scripted."""
    _one_model.script()
    return _one_model


@pytest.fixture
async def client(model: ScriptedModel) -> AsyncIterator[AsyncOpenAI]:
    """Give OpenAI's own client, which asks once only."""
    async with AsyncOpenAI(base_url=model.base_url, api_key="none", max_retries=0, timeout=30) as client:
        yield client
