"""Charts of group 7: the size, the reward, the stop, partials and break-even of a setup that stands."""

from typing import Any

from evals.cases.case import Case
from evals.suites.textbook.drawing import Pen, Polarity, chart_case, steady
from evals.suites.textbook.standing_setup import AFTERWARDS, setup_bars, setup_windows
from rulebook.verdict import Outcome

_ES, _ES_DOWN = Pen("ES"), Pen("ES", -1)
_NQ, _EUR = Pen("NQ"), Pen("EURUSD")
_LARGE = 100_000.0
_STOPPED_OUT = (*AFTERWARDS[:3], (88, 89, 54, 84))
"""The last bar falls through entry and stop, so nothing is left to size."""


def cases() -> tuple[Case, ...]:
    """Draw every chart of the group but discipline's, in the order of the rules."""
    return (*_risk_per_trade(), *_reward_for_risk(), *_stops(), *_partials(), *_breakeven())


def _offer(
    id: str,
    why: str,
    rule: str,
    polarity: Polarity,
    bars: list[Any] | None = None,
    pen: Pen = _ES,
    outcome: Outcome | None = None,
    *,
    biased: bool = True,
    **chart: Any,
) -> Case:
    """Make a case of the standing setup; a hundred thousand to trade with unless told otherwise."""
    windows = setup_windows(pen, setup_bars() if bars is None else bars, biased=biased)
    given = {"account_balance": _LARGE, **chart}
    return chart_case(id, why, rule, polarity, windows, pen, definition="Sizing", outcome=outcome, **given)


def _risk_per_trade() -> tuple[Case, ...]:
    return (
        _offer(
            "rule-7-1.one-percent-of-a-large-account",
            "One percent of 100,000 is 1,000 and the stop at 5013.75 costs 6.25 points of 50 below the entry at 5020, "
            "312.50 a contract, so the risk lies within half and two percent and pays for three contracts.",
            "7.1", "positive",
        ),
        _offer(
            "rule-7-1.exactly-two-percent",
            "Two percent is the most a trade may risk and is allowed itself, and 2,000 pays for six contracts whose "
            "stop at 4986.25 lies 6.25 points above the entry at 4980.",
            "7.1", "positive", pen=_ES_DOWN, risk_pct=2.0,
        ),
        _offer(
            "rule-7-1.exactly-half-a-percent",
            "Half a percent is the least that is worth a trade and is allowed itself, and 500 pays for four NQ "
            "contracts of 125 each between 18020 and 18013.75.",
            "7.1", "positive", pen=_NQ, risk_pct=0.5,
        ),
        _offer(
            "rule-7-1.small-lots-of-a-pair",
            "One percent of 1,000 is 10, the stop lies about 25 pips under the limit at 1.1080, and a hundredth of a "
            "lot costs about 2.48 there, so a small account pays for steps of a currency pair.",
            "7.1", "positive", pen=_EUR, account_balance=1_000.0,
        ),
        _offer(
            "rule-7-1.five-percent",
            "Five percent of the account is more than the two that are survivable, however well 5,000 pays for "
            "contracts of 312.50.",
            "7.1", "negative", risk_pct=5.0,
        ),
        _offer(
            "rule-7-1.a-fifth-of-a-percent",
            "A fifth of a percent at full size is less than the half percent a trade must be worth, though the 2,000 "
            "of a million pays for six contracts.",
            "7.1", "negative", risk_pct=0.2, account_balance=1_000_000.0,
        ),
        _offer(
            "rule-7-1.account-too-small-for-one-contract",
            "One percent of 10,000 is 100, and one contract loses 312.50 between the entry at 4980 and the stop at "
            "4986.25, so not one step can be paid for and zero is the answer.",
            "7.1", "negative", pen=_ES_DOWN, account_balance=10_000.0,
        ),
        _offer(
            "rule-7-1.nothing-to-size",
            "One percent would suit the account, but the last bar fell to 5013.5 through entry and stop, so no setup "
            "stands and how many steps it pays for cannot be known.",
            "7.1", "negative", setup_bars(afterwards=_STOPPED_OUT), outcome="not_evaluated",
        ),
    )  # fmt: skip


def _reward_for_risk() -> tuple[Case, ...]:
    return (
        _offer(
            "rule-7-2.asia-high-pays-four",
            "The stop at 5013.75 risks 6.25 points from 5020 and the untaken Asia high at 5045 lies 25 ahead, four "
            "times as far.",
            "7.2", "positive", setup_bars(far=180, near=120),
        ),
        _offer(
            "rule-7-2.london-low-is-enough",
            "Mirrored, the London low at 4967 lies 13 points under the entry at 4980 and the stop 6.25 above it, so "
            "the nearest pool already pays 2.08 for one.",
            "7.2", "positive", setup_bars(near=132, far=150), _ES_DOWN,
        ),
        _offer(
            "rule-7-2.exactly-two-for-one",
            "The Asia high at 5032.5 lies 12.5 points above the entry at 5020 and the stop 6.25 below it: exactly two "
            "for one, which the rule asks for.",
            "7.2", "positive", setup_bars(far=130),
        ),
        _offer(
            "rule-7-2.pair-with-far-pool",
            "The Asia high at 1.1170 lies 90 pips above the limit at 1.1080 and the stop about 25 below it, more than "
            "three for one.",
            "7.2", "positive", setup_bars(far=170, near=120), _EUR,
        ),
        _offer(
            "rule-7-2.both-pools-near",
            "London's high at 5024.5 and Asia's at 5026 are all that rests above the entry at 5020, and the farther "
            "one pays 6 points for a stop that costs 6.25.",
            "7.2", "negative", setup_bars(near=98, far=104),
        ),
        _offer(
            "rule-7-2.farthest-pool-pays-less-than-two",
            "Mirrored, Asia's low at 4970 lies 10 points under the entry at 4980 for a stop 6.25 above it: 1.6 for one "
            "where two are asked.",
            "7.2", "negative", setup_bars(near=100, far=120), _ES_DOWN,
        ),
        _offer(
            "rule-7-2.one-and-a-half-when-strict",
            "The Asia high at 18029.5 pays 9.5 points for the 6.25 between 18020 and 18013.75, 1.52 for one, and "
            "strict takes less than two at no confluence.",
            "7.2", "negative", setup_bars(near=100, far=118), _NQ,
        ),
        _offer(
            "rule-7-2.no-setup-no-reward",
            "The last bar fell to 5013.5, under entry and stop, so no setup stands whose reward could be measured.",
            "7.2", "negative", setup_bars(afterwards=_STOPPED_OUT), outcome="not_evaluated",
        ),
    )  # fmt: skip


def _stops() -> tuple[Case, ...]:
    grown = setup_bars(near=120, far=150, afterwards=(*AFTERWARDS, *steady(18, 100, 30)))
    return (
        _offer(
            "rule-7-3.tick-under-the-swept-low",
            "The stop at 5013.75 lies a tick under the swept low at 5014 while a bar ranges about six and a half "
            "ticks, 0.15 of an average true range where 0.05 is asked.",
            "7.3", "positive",
        ),
        _offer(
            "rule-7-3.tick-over-the-swept-high",
            "Mirrored, the stop at 4986.25 lies a tick above the swept high at 4986, 0.15 of the average true range "
            "beyond what would prove the short wrong.",
            "7.3", "positive", pen=_ES_DOWN,
        ),
        _offer(
            "rule-7-3.tenth-of-a-range-on-a-pair",
            "The stop lies 0.8 pip under the swept low at 1.1056, a tenth of the range of a bar rounded "
            "away from price.",
            "7.3", "positive", pen=_EUR,
        ),
        _offer(
            "rule-7-3.ranges-grew-when-strict",
            "Eighteen bars of 7.5 points since have grown the average true range above 20 ticks, so the single tick "
            "between the swept low at 5014 and the stop is less than 0.05 of it.",
            "7.3", "negative", grown,
        ),
        _offer(
            "rule-7-3.ranges-grew-on-the-way-down",
            "Mirrored, the stop at 4986.25 is one tick above the swept high at 4986 and bars have since ranged 30 "
            "ticks, so a touch of ordinary size would reach it.",
            "7.3", "negative", grown, _ES_DOWN,
        ),
        _offer(
            "rule-7-3.ranges-grew-but-relaxed",
            "The same grown ranges against one tick between 5014 and 5013.75: relaxed asks only that the stop is not "
            "inside structure.",
            "7.3", "positive", grown, profile="relaxed",
        ),
        _offer(
            "rule-7-3.no-bias-no-stop",
            "Without an hourly chart nothing votes, so the gap at 5020 is no setup and has no stop to measure: unknown "
            "is not clear.",
            "7.3", "negative", outcome="not_evaluated", biased=False,
        ),
    )  # fmt: skip


def _partials() -> tuple[Case, ...]:
    return (
        _offer(
            "rule-7-4.two-pools-first-beyond-one",
            "The London high at 5027 pays 7 points for the 6.25 to the stop and the Asia high at 5033.25 rests behind "
            "it: two targets, the first at 1.12.",
            "7.4", "positive",
        ),
        _offer(
            "rule-7-4.first-exactly-one",
            "The London high at 5026.25 lies exactly the stop's 6.25 points from the entry at 5020, and the Asia high "
            "at 5033.25 takes the rest.",
            "7.4", "positive", setup_bars(near=105),
        ),
        _offer(
            "rule-7-4.two-pools-below",
            "Mirrored, London's low at 4973 pays 1.12 for the stop's 6.25 points and Asia's at 4966.75 waits beyond.",
            "7.4", "positive", pen=_ES_DOWN,
        ),
        _offer(
            "rule-7-4.first-too-near",
            "The London high at 5025 pays 5 points for a stop that costs 6.25, so a part closed there earns less than "
            "it risked.",
            "7.4", "negative", setup_bars(near=100),
        ),
        _offer(
            "rule-7-4.single-target",
            "The nearest pool, London's high at 5033, pays 2.08 for one by itself, so the way ends there and no second "
            "target is left for the rest.",
            "7.4", "negative", setup_bars(near=132, far=150),
        ),
        _offer(
            "rule-7-4.first-too-near-on-the-way-down",
            "Mirrored, London's low at 17974.5 lies 5.5 points under the entry at 17980 for a stop 6.25 above it.",
            "7.4", "negative", setup_bars(near=102), Pen("NQ", -1),
        ),
        _offer(
            "rule-7-4.setup-already-stopped",
            "The last bar reached 5013.5 and stopped the setup out, so there are no targets of it to count.",
            "7.4", "negative", setup_bars(afterwards=_STOPPED_OUT), outcome="not_evaluated",
        ),
    )  # fmt: skip


def _breakeven() -> tuple[Case, ...]:
    return (
        _offer(
            "rule-7-5.room-for-both",
            "The Asia high at 5033.25 lies 13.25 points ahead and the stop 6.25 behind, so price pays for the stop at "
            "5026.25 and has room left to trail.",
            "7.5", "positive",
        ),
        _offer(
            "rule-7-5.farthest-pays-just-one",
            "Asia's high at 5026.25 lies exactly as far from 5020 as the stop at 5013.75, so break-even is reached at "
            "the target itself, which is enough.",
            "7.5", "positive", setup_bars(near=98, far=105),
        ),
        _offer(
            "rule-7-5.room-on-the-way-down",
            "Mirrored, Asia's low at 4966.75 lies 13.25 points ahead of the entry at 4980, twice the 6.25 to the stop.",
            "7.5", "positive", pen=_ES_DOWN,
        ),
        _offer(
            "rule-7-5.farthest-before-breakeven",
            "Both pools above, 5024.5 and 5026, lie less than the stop's 6.25 points from 5020, so the trade ends "
            "before the stop may move.",
            "7.5", "negative", setup_bars(near=98, far=104),
        ),
        _offer(
            "rule-7-5.farthest-before-breakeven-below",
            "Mirrored, the pools at 4976 and 4974.5 lie 4 and 5.5 points under 4980 and the stop costs 6.25.",
            "7.5", "negative", setup_bars(near=96, far=102), _ES_DOWN,
        ),
        _offer(
            "rule-7-5.pair-with-pools-close-by",
            "The pools at 1.1098 and 1.1102 are 18 and 22 pips above 1.1080 and the stop about 25 below it.",
            "7.5", "negative", setup_bars(near=98, far=102), _EUR,
        ),
        _offer(
            "rule-7-5.nothing-to-move",
            "Entry and stop both traded within the last bar's fall to 5013.5, so no trade is left whose stop could be "
            "moved.",
            "7.5", "negative", setup_bars(afterwards=_STOPPED_OUT), outcome="not_evaluated",
        ),
    )  # fmt: skip
