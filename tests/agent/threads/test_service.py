"""The assembled service: its own coach, offline, on its threads."""

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.service import Service, open_service
from agent.settings import Settings
from agent.threads.records import RunRequest

pytestmark = pytest.mark.anyio
ME = "me"
NOW = 1_709_913_600  # Friday 2024-03-08 16:00 UTC


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    """Give an open service on the test's own database."""
    with tempfile.TemporaryDirectory(prefix="ict-") as folder:
        settings = Settings(data_dir=Path(folder), clock=lambda: NOW, code_version="test", database_url=database_url)
        async with open_service(settings) as opened:
            yield opened


async def test_the_offline_coach_answers_on_a_thread(service: Service) -> None:
    assert service.assistants is service.threads.assistants
    asked = {"messages": [{"role": "user", "content": "Which kill zone is next?"}]}
    request = RunRequest("coach", asked, stream_modes=("messages-tuple", "custom", "values"))
    run = await service.threads.start(None, request, owner_id=ME)
    events = [event async for event in service.threads.events(run.thread_id, run.run_id, owner_id=ME)]
    ended = await service.threads.join(run.thread_id, run.run_id, owner_id=ME)
    assert (ended.status, ended.error) == ("success", None)
    assert {"metadata", "messages", "custom", "values", "end"} == {event.event for event in events}
    completed = [json.loads(event.data) for event in events if event.event == "custom"][-1]
    assert (completed["type"], completed["model"]) == ("message.completed", "offline")
    thread = await service.threads.get(run.thread_id, owner_id=ME)
    assert thread.values is not None
    assert thread.values["messages"][-1]["content"] == completed["response"]
    assert "evidence" not in thread.values
