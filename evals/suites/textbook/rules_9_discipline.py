"""Charts of the trader's record (7.6, 7.6.1, 9.3), of setups that still stand (9.1) and of conditions (9.2)."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from agent.analysis.discipline import NEVER_MINUTES, Discipline
from agent.labels import DecisionLabel, SetupLabel
from evals.cases.case import Case
from evals.suites.textbook.drawing import Pen, Polarity, Said, chart_case
from evals.suites.textbook.moments import moment_case
from evals.suites.textbook.standing_setup import (
    AFTERWARDS,
    ASIA_HIGH,
    ENTRY,
    INVALIDATION,
    LONDON_HIGH,
    setup_bars,
    setup_windows,
)
from rulebook.verdict import Outcome

_NOON: Final = "2024-05-15T10:00-04:00"
_ES, _NQ, _BTC = Pen("ES"), Pen("NQ"), Pen("BTCUSD")
CLEAN: Final = Discipline(
    trades_this_session=0, trades_today=0, losses_this_session=0, losses_in_row=0, minutes_since_loss=NEVER_MINUTES,
    daily_loss_pct=0.0, drawdown_pct=0.0, stopped="",
)  # fmt: skip
"""Nothing traded, nothing lost, nothing stopped, and all of it known."""
_STOPPED: Final = Said(decision=DecisionLabel("NO_TRADE", "7.6.1"))
_NOTHING_STANDS: Final = Said(decision=DecisionLabel("WAIT", "9.1"))
_clean = partial(replace, CLEAN)


def cases() -> tuple[Case, ...]:
    """Draw every chart, in the order of the rules."""
    return (*_discipline(), *_emergency_stop(), *_setup_valid(), *_conditions(), *_session_trades())


def _record(
    name: str, why: str, rule: str, polarity: Polarity, record: Discipline, pen: Pen | None = None, **chart: Any
) -> Case:
    """Make a case of a trader's record at ten o'clock New York."""
    id = f"rule-{rule.replace('.', '-')}.{name}"
    said = f"{why.removesuffix('.')}, as of 10:00 New York on 15 May 2024."
    return moment_case(
        id, said, rule, polarity, _NOON, pen, definition=f"rulebook {rule}", discipline=record, **chart
    )  # fmt: skip


def _discipline() -> tuple[Case, ...]:
    return (
        _record("first-trade-of-a-clean-day", "Nothing was traded today and nothing lost, so no limit is near.", "7.6",
                "positive", CLEAN),
        _record("third-trade-when-strict",
                "Two trades were taken, this is the third, and strict allows three a day.", "7.6", "positive",
                _clean(trades_today=2), _NQ),
        _record("at-every-strict-limit",
                "One loss in a row, half an hour ago, three percent lost today and a drawdown of ten: each is the "
                "limit itself, and a limit may be reached.", "7.6", "positive",
                _clean(trades_today=2, losses_in_row=1, minutes_since_loss=30.0, daily_loss_pct=3.0,
                       drawdown_pct=10.0)),
        _record("fifth-trade-when-relaxed",
                "Four trades were taken, this is the fifth, and relaxed allows five.", "7.6", "positive",
                _clean(trades_today=4), profile="relaxed"),
        _record("fourth-trade-when-strict",
                "Three trades were taken, so this is the fourth of a day that allows three.", "7.6", "negative",
                _clean(trades_today=3)),
        _record("two-losses-in-a-row",
                "Two losses in a row are one more than strict lets a trade follow, hours ago or not.",
                "7.6", "negative",
                _clean(trades_today=2, losses_in_row=2, minutes_since_loss=300.0, daily_loss_pct=2.0)),
        _record("ten-minutes-after-a-loss",
                "The last loss closed ten minutes ago and strict pauses thirty.", "7.6", "negative",
                _clean(trades_today=1, losses_in_row=1, minutes_since_loss=10.0, daily_loss_pct=1.0), _NQ),
        _record("four-percent-lost-today",
                "Four percent of the morning's balance is gone where strict ends the day beyond three.", "7.6",
                "negative", _clean(trades_today=1, minutes_since_loss=200.0, daily_loss_pct=4.0, losses_in_row=1)),
        _record("drawdown-of-twelve",
                "The balance stands twelve percent under its highest, deeper than the ten strict trades in.", "7.6",
                "negative", _clean(drawdown_pct=12.0)),
        _record("record-nobody-keeps",
                "Nobody says what was traded, and an unknown record is neither clean nor broken.", "7.6", "negative",
                Discipline(), outcome="not_evaluated"),
        _record("drawdown-nobody-says",
                "All else is clean, but the drawdown is not known, so the rule cannot be said to hold.", "7.6",
                "negative", _clean(drawdown_pct=None), outcome="not_evaluated"),
        _record("broken-though-half-is-unknown",
                "Only the losses in a row are known, and four of them end the trading whatever the rest may be.", "7.6",
                "negative", Discipline(losses_in_row=4)),
    )  # fmt: skip


def _emergency_stop() -> tuple[Case, ...]:
    rule = "7.6.1"
    return (
        _record("switch-is-off", "A trading mode is kept and no stop is on.", rule, "positive", CLEAN),
        _record("off-after-a-bad-day",
                "Five percent lost ends the day by another rule; the emergency stop itself is off.", rule, "positive",
                _clean(daily_loss_pct=5.0), _ES),
        _record("off-and-the-rest-unknown",
                "Nobody says what was traded, but it is known that nothing is stopped.", rule, "positive",
                Discipline(stopped="")),
        _record("pulled-by-hand", "The trader pulled the emergency stop, which ends all trading at once.", rule,
                "negative", _clean(stopped="emergency stop since 2024-05-15T09:00:00Z"), said=_STOPPED),
        _record("kill-switch-fired", "The kill switch fired at a loss of six percent, which stops all trading.", rule,
                "negative", _clean(stopped="kill switch: 6 % lost today", daily_loss_pct=6.0), _BTC, said=_STOPPED),
        _record("stopped-and-the-rest-unknown",
                "A stop is on, and nothing else needs to be known.", rule, "negative", Discipline(stopped="by hand"),
                profile="relaxed", said=_STOPPED),
        _record("switch-nobody-keeps", "Nobody says whether trading is stopped, so it is unknown.", rule, "negative",
                _clean(stopped=None), outcome="not_evaluated"),
    )  # fmt: skip


def _standing(
    name: str, why: str, polarity: Polarity, last: tuple[int, int, int, int] | None = None, pen: Pen = _ES,
    outcome: Outcome | None = None, *, biased: bool = True, **chart: Any,
) -> Case:  # fmt: skip
    """Make a case of the standing setup, whose last bar may be another."""
    bars = setup_bars(afterwards=AFTERWARDS if last is None else (*AFTERWARDS[:3], last))
    said = {"pass": _offered(pen) if last is None else Said(), "fail": _NOTHING_STANDS}.get(
        outcome or ("pass" if polarity == "positive" else "fail"), Said()
    )
    windows = setup_windows(pen, bars, biased=biased)
    return chart_case(f"rule-9-1.{name}", why, "9.1", polarity, windows, pen, definition="Setups", outcome=outcome,
                      account_balance=100_000.0, said=said, **chart)  # fmt: skip


def _offered(pen: Pen) -> Said:
    """Say what the untouched setup is: the gap's edge, a tick beyond the sweep, the London and the Asia extreme.

    Sweep, displacement and gap: the shift of 07:15 comes before the morning of an index and is no 2022 model.
    """
    targets = pen.price(LONDON_HIGH), pen.price(ASIA_HIGH)
    setup = SetupLabel(pen.slant, pen.price(ENTRY), pen.price(INVALIDATION - 1), targets, "6.3")
    return Said(decision=DecisionLabel("TRADE_NOW", "6.3"), setup=setup)


def _setup_valid() -> tuple[Case, ...]:
    return (
        _standing("limit-untouched",
                  "The gap [5017.5, 5020] was known at 07:30 and no bar since traded below 5021.25, so the limit at "
                  "its edge still waits.", "positive"),
        _standing("limit-untouched-above",
                  "Mirrored, the limit at 4980 has waited since 07:30 and no bar since traded above 4978.75.",
                  "positive", pen=Pen("ES", -1)),
        _standing("deeper-limit-left",
                  "The last bar traded at 5020 and filled the gap's limit, but the retracement of 70.5 percent near "
                  "5016 of the same shift was not reached and its setup still waits.", "positive", (88, 89, 80, 84)),
        _standing("fell-through-every-limit",
                  "The last bar fell to 5015 and closed at 5021: the gap's limit at 5020 and the retracement near 5016 "
                  "have both traded, and a setup that has left is not chased.", "negative", (88, 89, 60, 84)),
        _standing("stopped-out",
                  "The last bar fell to 5013.5, under the stop at 5013.75, which proves every long of the leg wrong.",
                  "negative", (88, 89, 54, 84)),
        _standing("stopped-out-above",
                  "Mirrored, the last bar rose to 4986.5, over the stop at 4986.25.", "negative", (88, 89, 54, 84),
                  Pen("ES", -1)),
        _standing("fell-through-on-a-pair",
                  "The last bar fell to 1.1060 and closed at 1.1084, through the limit at 1.1080 and the retracement "
                  "near 1.1066.", "negative", (88, 89, 60, 84), Pen("EURUSD")),
        _standing("no-bias-no-direction",
                  "Without an hourly chart nothing votes, so the limit at 5020 has no direction to be looked for in.",
                  "negative", outcome="not_evaluated", biased=False),
    )  # fmt: skip


def _conditions() -> tuple[Case, ...]:
    case = partial(moment_case, rule="9.2", definition="Sessions, bank holidays and weekends are closed")
    return (
        case("rule-9-2.last-bar-just-closed",
             "The last bar closed at 10:00, the moment asked about, on a business day.",
             polarity="positive", moment=_NOON),
        case("rule-9-2.one-bar-missing-when-strict",
             "The candles end at 09:45 and it is 10:00: one bar of the open market is missing, which strict allows.",
             polarity="positive", moment=_NOON, fed_until="2024-05-15T09:45-04:00"),
        case("rule-9-2.three-bars-missing-when-relaxed",
             "Three bars are missing since 09:15, the most relaxed allows.", polarity="positive", moment=_NOON,
             fed_until="2024-05-15T09:15-04:00", profile="relaxed"),
        case("rule-9-2.the-weekend-takes-no-time",
             "The candles end with the week on Friday at 17:00 and the market opened at 17:00 on Sunday, 15 minutes "
             "ago: one bar of the open market is missing.", polarity="positive", moment="2024-05-19T17:15-04:00",
             fed_until="2024-05-17T17:00-04:00"),
        case("rule-9-2.coins-trade-on-saturday",
             "A coin's market has no weekend and on Saturday at 10:00 its last bar has just closed.",
             polarity="positive", moment="2024-05-18T10:00-04:00", pen=_BTC),
        case("rule-9-2.feed-stopped-an-hour-ago",
             "The candles end at 09:00 and it is 10:00: four bars of fifteen minutes are missing.", polarity="negative",
             moment=_NOON, fed_until="2024-05-15T09:00-04:00"),
        case("rule-9-2.two-bars-missing-when-strict",
             "The candles end at 09:30 and it is 10:00: two bars are missing where strict allows one.",
             polarity="negative", moment=_NOON, fed_until="2024-05-15T09:30-04:00"),
        case("rule-9-2.saturday", "Not a bar is missing since Friday at 17:00, but the market is closed.",
             polarity="negative", moment="2024-05-18T10:00-04:00"),
        case("rule-9-2.christmas-begins-on-its-eve",
             "The trading day of Christmas begins at 17:00 on the 24th, so at 18:00 it is the bank holiday.",
             polarity="negative", moment="2024-12-24T18:00-05:00"),
        case("rule-9-2.daily-halt-of-futures", "Index futures halt from 17:00 to 18:00 and it is 17:30.",
             polarity="negative", moment="2024-05-15T17:30-04:00", pen=_ES),
        case("rule-9-2.early-close-after-thanksgiving",
             "On the Friday after Thanksgiving index futures close at 13:15, so at 14:00 there is no market.",
             polarity="negative", moment="2024-11-29T14:00-05:00", pen=_ES),
        case("rule-9-2.good-friday-on-the-index",
             "Good Friday, 29 March 2024, is the stock exchange's own holiday, which index futures keep.",
             polarity="negative",
             moment="2024-03-29T10:00-04:00", pen=_NQ),
        case("rule-9-2.good-friday-on-a-pair",
             "Good Friday, 29 March 2024, is no federal holiday and pairs trade it like any Friday.",
             polarity="positive",
             moment="2024-03-29T10:00-04:00"),
    )  # fmt: skip


def _session_trades() -> tuple[Case, ...]:
    rule = "9.3"
    return (
        _record("first-of-the-session", "Nothing was traded this session and strict allows one.", rule, "positive",
                CLEAN),
        _record("second-when-relaxed", "One trade was taken this session and relaxed allows two.", rule, "positive",
                _clean(trades_this_session=1, trades_today=1), profile="relaxed"),
        _record("first-of-this-session-though-not-today",
                "Two trades were taken today but none in this session, whose allowance is whole.", rule, "positive",
                _clean(trades_today=2), _NQ),
        _record("second-when-strict", "One trade was taken this session, and strict allows one and not two.", rule,
                "negative", _clean(trades_this_session=1, trades_today=1)),
        _record("third-when-relaxed", "Two trades were taken this session, the most relaxed allows.", rule, "negative",
                _clean(trades_this_session=2, trades_today=2), profile="relaxed"),
        _record("won-and-still-used-up", "The one trade of the session won; the allowance counts trades, not losses.",
                rule, "negative", _clean(trades_this_session=1, trades_today=1), _BTC),
        _record("session-nobody-counted", "Nobody says what was traded this session.", rule, "negative",
                _clean(trades_this_session=None), outcome="not_evaluated"),
    )  # fmt: skip
