"""Documents served as they are recorded: what was hashed, traced or stored is not run through a model again."""

from typing import Any

import orjson
from starlette.responses import JSONResponse


class JsonAnswer(JSONResponse):
    """JSON of plain values, keys in their own order."""

    def render(self, content: Any) -> bytes:
        """Encode the document."""
        return orjson.dumps(content)
