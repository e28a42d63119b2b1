"""A model on a real port for the coach's own tests."""

from collections.abc import Iterator

import pytest

from tests.model_server import ScriptedModel, model_server


@pytest.fixture(scope="session")
def _one_model() -> Iterator[ScriptedModel]:
    with model_server() as model:
        yield model


@pytest.fixture
def scripted(_one_model: ScriptedModel) -> ScriptedModel:
    """Give the server, with nothing scripted."""
    _one_model.script()
    return _one_model
