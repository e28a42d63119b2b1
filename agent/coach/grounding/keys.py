"""What the keys of an answer say of its values: the unit, the role, the subject."""

from collections.abc import Mapping
from typing import Any, Final

from agent.coach.grounding.vocabulary import CURRENCIES, UNITS, subject_at

_SUFFIXES: Final = (
    ("percent", "percent"), ("pct", "percent"), ("atr", "ATR"), ("minutes", "minutes"), ("minute", "minutes"),
    ("hours", "hours"), ("seconds", "seconds"), ("bars", "bars"), ("pips", "pips"), ("ticks", "ticks"), ("r", "R"),
    ("rr", "R"), ("points", "points"), ("contracts", "size"), ("lots", "size"), ("units", "units"),
)  # fmt: skip
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "confluence_score": ("points",), "position_size": ("size",), "confidence": ("share",), "retracement": ("share",),
    "size": ("size",), "contracts": ("size",), "opposing_share": ("share",), "minutes_left": ("minutes",),
    "minutes_until": ("minutes",), "points": ("points",),
}  # fmt: skip
_MONEY: Final = ("balance", "money", "equity", "profit", "loss_amount", "amount", "value_per_point")
_CURRENCY_KEYS: Final = ("account_currency", "currency", "quote_currency")
_FACT_UNITS: Final = {
    "percent": "percent", "R": "R", "ATR": "ATR", "points": "points", "minutes": "minutes", "bars": "bars",
    "steps": "steps", "ratio": "share", "hours": "hours", "ticks": "ticks", "pips": "pips", "days": "days",
}  # fmt: skip
_FACT_VALUES: Final = (
    "now",
    "becomes",
    "value",
    "value_now",
    "value_needed",
    "needed",
    "distance",
    "before",
    "after",
    "away",
    "threshold",
    "margin",
)
_ROLES: Final = {
    "entry": "entry", "entry_price": "entry", "stop": "stop", "stop_loss": "stop", "invalidation": "invalidation",
    "invalidation_point": "invalidation", "rr": "rr", "confidence": "confidence", "confluence_score": "confluence",
    "score": "bias_score",
    "last_close": "close", "top": "top", "bottom": "bottom", "middle": "middle", "targets": "target",
    "target": "target", "take_profit": "target", "first_target": "target", "last_target": "target",
}  # fmt: skip


def units_of(key: str, siblings: Mapping[str, Any]) -> frozenset[str | None]:
    """Return the units a number may be said in; bare is always one of them."""
    units: set[str | None] = {None, *_KEYS.get(key, ())}
    words = key.lower().replace(".", "_").split("_")
    units |= {unit for ending, unit in _SUFFIXES if words[-1] == ending or (words[0] == ending and ending == "minutes")}
    if any(one in words for one in _MONEY) or key in _MONEY:
        units |= {at for name in _CURRENCY_KEYS if (at := siblings.get(name)) in CURRENCIES}
    fact_unit = siblings.get("unit")
    if key in _FACT_VALUES and isinstance(fact_unit, str):
        units.add(_FACT_UNITS.get(fact_unit, UNITS.get(fact_unit)))
    return frozenset(units)


def role_of(key: str) -> str | None:
    """Return what a value under a key is."""
    return _ROLES.get(key)


def subject_of(path: str) -> str | None:
    """Return what a direction at a place in an answer is said of: the last word of its path that names something."""
    words = path.lower().replace("_", " ").replace(".", " ").replace(":", " ").split()
    named = (subject_at(words, at) for at in range(len(words) - 1, -1, -1))
    return next((one for one in named if one is not None), None)
