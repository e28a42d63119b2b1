"""Fit an isotonic calibration on the first days of some outcomes, and report it on the days after them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]

from evals.calibration.outcomes import Outcome
from evals.outcomes.intervals import mean_by_day
from evals.scoring.reliability import reliability
from rulebook.calibration import PLACES, Calibration
from tools.errors import InvalidParameter

LEAST_FITTED: Final = 50
LEAST_REPORTED: Final = 20
LEAST_IN_GROUP: Final = 10
USUAL_SPLIT: Final = 0.6


def calibrate(
    outcomes: Sequence[Outcome], *, split: float = USUAL_SPLIT, rulebook: str | None = None, seed: int = 7
) -> Calibration:
    """Return the calibration of one rulebook.

    The share of winners among filled trades is fitted as a never falling function of the graded strength (isotonic
    regression: Zadrozny & Elkan 2002) on the first days, and measured on the others. Trades of the first days that
    ended on the others are left out of both, so that nothing fitted had seen a day that is reported on. A knot rests on
    ten trades at least, and no share is further from the share of all than they bear out (`grouped`).

    Args:
        outcomes: filled trades that ended.
        split: the part of the days with outcomes that is fitted on, above 0 and below 1.
        rulebook: the beginning of the hash of the rulebook to calibrate, where outcomes are of several.
        seed: of the intervals.

    Raises:
        InvalidParameter: the split is none, the outcomes are of several rulebooks or of none chosen, were decided with
            different calendars, or are too few, or all alike.
    """
    if not 0 < split < 1:
        raise InvalidParameter(
            f"--split is {split:g}", field="--split", expected="a number above 0 and below 1", got=f"{split:g}"
        )
    chosen = _of_one_rulebook(outcomes, rulebook)
    fitted, reported = _parted(chosen, split)
    _check_enough(fitted, reported)
    regression = IsotonicRegression(increasing=True, out_of_bounds="clip").fit(*grouped(fitted))
    knots = zip(regression.X_thresholds_.tolist(), regression.y_thresholds_.tolist(), strict=True)
    fitted_on = {
        "n": len(fitted),
        "from": _day(fitted[0]),
        "to": _day(fitted[-1]),
        "won": sum(one.won for one in fitted),
        "calendar": chosen[0].calendar,
        "sources": sorted({one.source for one in fitted}),
    }
    unreported = Calibration(
        chosen[0].rulebook_hash,
        tuple((round(strength, PLACES), round(won, PLACES)) for strength, won in knots),
        fitted_on,
        {},
    )
    measured = _measured(unreported, reported, seed)
    return Calibration(unreported.rulebook_hash, unreported.knots, fitted_on, measured)


def grouped(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float], list[int]]:
    """Return mean strength, smoothed share of winners and size of groups of ten trades alike in strength, in its order.

    Isotonic regression alone would let the strongest trade of all stand for itself. What is left over joins the last.
    A group's share is (wins + 2 b) / (n + 2): n are the trades of that group alone, ten to nineteen, and b the share of
    winners among all (B. Cestnik 1990). It counts two trades that are like the rest, so that ten wins out of ten claim
    at most (10 + 2 b) / 12, and 0 and 1 are never reached. Laplace's rule, which has a half for b, would pull every
    group of a strategy that seldom wins upwards, and claim more in the mean than was won.
    """
    ordered = sorted(outcomes, key=lambda one: (one.strength, one.as_of, one.fact_id))
    begins = range(0, max(len(ordered) - LEAST_IN_GROUP + 1, 1), LEAST_IN_GROUP)
    ends = [*begins[1:], len(ordered)]
    groups = [ordered[begin:end] for begin, end in zip(begins, ends, strict=True)]
    of_all = float(np.mean([one.won for one in ordered]))
    strengths = [round(float(np.mean([one.strength for one in group])), PLACES) for group in groups]
    sizes = [len(group) for group in groups]
    won = [sum(one.won for one in group) for group in groups]
    return strengths, [(wins + 2 * of_all) / (n + 2) for wins, n in zip(won, sizes, strict=True)], sizes


def _of_one_rulebook(outcomes: Sequence[Outcome], rulebook: str | None) -> list[Outcome]:
    chosen = [one for one in outcomes if rulebook is None or one.rulebook_hash.startswith(rulebook)]
    hashes = sorted({one.rulebook_hash for one in chosen})
    if len(hashes) > 1:
        raise InvalidParameter(
            f"the outcomes are of {len(hashes)} rulebooks: {', '.join(hashes)}", field="--rulebook",
            expected="the beginning of one of their hashes", got=rulebook or "nothing",
        )  # fmt: skip
    if not chosen:
        known = ", ".join(sorted({one.rulebook_hash for one in outcomes})) or "none"
        raise InvalidParameter(
            f"there is no filled and ended trade of that rulebook; the files have those of {known}",
            field="--rulebook", expected="outcomes to fit on", got=rulebook or "none",
        )  # fmt: skip
    calendars = sorted({one.calendar for one in chosen})
    if len(calendars) > 1:
        raise InvalidParameter(
            f"the decisions knew different things of news, which strength grades: calendars {', '.join(calendars)}",
            field="OUTCOMES", expected="outcomes of walks with one calendar, or all without", got=", ".join(calendars),
        )  # fmt: skip
    return chosen


def _parted(outcomes: Sequence[Outcome], split: float) -> tuple[list[Outcome], list[Outcome]]:
    """Part by whole days; what was decided on the first days and ended after the others began is in neither."""
    days = sorted({one.day for one in outcomes})
    later = set(days[min(max(round(split * len(days)), 1), len(days)) :])
    reported = [one for one in outcomes if one.day in later]
    begins = min((one.as_of for one in reported), default=None)
    fitted = [one for one in outcomes if one.day not in later and (begins is None or one.ended <= begins)]
    return fitted, reported


def _check_enough(fitted: Sequence[Outcome], reported: Sequence[Outcome]) -> None:
    for what, part, least in (("fit on", fitted, LEAST_FITTED), ("report on", reported, LEAST_REPORTED)):
        if len(part) < least:
            raise InvalidParameter(
                f"{len(part)} filled and ended trades are too few to {what}: it takes {least}; walk more candles, or "
                "part the days otherwise with --split",
                field="OUTCOMES", expected=f"at least {least}", got=str(len(part)),
            )  # fmt: skip
    won = sum(one.won for one in fitted)
    if won in (0, len(fitted)):
        raise InvalidParameter(
            f"all {len(fitted)} trades to fit on {'won' if won else 'lost'}: no frequency can be told from strength",
            field="OUTCOMES", expected="trades that won and trades that did not", got=f"{won} that won",
        )  # fmt: skip


def _measured(calibration: Calibration, reported: Sequence[Outcome], seed: int) -> dict[str, Any]:
    before = [one.strength for one in reported]
    after = [calibration.confidence(one.strength) for one in reported]
    won, days = [one.won for one in reported], [one.day for one in reported]
    errors = [[(said - true) ** 2 for said, true in zip(part, won, strict=True)] for part in (before, after)]
    gained = [was - now for was, now in zip(*errors, strict=True)]
    parts = zip((*errors, gained), ((0.0, 1.0), (0.0, 1.0), (-1.0, 1.0)), strict=True)
    intervals = [mean_by_day(part, days, seed=seed, bounds=bounds).to_dict() for part, bounds in parts]
    return {
        "n": len(reported),
        "from": _day(reported[0]),
        "to": _day(reported[-1]),
        "won": sum(won),
        "brier_before": intervals[0]["value"],
        "brier_after": intervals[1]["value"],
        "brier_before_interval": _ends(intervals[0]),
        "brier_after_interval": _ends(intervals[1]),
        "brier_gain": intervals[2]["value"],
        "brier_gain_interval": _ends(intervals[2]),
        "reliability_before": reliability(before, won)["bins"],
        "reliability_after": reliability(after, won)["bins"],
    }


def _ends(interval: dict[str, Any]) -> list[float] | None:
    return None if interval["low"] is None else [interval["low"], interval["high"]]


def _day(one: Outcome) -> str:
    return date.fromordinal(one.day).isoformat()
