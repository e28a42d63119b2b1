"""Near misses of the sizing methods: the record half Kelly needs, its edge, a session's cap, the most of any."""

from typing import Final, NamedTuple

from evals.cases.case import Case, Chart
from evals.suites.adversarial.near_miss import Judged, rule_pair
from evals.suites.textbook.drawing import Pen
from evals.suites.textbook.standing_setup import setup_bars, setup_windows
from rulebook.verdict import Outcome
from tools.resample import last_close
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe


class _Edge(NamedTuple):
    """A threshold of a method: the plans and sentences of both sides, and what rule 7.1 comes to outside."""

    threshold: str
    plans: tuple[RiskPlan, RiskPlan]
    why: tuple[str, str]
    outside: Outcome = "fail"
    balance: float = 100_000.0


def _kelly(trades: int, win_rate: float, payoff: float) -> RiskPlan:
    return RiskPlan("half_kelly", 1.0, win_rate=win_rate, payoff=payoff, closed_trades=trades)


def _capped(already: float) -> RiskPlan:
    return RiskPlan("session_cap", 1.0, session_cap_pct=2.0, session_risk_pct=already)


_EDGES: Final = (
    _Edge("kelly-trades", (_kelly(30, 0.5, 2.0), _kelly(29, 0.5, 2.0)),
          ("Thirty closed trades are the fewest that half Kelly sizes by, and they ask for more than the full percent.",
           "Twenty-nine closed trades are too few for half Kelly, so the risk is not known."), "not_evaluated"),
    _Edge("kelly-edge", (_kelly(100, 0.505, 1.0), _kelly(100, 0.504, 1.0)),
          ("A share of 0.505 won at one for one makes half Kelly half a percent, the least worth a trade.",
           "A share of 0.504 won at one for one makes half Kelly 0.4 percent, less than is worth a trade."),
          balance=1_000_000.0),
    _Edge("session-cap", (_capped(1.75), _capped(1.751)),
          ("A quarter percent of 125,000 is left under the cap, 312.50, what one contract loses.",
           "Just under a quarter percent of 125,000 is left under the cap, and one contract loses 312.50."),
          balance=125_000.0),
    _Edge("plan-highest", (RiskPlan("fixed", 3.0, highest_pct=2.0), RiskPlan("fixed", 3.0, highest_pct=2.01)),
          ("Three percent are held at the plan's highest, two, the most a trade may risk.",
           "Three percent are held at the plan's highest, 2.01, a hundredth over the two allowed.")),
)  # fmt: skip


def cases() -> tuple[Case, ...]:
    """Build every pair of the module."""
    return tuple(case for edge in _EDGES for case in _pair(edge))


def _pair(edge: _Edge) -> tuple[Case, Case]:
    pen = Pen("ES")
    windows = setup_windows(pen, setup_bars())
    at = last_close(windows[Timeframe.M15], pen.instrument.trading_day)

    def judge(is_inside: bool) -> Judged:
        place = 0 if is_inside else 1
        chart = Chart(
            instrument=pen.instrument,
            windows=windows,
            as_of=at,
            account_balance=edge.balance,
            plan=edge.plans[place],
        )
        return Judged(chart, "pass" if is_inside else edge.outside, edge.why[place])

    return rule_pair(edge.threshold, edge.plans[0].method.replace("_", "-"), "7.1", judge)
