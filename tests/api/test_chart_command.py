"""``ict chart``: a summary, all of it as JSON, or a picture; files written whole or not at all."""

import asyncio
import csv
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from api.chart_picture import picture_view
from api.cli import main
from tools.candles import Candles
from tools.chart import ChartParameters, read_chart
from tools.errors import InvalidParameter
from tools.instruments import instrument
from tools.market.demo import DemoMarketData
from tools.picture import LAST_BARS, chart_page, chart_svg
from tools.timeframes import Timeframe
from tools.times import iso_utc, parse_time
from tools.whole_file import write_whole

NOW: Final = parse_time("2024-03-15T14:30:00Z")
BARS: Final = 700
EURUSD: Final = instrument("EURUSD")


@pytest.fixture(scope="module")
def pair() -> tuple[Candles, Candles]:
    """Two correlated markets' bars of the same hours."""
    market = DemoMarketData(seed=7, clock=lambda: NOW)
    first, second = (asyncio.run(market.candles(name, Timeframe.M15, limit=BARS)) for name in ("EURUSD", "GBPUSD"))
    return first, second


@pytest.fixture
def folder(pair: tuple[Candles, Candles], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both as files, to work in; no database can be reached from it."""
    for name, candles in zip(("eurusd_15m.csv", "gbpusd_15m.csv"), pair, strict=True):
        write_candles(tmp_path / name, candles.to_rows())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"host={tmp_path} dbname=nothing user=nobody connect_timeout=1")
    return tmp_path


def write_candles(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return its exit status and what it wrote to either stream."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    status, out, err = ict(capsys, "chart", *arguments, "--json")
    assert (status, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


def test_json_is_the_reading_alone(
    folder: Path, pair: tuple[Candles, Candles], capsys: pytest.CaptureFixture[str]
) -> None:
    assert as_json(capsys, "eurusd_15m.csv") == read_chart(pair[0], EURUSD).to_dict()


def test_every_choice_reaches_the_reading(
    folder: Path, pair: tuple[Candles, Candles], capsys: pytest.CaptureFixture[str]
) -> None:
    candles, companion = pair
    write_candles(folder / "unnamed.csv", candles.to_rows())
    nq = read_chart(candles, instrument("NQ")).to_dict()
    assert as_json(capsys, "unnamed.csv", "-s", "NQ1!", "-t", "15min") == nq
    assert as_json(capsys, "eurusd_15m.csv", "--bars", "200") == read_chart(candles[-200:], EURUSD).to_dict()
    with_companion = read_chart(candles, EURUSD, companion=companion).to_dict()
    assert with_companion["smt"]
    assert as_json(capsys, "eurusd_15m.csv", "--companion", "gbpusd_15m.csv") == with_companion
    moment = candles.to_rows()[400]["time"]  # as bar 400 opens, bar 399 closes
    then = read_chart(candles[:400], EURUSD, companion=companion[:400]).to_dict()
    assert as_json(capsys, "eurusd_15m.csv", "--companion", "gbpusd_15m.csv", "--as-of", moment) == then
    chosen = {
        "internal_bars": 3, "displacement_k": 1.0, "break_by": "wick", "judas_until": "09:30", "daily_bias": "bullish",
        "block_needs_gap": False,
    }  # fmt: skip
    assignments = [
        "internal_bars=3", "displacement_k=1.0", "break_by=wick", "judas_until=09:30", "daily_bias=bullish",
        "block_needs_gap=false",
    ]  # fmt: skip
    options = [part for assignment in assignments for part in ("--set", assignment)]
    told = as_json(capsys, "eurusd_15m.csv", *options)
    assert told == read_chart(candles, EURUSD, ChartParameters.of_names(chosen)).to_dict()
    assert as_json(capsys, "eurusd_15m.csv", "--set", "daily_bias=null")["parameters"]["daily_bias"] is None


def test_summary_tells_structure_range_pools_zones_setups_and_session(
    folder: Path, pair: tuple[Candles, Candles], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = ict(capsys, "chart", "eurusd_15m.csv")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0] == f"EURUSD: {BARS:,} × 15m, to 2024-03-15T14:30:00Z, file eurusd_15m.csv"
    assert lines[1] == f"  close         {pair[0].close[-1]:.10g} at 2024-03-15T14:30:00Z"
    document = read_chart(pair[0], EURUSD).to_dict()
    last = next(one for one in reversed(document["structure_breaks"]) if one.get("scope") == "external")
    way = f"{last['direction']} since the {last['type']} of {last['price']:.10g} at {last['formed_at']}"
    assert f"  external      {way}" in lines
    dealing = document["dealing_range"]
    assert f"price at {dealing['pd_percent']:.0f}%, {dealing['half']}" in out
    resting = [one for one in document["liquidity_pools"] if not one["taken_at"] and not one["superseded_at"]]
    for label, side, nearest in (("above", "buy_side", min), ("below", "sell_side", max)):
        price = nearest(one["price"] for one in resting if one["side"] == side)
        assert re.search(rf"^  pools {label} +{price:.10g} ", out, re.MULTILINE)
    assert document["session"]["kill_zone"] == "london_close"
    assert re.search(r"^  session +open; .*london close", out, re.MULTILINE)
    fresh = [one for one in document["setups"] if one["is_fresh"]]
    assert lines.count(f"fresh setups: the newest of {len(fresh)}" if fresh else "fresh setups: none") == 1
    open_zones = next(line for line in lines if line.startswith("open zones: "))
    assert open_zones != "open zones: none"
    assert "\x1b" not in out


@pytest.mark.parametrize("bars", [1, 2, 13, 40])
def test_summary_of_few_bars_says_what_is_not_known(
    folder: Path, bars: int, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = ict(capsys, "chart", "eurusd_15m.csv", "--bars", str(bars))
    assert status == 0
    assert out.startswith(f"EURUSD: {bars} × 15m")
    if bars < 5:
        assert "  structure     no swing has been broken yet\n" in out
        assert "  dealing range not known yet\n" in out


def test_symbol_comes_from_the_market_data_without_a_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ict(capsys, "chart", "eur/usd", "-t", "1h", "--as-of", "2024-03-15T14:00:00Z", "--bars", "100")
    assert status == 0
    assert out.splitlines()[0] == "EURUSD: 100 × 1h, to 2024-03-15T14:00:00Z, SIMULATED market data (demo)"
    _, page, _ = ict(capsys, "chart", "EURUSD", "--html", "-")
    assert "EURUSD 15m, SIMULATED" in page


def test_pictures_are_written_whole_and_say_what_they_show(
    folder: Path, pair: tuple[Candles, Candles], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "old.svg").write_text("what stood there before")
    status, out, err = ict(
        capsys, "chart", "eurusd_15m.csv", "--html", "out/page.html", "--svg", "out/old.svg", "--last", "120"
    )
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"{name}: EURUSD: {BARS} × 15m, to 2024-03-15T14:30:00Z, file eurusd_15m.csv; 120 of {BARS} bars drawn"
        for name in ("out/page.html", "out/old.svg")
    ]
    chart = read_chart(pair[0], EURUSD)
    view = picture_view(chart, last_bars=120, simulated=False)
    assert (folder / "out" / "page.html").read_text(encoding="utf-8") == chart_page(chart, view)
    assert (folder / "out" / "old.svg").read_text(encoding="utf-8") == chart_svg(chart, view)
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["old.svg", "page.html"]


def test_a_picture_may_go_to_standard_output_alone(
    folder: Path, pair: tuple[Candles, Candles], capsys: pytest.CaptureFixture[str]
) -> None:
    chart = read_chart(pair[0], EURUSD)
    view = picture_view(chart, simulated=False)
    for option, draw in (("--svg", chart_svg), ("--html", chart_page)):
        status, out, err = ict(capsys, "chart", "eurusd_15m.csv", option, "-")
        assert (status, out, err) == (0, draw(chart, view), "")


def test_weeks_are_cut_where_they_close_whatever_the_clocks_did(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = DemoMarketData(seed=7, clock=lambda: NOW)
    for name in ("EURUSD", "GBPUSD"):
        weeks = asyncio.run(market.candles(name, Timeframe.W1, limit=80))
        write_candles(folder / f"{name.lower()}_1w.csv", weeks.to_rows())
    for opened, closed in (("2023-03-05T22", "2023-03-12T21"), ("2023-10-29T21", "2023-11-05T22")):
        end = parse_time(f"{closed}:00:00Z")
        last = weeks.time.tolist().index(parse_time(f"{opened}:00:00Z"))
        document = as_json(capsys, "eurusd_1w.csv", "--companion", "gbpusd_1w.csv", "--as-of", iso_utc(end))
        assert (document["as_of"], document["bars"]) == (iso_utc(end), last + 1)
        assert as_json(capsys, "eurusd_1w.csv", "--as-of", iso_utc(end - 1))["bars"] == last


def test_json_and_a_picture_in_one_go(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = as_json(capsys, "eurusd_15m.csv", "--svg", "chart.svg")
    assert document["symbol"] == "EURUSD"
    assert (folder / "chart.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing_EURUSD.csv"], "there is no file missing_EURUSD.csv"),
        (["unnamed.csv"], "--symbol EURUSD"),
        (["unnamed.csv", "-s", "NOPE"], "NOPE"),
        (["EURUSD", "-s", "GBPUSD"], "a file with --symbol, or a symbol alone"),
        (["NOPE"], "NOPE"),
        (["eurusd_15m.csv", "-t", "7m"], "unknown timeframe '7m': write one of 1m"),
        (["eurusd_15m.csv", "-t", "1h"], "1h"),
        (["eurusd_15m.csv", "--bars", "0"], "Invalid value for '--bars'"),
        (["eurusd_15m.csv", "--last", "0"], "Invalid value for '--last'"),
        (["eurusd_15m.csv", "--as-of", "2024-03-15"], "--as-of: 2024-03-15T00:00:00 is naive"),
        (["eurusd_15m.csv", "--as-of", "1990-01-01T00:00:00Z"], "has no bar that closed by 1990-01-01T00:00:00Z"),
        (["future.csv", "-s", "EURUSD"], "future.csv[0] opens at 2099-"),
        (["eurusd_15m.csv", "--time-zone", "Mars"], "Mars"),
        (["eurusd_15m.csv", "--companion", "missing.csv"], "there is no file missing.csv"),
        (["eurusd_15m.csv", "--companion", "hourly.csv"], "hourly.csv"),
        (["eurusd_15m.csv", "--companion", "broken.csv"], "broken.csv"),
        (["eurusd_15m.csv", "--set", "internal_bars"], "--set 'internal_bars' names no value"),
        (["eurusd_15m.csv", "--set", "colour=green"], "parameters.colour"),
        (["eurusd_15m.csv", "--set", "internal_bars=0"], "parameters.internal_bars: expected a whole number from 1"),
        (["eurusd_15m.csv", "--set", "internal_bars="], "parameters.internal_bars: expected"),
        (["eurusd_15m.csv", "--set", f"internal_bars={'9' * 400}"], "parameters.internal_bars: expected"),
        (["eurusd_15m.csv", "--set", "displacement_k=NaN"], "parameters.displacement_k: expected a number"),
        (["eurusd_15m.csv", "--set", "judas_until=25:00"], "parameters.judas_until: expected a New York time"),
        (["eurusd_15m.csv", "--set", "judas_until=10:00:30"], "parameters.judas_until: expected a New York time"),
        (["eurusd_15m.csv", "--set", "break_by=wick", "--set", "break_by=close"], "sets a parameter twice"),
        (["eurusd_15m.csv", "--html", "nowhere/page.html"], "there is no folder nowhere to write page.html to"),
        (["eurusd_15m.csv", "--svg", "nowhere/chart.svg"], "there is no folder nowhere to write chart.svg to"),
        (["eurusd_15m.csv", "--svg", "."], "no file that can be replaced"),
        (["eurusd_15m.csv", "--html", "/dev/null"], "no file that can be replaced"),
        (["eurusd_15m.csv", "--svg", "x" * 300 + ".svg"], "cannot be written: "),
        (["eurusd_15m.csv", "--svg", "eurusd_15m.csv/chart.svg"], "there is no folder eurusd_15m.csv"),
        (["eurusd_15m.csv", "--json", "--html", "-"], "standard output can take one thing at a time"),
        (["eurusd_15m.csv", "--svg", "-", "--html", "-"], "standard output can take one thing at a time"),
        ([], "Missing argument 'FILE|SYMBOL'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_status_2_and_nothing_is_written(
    folder: Path,
    pair: tuple[Candles, Candles],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    rows = pair[0].to_rows()
    write_candles(folder / "unnamed.csv", rows)
    write_candles(folder / "hourly.csv", [row for row in rows if row["time"].endswith(":00:00Z")])
    (folder / "broken.csv").write_text("time,open\nnow,1\n")
    write_candles(folder / "future.csv", [{**row, "time": f"2099{row['time'][4:]}"} for row in rows[-50:]])
    before = sorted(folder.iterdir())
    status, out, err = ict(capsys, "chart", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.startswith("ict: ")
    assert err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_candles_are_never_written_over_by_whatever_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "here").symlink_to(folder, target_is_directory=True)
    (folder / "linked.svg").symlink_to("eurusd_15m.csv")
    (folder / "hard.svg").hardlink_to(folder / "eurusd_15m.csv")
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    names = ["eurusd_15m.csv", "./eurusd_15m.csv", str(folder / "eurusd_15m.csv"), "here/eurusd_15m.csv",
             "linked.svg", "hard.svg"]  # fmt: skip
    for out in names:
        for option in ("--html", "--svg"):
            said = f"ict: {option} {Path(out)} would overwrite the candles (expected another path; got {Path(out)})\n"
            assert ict(capsys, "chart", "eurusd_15m.csv", option, out) == (2, "", said)
            assert ict(capsys, "chart", "linked.svg", "-s", "EURUSD", option, out)[0] == 2
            as_companion = ict(capsys, "chart", "gbpusd_15m.csv", "--companion", "eurusd_15m.csv", option, out)
            assert as_companion == (2, "", said.replace("the candles", "the companion's candles"))
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before
    assert (folder / "linked.svg").is_symlink()


def test_two_pictures_on_one_path_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "here").symlink_to(folder, target_is_directory=True)
    (folder / "ahead").symlink_to("out")
    for one, other in (("out", "out"), ("out", "./out"), ("out", "here/out"), ("out", "ahead"), ("ahead", "out")):
        status, out, err = ict(capsys, "chart", "eurusd_15m.csv", "--html", one, "--svg", other)
        assert (status, out) == (2, "")
        assert f"--svg {Path(other)} would overwrite what --html writes" in err
        assert not (folder / "out").exists()


def test_a_file_that_cannot_be_moved_into_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "page.html"
    taken.mkdir()
    (taken / "inside").write_text("kept")
    with pytest.raises(InvalidParameter, match="cannot be written"):
        write_whole(taken, "half", field="--html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (taken / "inside").read_text() == "kept"


def test_help_names_the_command_and_its_choices(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(r"^ +chart +Read every ICT fact", ict(capsys, "--help")[1], re.MULTILINE)
    _, told, _ = ict(capsys, "chart", "--help")
    options = ("--symbol", "--timeframe", "--bars", "--as-of", "--companion", "--last", "--set", "--json", "--html")
    assert all(option in told for option in (*options, "--svg", "--time-zone"))
    assert f"[default: {LAST_BARS}]" in told
