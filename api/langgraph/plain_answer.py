"""Answers that hold what a graph holds: messages, among others."""

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from agent.threads.documents import to_json


class PlainAnswer(JSONResponse):
    """JSON of a graph's values, written as the events of a run write them."""

    def render(self, content: Any) -> bytes:
        """Encode the document."""
        return to_json(content).encode()


async def plain_answer(content: Any) -> Response:
    """Return an answer that was written beside the event loop, as one should be that is as long as a conversation."""
    return Response(await asyncio.to_thread(lambda: to_json(content).encode()), media_type=JSONResponse.media_type)
