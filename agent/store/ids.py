"""Ids of runs and decisions: 32 hexadecimal digits."""

import re
import uuid
from typing import Final

_ID: Final = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """Return a random id."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether a text can be an id at all; Postgres refuses some texts (NUL) that can not."""
    return _ID.fullmatch(text) is not None
