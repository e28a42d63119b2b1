"""Bars as a caller sends them, one by one or in columns, read into candles; a fault names the field and the bar."""

from collections.abc import Mapping
from typing import Any, Final

from tools.candle_input import LONG_NAMES, REQUIRED
from tools.candles import Candles
from tools.errors import InvalidCandles
from tools.timeframes import Timeframe

_VOLUME: Final = "volume"
_COLUMNS: Final = frozenset(LONG_NAMES.values())


def read_bars(bars: Any, timeframe: Timeframe, field: str) -> Candles:
    """Read bars of one timeframe.

    Args:
        bars: a list of bars, or an object of equally long columns; the names long (``open``) or short (``o``).
        timeframe: of the bars.
        field: what the caller called them.

    Raises:
        InvalidCandles: the bars are neither, or one of them cannot be; carries `field` and the first such bar's index.
    """
    if isinstance(bars, list):
        return Candles.from_rows(bars, timeframe, field=field)
    if isinstance(bars, dict):
        return _of_columns(_spelt_out(bars, field), timeframe, field)
    raise InvalidCandles(
        f"{field} holds no bars",
        field=field,
        expected="a list of bars, or an object of columns",
        got=type(bars).__name__,
    )


def _spelt_out(given: Mapping[str, Any], field: str) -> dict[str, list[Any]]:
    """Return the columns under their long names; a volume of null is none."""
    spelt: dict[str, str] = {}
    for name, values in given.items():
        long = LONG_NAMES.get(name, name)
        if long not in _COLUMNS:
            raise InvalidCandles(
                f"{field} has the unknown column {name[:40]!r}", field=field,
                expected="time|t, open|o, high|h, low|l, close|c, volume|v", got=repr(name[:40]),
            )  # fmt: skip
        if long in spelt:
            raise InvalidCandles(
                f"{field} gives the column {long} twice, as {spelt[long]!r} and {name!r}", field=field,
                expected=f"one of {long} and {long[0]}", got="both",
            )  # fmt: skip
        if not isinstance(values, list) and not (long == _VOLUME and values is None):
            raise InvalidCandles(
                f"{field}.{name} is not a list", field=field,
                expected="a list of one value a bar", got=type(values).__name__,
            )  # fmt: skip
        spelt[long] = name
    for long in REQUIRED:
        if long not in spelt:
            raise InvalidCandles(
                f"{field} has no column {long}", field=field,
                expected=f"a column {long} or {long[0]}", got=", ".join(given) or "an empty object",
            )  # fmt: skip
    return {long: given[name] for long, name in spelt.items() if given[name] is not None}


def _of_columns(columns: dict[str, list[Any]], timeframe: Timeframe, field: str) -> Candles:
    lengths = {name: len(values) for name, values in columns.items()}
    shortest, longest = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
    whole = lengths[shortest]
    candles = Candles.from_columns({name: values[:whole] for name, values in columns.items()}, timeframe, field=field)
    if lengths[longest] > whole:  # told last: a whole bar before it may be at fault, and the first one is named
        raise InvalidCandles(
            f"{field}[{whole}] has no {shortest}: that column holds {whole} values, {longest} {lengths[longest]}",
            field=field, index=whole, expected="columns of one length", got=f"{whole} and {lengths[longest]}",
        )  # fmt: skip
    return candles
