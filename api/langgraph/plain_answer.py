"""Answers that hold what a graph holds: messages, among others."""

from typing import Any

from starlette.responses import JSONResponse

from agent.threads.documents import to_json


class PlainAnswer(JSONResponse):
    """JSON of a graph's values, written as the events of a run write them."""

    def render(self, content: Any) -> bytes:
        """Encode the document."""
        return to_json(content).encode()
