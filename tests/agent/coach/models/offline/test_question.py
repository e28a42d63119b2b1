"""What a question names: markets, rules, timeframes, numbers; spelt well or badly."""

import pytest

from agent.coach.models.offline.following import subject_of
from agent.coach.models.offline.question import read_question


@pytest.mark.parametrize(
    ("text", "symbol", "mended"),
    [
        ("what about EURUSD?", "EURUSD", None),
        ("what about eur/usd", "EURUSD", None),
        ("EUR USD please", "EURUSD", None),
        ("OANDA:GBPUSD", "GBPUSD", None),
        ("and EURSUD?", "EURUSD", "EURSUD"),
        ("usdeur", "EURUSD", "usdeur"),
        ("gold?", "XAUUSD", None),
        ("is cable ok", "GBPUSD", None),
        ("NQ1!", "NQ", None),
        ("what about ES", "ES", None),
        ("what es that", None, None),
        ("bias on DOGEUSD", "DOGEUSD", None),
        ("any news about NFP", None, None),
        ("levels on M15", None, None),
        ("WHY NOT", None, None),
        ("should we wait", None, None),
        ("are we in a silver bullet window?", None, None),
        ("any Silver-Bullet on silver?", "XAGUSD", None),
    ],
)
def test_markets(text: str, symbol: str | None, mended: str | None) -> None:
    read = read_question(text)
    assert (read.symbol, read.mended) == (symbol, mended)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("what does rule 7.2 say", "7.2"),
        ("rule 7,2", "7.2"),
        ("rule 7-2?", "7.2"),
        ("rule7.2", "7.2"),
        ("r7.2", "7.2"),
        ("§ 1.2.3", "1.2.3"),
        ("rule 10", "10"),
        ("what does 8.1 say?", "8.1"),
        ("what if it were 2.5", None),
        ("risk 0.5%", None),
    ],
)
def test_rules(text: str, rule: str | None) -> None:
    assert read_question(text).rule_id == rule


@pytest.mark.parametrize(
    ("text", "timeframe"),
    [
        ("on the 15m", "15m"),
        ("the 4 hour chart", "4h"),
        ("H1", "1h"),
        ("daily", "1D"),
        ("5 min", "5m"),
        ("why", None),
        ("the hourly chart", "1h"),
        ("4 hours", "4h"),
        ("weekly", "1W"),
    ],
)
def test_timeframes(text: str, timeframe: str | None) -> None:
    assert read_question(text).timeframe == timeframe


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("what if it were 2.5?", (2.5,)),
        ("1% of $10,000 at 1.1050", (1.0, 10_000.0, 1.105)),
        ("20k account", (20_000.0,)),
        ("at -3 R", (-3.0,)),
        ("rule 7.2 with 3", (3.0,)),
        ("run 0123456789abcdef0123456789abcdef", ()),
    ],
)
def test_numbers(text: str, numbers: tuple[float, ...]) -> None:
    assert read_question(text).numbers == numbers


@pytest.mark.parametrize(
    "text", ["and GBPUSD?", "what about gold?", "and the 1h?", "and London?", "and 3?", "7.2", "", "and now?"]
)
def test_a_bare_subject_asks_nothing_by_itself(text: str) -> None:
    assert read_question(text).is_bare


@pytest.mark.parametrize("text", ["why?", "why GBPUSD?", "is gold bullish", "news for GBPUSD", "hello", "stop at 1.1"])
def test_other_words_ask(text: str) -> None:
    assert not read_question(text).is_bare


def test_a_question_inherits_what_it_leaves_out() -> None:
    subject = subject_of(["any fresh gaps on the 1h of gold?", "thanks", "and order blocks?", "and the 4h?"])
    assert (subject.intent, subject.symbol, subject.timeframe, subject.chart_tool) == (
        "chart", "XAUUSD", "4h", "find_order_blocks",
    )  # fmt: skip


def test_another_market_leaves_the_run_behind() -> None:
    run = "0123456789abcdef0123456789abcdef"
    assert subject_of([f"explain {run}", "why?"]).run_id == run
    assert subject_of([f"explain {run}", "and GBPUSD?"]).run_id is None


def test_only_the_beginning_of_a_very_long_question_is_read() -> None:
    assert read_question("why " + "x " * 2000 + "GBPUSD").symbol is None
