"""Every choice a reading of a chart depends on."""

from dataclasses import dataclass, fields
from datetime import time
from types import MappingProxyType
from typing import Any, Final, Self, get_args

from tools.balanced_ranges import WINDOW_BARS
from tools.dealing_range import EQUILIBRIUM_BAND
from tools.delivery_changes import LOOKBACK_BARS
from tools.displacement import DISPLACEMENT_ATR
from tools.errors import InvalidParameter
from tools.judas import JUDAS_UNTIL, Bias
from tools.liquidity import RECLAIM_BARS, TOLERANCE_ATR
from tools.opening_gaps import KEEP
from tools.order_blocks import Zone
from tools.setups import STOP_BUFFER_ATR, SWEEP_TO_GAP_BARS, TURTLE_SOUP_BARS
from tools.smt import ALIGN_BARS
from tools.structure import BreakBy
from tools.swings import EXTERNAL_BARS, INTERNAL_BARS

# name: least and most; counts of bars are whole numbers
_BOUNDS: Final = MappingProxyType({
    "internal_bars": (1, 100),
    "external_bars": (1, 100),
    "displacement_k": (0.0, 100.0),
    "gap_minimum_atr": (0.0, 100.0),
    "balanced_window_bars": (1, 100),
    "opening_gaps_kept": (1, 1000),
    "equal_tolerance_atr": (0.0, 100.0),
    "reclaim_bars": (1, 100),
    "equilibrium_band": (0.0, 50.0),
    "delivery_lookback_bars": (1, 1000),
    "divergence_align_bars": (0, 100),
    "stop_buffer_atr": (0.0, 100.0),
    "sweep_to_gap_bars": (0, 100),
    "turtle_soup_bars": (1, 1000),
})  # fmt: skip
_WORDS: Final = MappingProxyType({"break_by": get_args(BreakBy), "block_zone": get_args(Zone)})


@dataclass(frozen=True, slots=True)
class ChartParameters:
    """Every choice a reading depends on; the defaults are this project's definitions.

    Attributes:
        internal_bars: bars a side of an internal swing; `external_bars` of an external one.
        break_by: what breaks structure, ``close`` or ``wick``.
        displacement_k: least displacement body, in ATR.
        gap_minimum_atr: least height of a fair value gap, in ATR.
        balanced_window_bars: most bars between the two gaps of a balanced price range.
        opening_gaps_kept: how many day (week) opening gaps are kept.
        block_zone: a block's zone, ``body`` or ``range``; `block_needs_gap`: only order blocks whose leg left a gap.
        equal_tolerance_atr: how near equal highs are, in ATR.
        reclaim_bars: bars within which a close back inside makes a sweep.
        shift_needs_sweep: whether a market structure shift needs a sweep; `shift_needs_gap` a gap.
        equilibrium_band: half the width of equilibrium, in percent of the dealing range.
        delivery_lookback_bars: bars whose lowest low a change in the state of delivery turns from.
        delivery_needs_sweep: whether it needs a sweep.
        divergence_align_bars: how far apart the swings of an SMT divergence may be, in bars.
        judas_until: New York time, in whole minutes, before which a Judas swing makes its extreme.
        daily_bias: keeps only Judas swings that turn the day's way, ``bullish`` or ``bearish``; None keeps both.
        stop_buffer_atr: distance of a stop beyond its extreme, in ATR.
        sweep_to_gap_bars: how long after a sweep a gap still belongs to it, in bars.
        turtle_soup_bars: bars whose extreme a turtle soup sweeps.

    Raises:
        InvalidParameter: a value lies outside its range or is none of the words; names the parameter.
    """

    internal_bars: int = INTERNAL_BARS
    external_bars: int = EXTERNAL_BARS
    break_by: BreakBy = "close"
    displacement_k: float = DISPLACEMENT_ATR
    gap_minimum_atr: float = 0.0
    balanced_window_bars: int = WINDOW_BARS
    opening_gaps_kept: int = KEEP
    block_zone: Zone = "body"
    block_needs_gap: bool = True
    equal_tolerance_atr: float = TOLERANCE_ATR
    reclaim_bars: int = RECLAIM_BARS
    shift_needs_sweep: bool = True
    shift_needs_gap: bool = True
    equilibrium_band: float = EQUILIBRIUM_BAND
    delivery_lookback_bars: int = LOOKBACK_BARS
    delivery_needs_sweep: bool = False
    divergence_align_bars: int = ALIGN_BARS
    judas_until: time = JUDAS_UNTIL
    daily_bias: Bias | None = None
    stop_buffer_atr: float = STOP_BUFFER_ATR
    sweep_to_gap_bars: int = SWEEP_TO_GAP_BARS
    turtle_soup_bars: int = TURTLE_SOUP_BARS

    def __post_init__(self) -> None:
        """Check every value."""
        for name, (least, most) in _BOUNDS.items():
            self._check_number(name, least, most)
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise _refused(name, f"one of {', '.join(words)}", getattr(self, name))
        for column in fields(self):
            if column.type is bool and not isinstance(getattr(self, column.name), bool):
                raise _refused(column.name, "true or false", getattr(self, column.name))
        if self.daily_bias is not None and self.daily_bias not in get_args(Bias):
            raise _refused("daily_bias", f"one of {', '.join(get_args(Bias))}, or none", self.daily_bias)
        if not self._judas_until_is_a_minute():
            raise _refused("judas_until", "a New York time of day, such as 10:00", self.judas_until)

    @classmethod
    def of_names(cls, values: dict[str, Any]) -> Self:
        """Read parameters given by name, times of day as text such as ``10:00``.

        Raises:
            InvalidParameter: a name is unknown or a value is not allowed; names the parameter.
        """
        known = {column.name for column in fields(cls)}
        for name in values:
            if name not in known:
                raise _refused(name, f"a parameter: {', '.join(sorted(known))}", name)
        given = dict(values)
        if isinstance(given.get("judas_until"), str):
            try:
                given["judas_until"] = time.fromisoformat(given["judas_until"])
            except ValueError:
                raise _refused("judas_until", "a New York time of day, such as 10:00", given["judas_until"]) from None
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return them JSON-ready, by name."""
        values = {column.name: getattr(self, column.name) for column in fields(self)}
        return {**values, "judas_until": self.judas_until.isoformat("minutes")}

    def _judas_until_is_a_minute(self) -> bool:
        """Whether it is a time of day in whole minutes; seconds would be neither compared nor shown."""
        until = self.judas_until
        if not isinstance(until, time) or until.tzinfo is not None:
            return False
        return until.second == until.microsecond == 0

    def _check_number(self, name: str, least: float, most: float) -> None:
        value = getattr(self, name)
        is_count = isinstance(least, int)
        wanted = (int,) if is_count else (int, float)
        is_number = isinstance(value, wanted) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            raise _refused(name, f"a {'whole ' if is_count else ''}number from {least} to {most}", value)


DEFAULTS: Final = ChartParameters()


def _refused(name: str, expected: str, got: Any) -> InvalidParameter:
    return InvalidParameter(
        f"parameters.{name}: expected {expected}, got {got!r}",
        field=f"parameters.{name}", expected=expected, got=repr(got),
    )  # fmt: skip
