"""Markup made of text that others wrote: every value is escaped, every number is short."""

import re
from html import escape
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, not even escaped."""


def text(value: object) -> str:
    """Return a value as text that is safe inside an element and inside a quoted attribute."""
    return escape(_FORBIDDEN.sub("\ufffd", str(value)), quote=True)


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{round(value, 2):.7g}"


def element(name: str, content: str = "", **attributes: object) -> str:
    """Return one element around markup; attributes that are None are left out.

    An attribute is written with ``_`` for ``-``, and with one at its end where Python keeps the word for itself.
    """
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{number(value) if isinstance(value, float) else text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return the path data of a straight line."""
    if y1 == y2:
        return f"M{number(x1)} {number(y1)}H{number(x2)}"
    if x1 == x2:
        return f"M{number(x1)} {number(y1)}V{number(y2)}"
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"
