"""The page that docs/frontend.md shows is the one that lies beside it, which the JavaScript tests run."""

import re
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[1] / "docs"
_SHOWN: Final = re.compile(r"^`(?P<path>app/[\w./]+)`\n```jsx?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_what_is_shown_is_what_is_there() -> None:
    shown = {found["path"]: found["text"] for found in _SHOWN.finditer((DOCS / "frontend.md").read_text())}
    there = {path: (DOCS / "frontend" / path).read_text() for path in shown}
    assert shown == there
    assert set(shown) == {"app/page.jsx", "app/api/coach/route.js", "app/plain/events.js", "app/plain/page.jsx"}
