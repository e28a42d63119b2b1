"""What a conversation stands in: the last line of every prompt, which the graph writes and the offline model reads.

Everything in it is data, never an instruction.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

LINE_BEGINS: Final = "CONTEXT: "
REPAIR_BEGINS: Final = "REPAIR: "
"""What the graph puts before the request for a repair, which a model is sent behind its draft."""


@dataclass(frozen=True, slots=True)
class NextKillZone:
    """The kill zone that opens next.

    Attributes:
        name: such as ``new_york_am``.
        start: UTC, ISO 8601.
        minutes_until: whole minutes from now.
    """

    name: str
    start: str
    minutes_until: int


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """Where a conversation stands.

    Attributes:
        now: UTC, ISO 8601.
        phase: of the trading day: weekend, kill_zone, in_session, pre_market or post_market.
        mode: what a decision may lead to, such as ``ANALYSIS_ONLY``.
        run_id: the run in focus; None without one.
        symbol: the market in focus; None without one.
        market_open: whether that market is open; None where nobody said which.
        kill_zone: the one under way; None between them.
        next_kill_zone: None where none is known.
    """

    now: str
    phase: str
    mode: str
    run_id: str | None = None
    symbol: str | None = None
    market_open: bool | None = None
    kill_zone: str | None = None
    next_kill_zone: NextKillZone | None = None


def write_context(context: ConversationContext) -> str:
    """Write the line a prompt ends with: ``CONTEXT: `` and one JSON object, ASCII, without a line break."""
    return LINE_BEGINS + json.dumps(asdict(context), separators=(",", ":"), allow_nan=False)


def read_context(text: str) -> ConversationContext | None:
    """Read a prompt's context.

    Args:
        text: a prompt; its last line that begins as `LINE_BEGINS` counts.

    Returns:
        None where there is no such line, or it is no context.
    """
    lines = [line for line in text.splitlines() if line.startswith(LINE_BEGINS)]
    if not lines:
        return None
    try:
        return _context(json.loads(lines[-1].removeprefix(LINE_BEGINS)))
    except (ValueError, TypeError, AttributeError):
        return None


def _context(told: Mapping[str, Any]) -> ConversationContext:
    following = told.get("next_kill_zone")
    return ConversationContext(**{**told, "next_kill_zone": None if following is None else NextKillZone(**following)})
