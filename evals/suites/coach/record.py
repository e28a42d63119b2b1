"""The decisions the questions are about: their charts, and what is kept of each as the source of the labels' values.

What is kept lies in ``decisions.json``, so that a label says what was decided when the suite was made and not what the
code under test says today; a test holds the two against each other. ``python -m evals.suites.coach`` writes it anew.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from agent.analysis.discipline import Discipline
from agent.analysis.request import CalendarEvent
from agent.labels.parts import Fault, Part
from agent.market_window import DEFAULT_TIMEFRAME, window_of_symbol
from evals.cases.case import Chart, Conversation
from evals.cases.places import JsonText
from evals.subjects.coach import recorded
from evals.suites.coach.sheets import ChartSheet, Sheets
from tools.candles import Candles
from tools.errors import InvalidSuite
from tools.market.demo import DemoMarketData

FOLDER: Final = Path(__file__).parent
SEED: Final = 7
BARS: Final = 240
_KEPT: Final = (
    "symbol", "timestamp", "session", "status", "reason_short", "htf_bias", "setup", "risk", "confidence",
    "confluence_score", "profile", "permission",
)  # fmt: skip
_NOBODY: Final = "record"


def chart_of(sheet: ChartSheet) -> Chart:
    """Return a chart of the simulated market: its newest `BARS` bars of 15m, 1h, 4h and 1D at the moment.

    Raises:
        DataError: the sheet names a market or an event that cannot be.
    """
    market = DemoMarketData(SEED, clock=lambda: sheet.as_of)
    window = asyncio.run(window_of_symbol(market, sheet.symbol, DEFAULT_TIMEFRAME, bars=BARS, until=sheet.as_of))
    return Chart(
        instrument=window.instrument,
        windows=window.candles,
        as_of=sheet.as_of,
        calendar=tuple(CalendarEvent(**event) for event in sheet.calendar),
        discipline=Discipline(**sheet.discipline),
        quote_to_account_rate=sheet.rate,
        mode=sheet.mode,
        profile=sheet.profile,
        simulated=sheet.simulated,
    )


def kept_decisions(charts: Iterable[str] = (), path: Path = FOLDER / "decisions.json") -> dict[str, Any]:
    """Return what is kept of each chart's decision, by the chart's name.

    Args:
        charts: the names of those that must be there.
        path: the file it is kept in.

    Raises:
        InvalidSuite: the file cannot be read, is no JSON, or keeps no decision with its status of a chart; every fault
            with the file and its line.
    """
    try:
        source = JsonText(str(path), path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise InvalidSuite([f"{path}:1: the file cannot be read ({error.strerror}); restore it"]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InvalidSuite([f"{path}:{line}: the file is not UTF-8 text; restore it"]) from error
    document, problems = source.read()
    if not problems:
        faults: list[Fault] = []
        kept = Part(document, (), faults).entries()
        for name in sorted({*charts, *kept}):
            _check_kept(kept.get(name, Part({}, (name,), faults)))
        problems = [source.told(one) for one in faults]
    if problems:
        raise InvalidSuite(problems)
    return dict(document)


def _check_kept(part: Part) -> None:
    """Note it where a chart has no decision with a status."""
    decision = part.entries().get("decision")
    status = None if decision is None else decision.entries().get("status")
    if status is None:
        part.fault("there is no decision with its status", "write the record anew")
    else:
        status.text()


def decisions_of(sheets: Sheets) -> dict[str, Any]:
    """Walk every chart and return what would be kept.

    Raises:
        NodeFailed: a walk does not come to a decision.
    """
    return {name: asyncio.run(_decided(chart_of(sheet))) for name, sheet in sheets.charts.items()}


def write_decisions(decisions: Mapping[str, Any], path: Path) -> None:
    """Write what is kept, sorted, one decision after another."""
    text = json.dumps(decisions, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


async def _decided(chart: Chart) -> dict[str, Any]:
    sources = await recorded(_NOBODY, Conversation(chart.as_of, (chart,), ()))
    found = (await sources.runs.decisions(owner_id=_NOBODY)).items[0]
    audited = await sources.runs.decision(found.decision_id, owner_id=_NOBODY)
    explained = await sources.runs.explain(found.run_id, owner_id=_NOBODY)
    rules = {
        one["rule_id"]: {"name": one["name"], "outcome": one["outcome"], "sentence": one["sentence"].rstrip(".")}
        for one in audited.verdicts
        if one["outcome"] == "fail"
    }
    deciding = [{"rule": rule, **rules[rule]} for rule in found.decision["deciding_rules"]]
    return {
        "decision": {key: found.decision[key] for key in _KEPT},
        "rules": rules,
        "deciding": deciding,
        "candles": {frame.value: _last_bar(chart.windows[frame]) for frame in chart.windows},
        "change": [one.sentence.rstrip(".") for one in explained.why_not.changes],
    }


def _last_bar(candles: Candles) -> dict[str, float]:
    return {name: float(getattr(candles, name)[-1]) for name in ("open", "high", "low", "close")}
