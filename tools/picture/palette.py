"""The colours of the picture, chosen to stay apart for colour-blind readers, and the style sheets made of them."""

from pathlib import Path
from string import Template
from typing import Final

from tools.picture.view import Theme

ASSETS: Final = Path(__file__).with_name("assets")

# Up is teal and down is rust: blue-green against orange-red stays apart under every common colour blindness, and the
# hollow body says the same a second time.
LIGHT: Final = {
    "paper": "#ffffff", "panel": "#f6f8fa", "ink": "#1d2b38", "soft": "#52616f", "grid": "#edf0f3", "rule": "#cdd6de",
    "up": "#14807f", "up_body": "#d3ecea", "down": "#b34a22", "down_body": "#c9683f",
    "gap_up": "#17807d", "gap_down": "#b5542b", "block_up": "#3568ad", "block_down": "#93386a",
    "balance": "#6a5aa8", "opening": "#8a6a12", "pool": "#52616f", "sweep": "#9a6700", "range": "#5f6e7c",
    "ote": "#8a660c", "entry": "#2a5a94", "asia": "#5b6fae", "london": "#3f7a55", "new_york": "#8f6312",
    "close": "#66737f", "afternoon": "#8d5a86", "lunch": "#66737f", "tag": "#ffffff", "focus": "#0b63c4",
}  # fmt: skip
DARK: Final = {
    "paper": "#10161d", "panel": "#161e27", "ink": "#e3eaf0", "soft": "#a3b2bf", "grid": "#1d2731", "rule": "#33414e",
    "up": "#4cb9b3", "up_body": "#123c3d", "down": "#e58a62", "down_body": "#c56a42",
    "gap_up": "#45b0ab", "gap_down": "#e08a63", "block_up": "#6d9be0", "block_down": "#e58fb0",
    "balance": "#a99bea", "opening": "#d4b256", "pool": "#a9b7c4", "sweep": "#e6b94f", "range": "#8c9baa",
    "ote": "#d9b550", "entry": "#8fbcf0", "asia": "#8fa1e0", "london": "#7dbb93", "new_york": "#dcae58",
    "close": "#93a1ae", "afternoon": "#c794c0", "lunch": "#93a1ae", "tag": "#10161d", "focus": "#8fbcf0",
}  # fmt: skip


def asset(name: str, folder: Path = ASSETS) -> str:
    """Return the text of a file of this package, or of another's folder."""
    return (folder / name).read_text(encoding="utf-8")


def style_sheet(theme: Theme, shapes: str, colours: str, folder: Path = ASSETS) -> str:
    """Return one style sheet: the shapes' rules, then the colours' rules filled in for a theme.

    Args:
        theme: ``auto`` follows the reader's system, and is light where that says nothing.
        shapes: name of the file of rules without colours.
        colours: name of the file of rules that name colours as ``$ink``.
        folder: where both lie.
    """
    template = Template(_pressed(asset(colours, folder)))
    parts = [_pressed(asset(shapes, folder))]
    if theme != "dark":
        parts.append(template.substitute(LIGHT))
    if theme == "dark":
        parts.append(template.substitute(DARK))
    if theme == "auto":
        parts.append(f"@media (prefers-color-scheme:dark){{{template.substitute(DARK)}}}")
    return "".join(parts)


def _pressed(rules: str) -> str:
    return "".join(line.strip() for line in rules.splitlines())
