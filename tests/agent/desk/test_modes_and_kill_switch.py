"""The table of steps between modes, and the kill switch's conditions at their edges."""

import pytest

from agent.analysis.permission import EMERGENCY_STOP, MODES
from agent.desk.kill_switch import Figures, Measured, readings, why_it_fires
from agent.desk.modes import LACKS, NEEDS, STEPS, lacking, step, ways
from agent.desk.settings import ErrorRate, KillSwitch, NewsSurge
from agent.desk.watch import SourceWatch
from tools.market.demo import DemoMarketData
from tools.market.port import SourceHealth

AUTONOMY = ("ANALYSIS_ONLY", "SIMULATION", "APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO")
EVERYTHING = frozenset(NEEDS)


def test_no_step_stands_twice_and_none_leads_nowhere() -> None:
    pairs = [(one.from_mode, one.to_mode) for one in STEPS]
    assert len(set(pairs)) == len(pairs)
    assert all(start != end for start, end in pairs)


@pytest.mark.parametrize("mode", AUTONOMY)
def test_the_emergency_stop_is_one_free_step_from_anywhere(mode: str) -> None:
    taken = step(mode, EMERGENCY_STOP)
    assert taken is not None
    assert (taken.needs, taken.is_confirmed) == ((), False)


def test_the_emergency_stop_is_left_only_to_analysis_and_only_confirmed() -> None:
    left = [one for one in STEPS if one.from_mode == EMERGENCY_STOP]
    assert [(one.to_mode, one.is_confirmed) for one in left] == [("ANALYSIS_ONLY", True)]


@pytest.mark.parametrize("start", AUTONOMY)
@pytest.mark.parametrize("end", AUTONOMY)
def test_down_is_free_and_up_to_live_trading_is_confirmed(start: str, end: str) -> None:
    taken = step(start, end)
    rise = AUTONOMY.index(end) - AUTONOMY.index(start)
    if rise == 0 or (end == "FULL_AUTO" and start != "SEMI_AUTO"):
        assert taken is None
        return
    assert taken is not None
    assert taken.is_confirmed == (rise > 0 and end != "SIMULATION")
    assert bool(taken.needs) == taken.is_confirmed


@pytest.mark.parametrize(
    ("end", "needs"),
    [
        ("SIMULATION", set()),
        ("APPROVAL_REQUIRED", {"account"}),
        ("SEMI_AUTO", {"account", "risk", "calendar"}),
    ],
)
def test_each_mode_says_what_it_lacks(end: str, needs: set[str]) -> None:
    taken = step("ANALYSIS_ONLY", end)
    assert taken is not None
    assert set(lacking(taken, frozenset())) == {LACKS[need] for need in NEEDS if need in needs}
    assert lacking(taken, EVERYTHING) == ()


def test_the_ways_from_a_mode_are_all_the_others() -> None:
    seen = {way.to_mode: way for way in ways("SEMI_AUTO", frozenset({"account"}))}
    assert list(seen) == [mode for mode in MODES if mode != "SEMI_AUTO"]
    assert seen["APPROVAL_REQUIRED"].is_possible
    assert not seen["FULL_AUTO"].is_possible
    assert seen["FULL_AUTO"].lacks == (LACKS["risk"], LACKS["calendar"])
    stuck = {way.to_mode: way for way in ways("SIMULATION", EVERYTHING)}["FULL_AUTO"]
    assert not stuck.is_possible
    assert "only from SEMI_AUTO" in stuck.lacks[0]


SWITCH = KillSwitch(3.0, ErrorRate(0.5, 10, 60), 5, NewsSurge(4, 30))


@pytest.mark.parametrize(
    ("figures", "fires"),
    [
        (Figures(daily_loss_pct=Measured(3.0)), True),
        (Figures(daily_loss_pct=Measured(2.999)), False),
        (Figures(error_share=Measured(0.5)), True),
        (Figures(error_share=Measured(0.4999)), False),
        (Figures(source_lost_minutes=Measured(5.0)), True),
        (Figures(source_lost_minutes=Measured(4.99)), False),
        (Figures(news_events=Measured(4)), True),
        (Figures(news_events=Measured(3)), False),
        (Figures(daily_loss_pct=Measured(None, "no account is set")), False),
    ],
)
def test_a_condition_fires_from_its_limit_on(figures: Figures, fires: bool) -> None:
    (one,) = readings(SWITCH, figures)
    assert one.fires == fires
    why = why_it_fires((one,))
    assert (why is not None) == fires
    assert why is None or f"{one.figure:g}" in why


def test_what_is_not_known_says_so_and_what_is_not_set_is_not_read() -> None:
    (one,) = readings(SWITCH, Figures(daily_loss_pct=Measured(None, "no account is set")))
    assert "not known, no account is set" in one.sentence
    assert readings(KillSwitch(), Figures(daily_loss_pct=Measured(99.0))) == ()


class FailingMarket(DemoMarketData):
    """The demo market, whose health a test decides."""

    def __init__(self) -> None:
        super().__init__(seed=7, clock=lambda: 0)
        self.answers = True
        self.asked = 0

    async def health(self) -> SourceHealth:
        self.asked += 1
        return SourceHealth("demo", self.answers, "", 0.0)


@pytest.mark.anyio
async def test_a_source_is_lost_since_the_first_ask_that_failed_and_is_not_asked_all_the_time() -> None:
    now, market = [1_000], FailingMarket()
    watch = SourceWatch(market, lambda: now[0])
    assert await watch.lost_minutes() == 0.0
    now[0] += 14
    assert await watch.lost_minutes() == 0.0
    assert market.asked == 1
    market.answers = False
    now[0] += 8 * 3600  # nobody asked: hours of quiet are no hours without an answer
    assert await watch.lost_minutes() == 0.0
    now[0] += 60
    assert await watch.lost_minutes() == 1.0
    now[0] += 14
    assert await watch.lost_minutes() == pytest.approx(74 / 60)
    assert market.asked == 3
    market.answers = True
    now[0] += 15
    assert await watch.lost_minutes() == 0.0
    market.answers = False
    now[0] += 3600
    assert await watch.lost_minutes() == 0.0


@pytest.mark.anyio
async def test_a_source_that_never_answered_is_lost_since_it_was_first_asked() -> None:
    now, market = [1_000], FailingMarket()
    market.answers = False
    watch = SourceWatch(market, lambda: now[0])
    now[0] += 3600
    assert await watch.lost_minutes() == 0.0
    now[0] += 300
    assert await watch.lost_minutes() == 5.0
