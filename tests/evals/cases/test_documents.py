"""Cases as JSON: what is written is read back to the last bit, and digests know content and nothing else."""

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent.analysis.discipline import Discipline
from agent.analysis.request import CalendarEvent
from agent.labels import DecisionLabel, EventLabel, Labelling, Labels, OutcomeLabel, Provenance, SetupLabel, ZoneLabel
from agent.labels.parts import Fault, Part
from evals.cases.candle_documents import CandleFiles
from evals.cases.case import Case, Chart, Conversation, Turn
from evals.cases.documents import case_digest, read_case
from evals.cases.files import case_file_of, rows_of
from tests.evals.cases.documents import BARS, small_case
from tools.candles import Candles
from tools.errors import InvalidSuite
from tools.instruments import Instrument, instrument
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe
from tools.trading_day import TradingDay

START = 1_704_873_600  # 2024-01-10 08:00 UTC
HAND = Provenance("ann", "hand", "2024-02-01", "ICT.md: fair value gap")


def random_candles(seed: int, bars: int, timeframe: Timeframe = Timeframe.M15, gap_after: int = 0) -> Candles:
    """Return bars whose prices and volumes use all the bits of a double; a gap makes them unevenly spaced."""
    noise = np.random.default_rng(seed)
    closes = 1.1 + noise.normal(0, 1e-3, bars + 1).cumsum()
    reach = np.abs(noise.normal(0, 1e-3, (2, bars)))
    time = START + timeframe.seconds * np.arange(bars)
    time[bars - gap_after :] += 4 * timeframe.seconds
    columns = {
        "time": time,
        "open": closes[:-1],
        "high": np.maximum(closes[:-1], closes[1:]) + reach[0],
        "low": np.minimum(closes[:-1], closes[1:]) - reach[1],
        "close": closes[1:],
        "volume": noise.uniform(0, 1e6, bars),
    }
    return Candles.from_columns(columns, timeframe)


def whole_case() -> Case:
    """Return a case that says everything a chart's case can say."""
    base = random_candles(1, 40)
    at = base.time.tolist()
    after = Candles.from_columns(
        {"time": [at[-1] + 900], "open": [1.1], "high": [1.2], "low": [1.0], "close": [1.1]}, Timeframe.M15
    )
    own = Instrument("MINE", "equity", 0.01, 1.0, 1.0, None, "EUR", TradingDay.NEW_YORK_17, "index", "always")
    chart = Chart(
        own,
        {Timeframe.M15: base},
        at[-1] + 900,
        companion=random_candles(2, 40, gap_after=3),
        calendar=(CalendarEvent(START, "USD", "high", "Prices"),),
        discipline=Discipline(trades_today=2, stopped=""),
        account_balance=0.1 + 0.2,
        risk_pct=1 / 3,
        quote_to_account_rate=1.0876543210123,
        plan=RiskPlan("half_kelly", 1.0, win_rate=0.45, payoff=2.2, closed_trades=80),
        mode="SIMULATION",
        profile="relaxed",
        parameters={"internal_bars": 3, "judas_until": "09:30"},
        after=after,
        account_currency="EUR",
        simulated=True,
        is_past=True,
    )
    labels = Labels(
        events=(EventLabel("sweep", "bullish", Timeframe.M15, at[3], at[5], 1.0987654321),),
        zones=(ZoneLabel("order_block", "bearish", Timeframe.M15, 1.12, 1.11, at[3], at[9], at[5]),),
        complete={Timeframe.M15: frozenset({"sweep", "run"})},
        bias={"15m": "unclear", "htf": "neutral"},
        rules={"7.2": "fail"},
        decision=DecisionLabel("TRADE_NOW", "6.1"),
        setup=SetupLabel("bearish", 1.1, 1.2, (1.0, 0.9), "6.1"),
        outcome=OutcomeLabel("stop", -1.0, at[-1] + 900),
    )
    second = Labelling(Labels(complete={}, bias={"htf": "bullish"}, rules={}), replace(HAND, by="bob"))
    return Case("all.of-it", "Because.", chart, (Labelling(labels, HAND), second), {"rule": "7.2"}, pinned=True)


def conversation_case() -> Case:
    """Return a case of two questions."""
    chart = Chart(
        instrument("EURUSD"), {Timeframe.H4: random_candles(3, 30, Timeframe.H4)}, START + 10**6, calendar=None
    )
    turn = Turn("Why?", ("explain",), ("gate|rule",), ("buy",), abstains=False, must_be_told=("as of",))
    nothing_said = Labelling(Labels(complete={}, bias={}, rules={}), HAND)
    turns = (turn, Turn("And?", says="It is 1.1."))
    return Case("ask.why", "It is on record.", Conversation(START, (chart,), turns), (nothing_said,))


def test_what_is_written_is_read_back_to_the_last_bit() -> None:
    case = whole_case()
    through_rows = read_case(json.loads(rows_of([case])))
    through_file = read_case(json.loads(case_file_of(case)))
    assert through_rows == through_file == case
    assert case_digest(through_rows) == case_digest(case)


def test_a_conversation_is_read_back() -> None:
    case = conversation_case()
    assert read_case(json.loads(case_file_of(case))) == case


def test_the_digest_is_the_same_however_the_candles_are_written(tmp_path: Path) -> None:
    document = small_case()
    first = case_digest(read_case(document))
    rows = [[f"2024-01-10T0{8 + bar // 4}:{bar % 4 * 15:02}:00Z", *prices] for bar, prices in enumerate(BARS)]
    document["chart"]["candles"] = {"15m": {"rows": rows}}
    assert case_digest(read_case(document)) == first
    text = "time,open,high,low,close\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    lines = text.replace("2024-01-10T08:00", "2024-01-10T07:45").splitlines()[:2] + text.splitlines()[1:]
    (tmp_path / "eurusd.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    document["chart"]["candles"] = {
        "15m": {
            "file": "eurusd.csv.gz",
            "sha256": hashlib.sha256((tmp_path / "eurusd.csv.gz").read_bytes()).hexdigest(),
            "from": "2024-01-10T08:00:00Z",
            "to": "2024-01-10T09:15:00Z",
        }
    }
    assert case_digest(read_case(document, tmp_path)) == first


@pytest.mark.parametrize("key", ["why", "labels", "bar", "id", "pinned"])
def test_the_digest_knows_every_part(key: str) -> None:
    document = small_case()
    first = case_digest(read_case(document))
    if key == "bar":
        document["chart"]["candles"]["15m"]["bars"][4][3] = 1.1029000000000002
    elif key == "labels":
        document["labels"]["bias"]["15m"] = "bearish"
    else:
        document[key] = True if key == "pinned" else "other"
    assert case_digest(read_case(document)) != first


def test_a_changed_byte_of_a_file_of_candles_fails_with_a_sentence(tmp_path: Path) -> None:
    document = small_case()
    (tmp_path / "bars.csv").write_text("time,open,high,low,close\n2024-01-10T08:00:00Z,1,1,1,1\n")
    said = {"file": "bars.csv", "sha256": "0" * 64, "from": "2024-01-10T08:00:00Z", "to": "2024-01-10T09:00:00Z"}
    document["chart"]["candles"] = {"15m": said}
    with pytest.raises(InvalidSuite, match=r"chart\.candles\.15m\.sha256: bars\.csv was altered: its SHA-256 is"):
        read_case(document, tmp_path)


def test_a_file_of_candles_is_read_once_in_a_load(tmp_path: Path) -> None:
    """Every window is of the bytes whose SHA-256 was compared, whatever is done to the file meanwhile."""
    path = tmp_path / "bars.csv"
    path.write_text("time,open,high,low,close\n2024-01-10T08:00:00Z,1,1,1,1\n2024-01-10T08:15:00Z,1,2,1,2\n")
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    said = {"file": path.name, "sha256": right, "from": "2024-01-10T08:00:00Z", "to": "2024-01-10T08:15:00Z"}
    files, faults = CandleFiles.beside(None).of(tmp_path), list[Fault]()
    first = files.candles(Part(said, (), faults), Timeframe.M15)
    path.unlink()
    later = {**said, "from": said["to"], "to": "2024-01-10T08:30:00Z"}
    second = files.of(tmp_path).candles(Part(later, (), faults), Timeframe.M15)
    assert faults == []
    assert first is not None
    assert second is not None
    assert [*first.close.tolist(), *second.close.tolist()] == [1.0, 2.0]
    assert files.candles(Part({**said, "sha256": "0" * 64}, (), faults), Timeframe.M15) is None
    assert [one.wrong for one in faults] == [f"bars.csv was altered: its SHA-256 is {right}, not {'0' * 64}"]


def test_a_parquet_file_of_candles_is_read_too(tmp_path: Path) -> None:
    case = read_case(small_case())
    assert isinstance(case.subject, Chart)
    window = case.subject.base
    columns = {name: getattr(window, name) for name in ("time", "open", "high", "low", "close")}
    pd.DataFrame(columns).to_parquet(tmp_path / "bars.parquet")
    whole = (tmp_path / "bars.parquet").read_bytes()
    document = small_case()
    for content, told in ((whole, None), (whole[:-9], "correct the file")):
        (tmp_path / "bars.parquet").write_bytes(content)
        document["chart"]["candles"] = {
            "15m": {
                "file": "bars.parquet", "sha256": hashlib.sha256(content).hexdigest(),
                "from": "2024-01-10T08:00:00Z", "to": "2024-01-10T09:15:00Z",
            }
        }  # fmt: skip
        if told is None:
            assert case_digest(read_case(document, tmp_path)) == case_digest(case)
        else:
            with pytest.raises(InvalidSuite, match=told):
                read_case(document, tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"file": "gone.csv"}, "it cannot be read"),
        ({"file": "/etc/passwd"}, "no path beside the case"),
        ({"file": "../bars.csv"}, r"\.\./bars\.csv is no path beside the case"),
        ({"file": "deeper/../bars.csv"}, "no path beside the case"),
        ({"file": "deeper\\..\\bars.csv"}, "no path beside the case"),
        ({"file": "C:\\bars.csv"}, "no path beside the case"),
        ({"file": "bars\0.csv"}, "no path beside the case"),
        ({"from": "2030-01-01T00:00:00Z", "to": "2031-01-01T00:00:00Z"}, "write a window in 2024-01-10T08:00:00Z to"),
        ({"sha256": None}, "it is null"),
    ],
)
def test_a_reference_to_a_file_that_gives_no_bars_is_told(said: dict[str, str], told: str, tmp_path: Path) -> None:
    text = b"time,open,high,low,close\n2024-01-10T08:00:00Z,1,1,1,1\n2024-01-10T08:15:00Z,1,1,1,1\n"
    (tmp_path / "bars.csv").write_bytes(text)
    window = {"from": "2024-01-10T08:00:00Z", "to": "2024-01-10T09:00:00Z"}
    right = {"file": "bars.csv", "sha256": hashlib.sha256(text).hexdigest(), **window}
    document = small_case()
    document["chart"]["candles"] = {"15m": {**right, **said}}
    with pytest.raises(InvalidSuite, match=told):
        read_case(document, tmp_path)
