"""The newest decision on a market is read from the record, by when it was recorded and not by what it is about."""

from functools import partial
from typing import Final

from agent.coach.grounding.decided import Decided, not_borne
from agent.coach.newest import newest_decision
from agent.coach.toolbox.box import ToolSources
from tests.agent.coach.toolbox.box import ME, NOW, Box

ADVISER: Final = "asks-for-advice"


def newest(box: Box, symbol: str, owner_id: str = ADVISER) -> Decided | None:
    service = box.service
    sources = ToolSources(
        service.runs, service.desk, service.rulebooks, service.market, service.calendar, box.clock
    )  # fmt: skip
    found: Decided | None = box.wait(partial(newest_decision, sources, owner_id, symbol))
    return found


def test_it_is_the_one_recorded_last_with_its_rule_and_direction(box: Box) -> None:
    assert newest(box, "EURUSD") is None
    box.record(box.request("EURUSD", "strict"), owner_id=ADVISER)
    run_id = box.record(box.request("EURUSD", "relaxed"), owner_id=ADVISER)
    trade = newest(box, "EURUSD")
    assert trade is not None
    assert (trade.run_id, trade.status, trade.direction, trade.rule) == (run_id, "TRADE_NOW", "long", None)
    assert trade.lasts_s == 2 * 900 + 300
    assert not_borne(trade, frozenset({"long"}), NOW) is None
    strict = box.record(box.request("EURUSD", "strict"), owner_id=ADVISER)
    refused = newest(box, "EURUSD")
    assert refused is not None
    told = box.asked("explain_decision", owner_id=ADVISER, run_id=strict)
    assert (refused.run_id, refused.status) == (strict, told["decision"]["status"])
    assert refused.rule == told["deciding_rules"][0]["rule"]
    assert (refused.name, refused.sentence) == (
        told["deciding_rules"][0]["name"],
        told["deciding_rules"][0]["sentence"],
    )


def test_it_is_the_owners_and_the_markets(box: Box) -> None:
    assert newest(box, "NQ", ME) is None
    wait = newest(box, "GBPUSD", ME)
    assert wait is not None
    assert wait.status == "WAIT"
