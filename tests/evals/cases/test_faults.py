"""Every fault of a case is told with its file and its line, its path, what is wrong and what to write."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.cases.case import Case
from evals.cases.documents import case_digest, case_document, read_case
from evals.cases.suites import load_suite
from tests.evals.cases.documents import Document, small_case
from tests.evals.cases.test_documents import conversation_case, whole_case
from tools.errors import InvalidSuite

Spoil = Callable[[Document], Any]
TOLD = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): (?P<told>.*; .*)")


def put(path: str, value: Any) -> Spoil:
    """Return what sets the value at a path, such as ``labels.zones.0.top``."""

    def spoil(document: Document) -> None:
        *holders, last = path.split(".")
        for one in holders:
            document = document[int(one)] if isinstance(document, list) else document[one]
        document[int(last) if isinstance(document, list) else last] = value

    return spoil


def drop(path: str) -> Spoil:
    """Return what takes the key at a path out."""

    def spoil(document: Document) -> None:
        *holders, last = path.split(".")
        for one in holders:
            document = document[int(one)] if isinstance(document, list) else document[one]
        del document[last]

    return spoil


BAR = "2024-01-10T08:15:00Z"
FAULTS: list[tuple[Spoil, str, str]] = [
    (put("id", "Gap One"), '"id"', "id: 'Gap One' is no id"),
    (put("why", " "), '"why"', "why: it is an empty text"),
    (drop("provenance"), "{", "'provenance' is missing"),
    (put("conversation", {}), "{", "it is about not one thing"),
    (put("lables", {}), '"lables"', "lables: there is no such key; write labels"),
    (put("pinned", "yes"), '"pinned"', "pinned: it is the text 'yes'; write true or false"),
    (put("tags", {"pattern": "two words"}), '"pattern"', "tags.pattern: 'two words' is not one word"),
    (put("provenance.on", "1st of May"), '"on"', "provenance.on: '1st of May' is no day"),
    (put("provenance.method", "guess"), '"method"', "provenance.method: it is the text 'guess', which is none"),
    (put("others", [{"labels": {}}]), "{", "others[0]: 'provenance' is missing"),
    (put("chart.symbol", "EURUSX"), '"symbol"', "chart.symbol: unknown symbol 'EURUSX'"),
    (drop("chart.symbol"), '"chart"', "chart: it names not one market"),
    (put("chart.as_of", "2024-01-10"), '"as_of"', "chart.as_of: 2024-01-10T00:00:00 is naive"),
    (put("chart.as_of", 1_704_878_100), '"as_of"', "chart.as_of: it is the number 1704878100; write an ISO-8601"),
    (put("chart.as_of", "2024-01-10T09:14:00Z"), '"candles"', "chart.candles: 15m[4] is unfinished"),
    (put("chart.candles", {}), '"candles"', "chart.candles: there are no candles"),
    (put("chart.candles.17m", {"rows": []}), '"17m"', "chart.candles.17m: it is the text '17m', which is none"),
    (put("chart.candles.15m.rows", []), '"15m"', "chart.candles.15m: it says not in one way where the bars are"),
    (put("chart.candles.15m.bars", []), '"bars"', "chart.candles.15m.bars: there are no bars"),
    (put("chart.candles.15m.bars.1", [1, 2, 3]), "[", "chart.candles.15m.bars[1]: it has 3 values"),
    (put("chart.candles.15m.bars.1.2", "x"), '"x"', "chart.candles.15m.bars[1][2]: it is the text 'x'"),
    (put("chart.candles.15m.bars.3.1", 0.5), "[", "chart.candles.15m.bars[3]: high is below low"),
    (put("chart.profile", "lenient"), '"profile"', "chart.profile: it is the text 'lenient', which is none"),
    (put("chart.mode", "FULL_AUT"), '"mode"', "chart.mode: it is the text 'FULL_AUT', which is none; write FULL_AUTO"),
    (put("chart.risk_pct", 0), '"risk_pct"', "chart.risk_pct: it is the number 0; write a number above 0"),
    (put("chart.discipline", {"trades_today": -1}), '"trades_today"', "chart.discipline.trades_today: trades_today is"),
    (put("chart.plan", {"method": "all"}), '"plan"', "chart.plan: 'risk_pct' is missing"),
    (put("chart.parameters", {"internal_bars": 0}), '"internal_bars"', "chart.parameters.internal_bars: parameters"),
    (put("chart.calendar", [{"time": BAR}]), "{", "chart.calendar[0]: 'currency' is missing"),
    (put("chart.instrument", {}), '"chart"', "chart: it names not one market"),
    (
        put("chart.after", {"start": BAR, "bars": [[1, 1, 1, 1]]}), '"after"',
        "chart.after: it begins at 2024-01-10T08:15:00Z, which is no later than the chart's last bar",
    ),
    (put("labels.events.0.kind", "sweeep"), '"sweeep"', "labels.events[0].kind: it is the text 'sweeep'"),
    (put("labels.events.0.direction", "up"), '"up"', "labels.events[0].direction: it is the text 'up'"),
    (put("labels.events.0.timeframe", "1h"), '"1h"', "labels.events[0].timeframe: the chart has no candles of 1h"),
    (
        put("labels.events.0.at", "2024-01-10T08:37:00Z"), "08:37",
        "at: no 15m bar of the chart opened at 2024-01-10T08:37:00Z; write a bar's, such as 2024-01-10T08:30:00Z",
    ),
    (put("labels.events.0.detected_at", BAR), BAR, "labels.events[0].detected_at: 2024-01-10T08:15:00Z lies"),
    (put("labels.events.0.price", -1), '"price"', "labels.events[0].price: it is the number -1"),
    (put("labels.zones.0.top", 1.1010), '"top"', "labels.zones[0].top: 1.101 is not above the bottom, 1.101"),
    (put("labels.zones.0.to", BAR), '"to"', "labels.zones[0].to: 2024-01-10T08:15:00Z lies before 'from'"),
    (put("labels.zones.0.height", 1), '"height"', "labels.zones[0].height: there is no such key"),
    (put("labels.zones", {}), '"zones"', "labels.zones: it is an object; write a list"),
    (put("labels.complete", {"15m": ["gaps"]}), '"gaps"', "labels.complete.15m[0]: it is the text 'gaps'"),
    (put("labels.complete", {"15m": [], "15M": []}), '"15M"', "labels.complete.15M: 15m stands there twice"),
    (put("labels.bias", {"15m": "up"}), '"15m": "up"', "labels.bias.15m: it is the text 'up', which is none"),
    (put("labels.bias", {"htf": "bullish"}), '"htf"', "labels.bias.htf: a chart of 5 bars has no walk, which takes 30"),
    (put("labels.rules", {"99.9": "pass"}), '"99.9"', "labels.rules.99.9: it is the text '99.9', which is none"),
    (put("labels.rules", {"7.2": "met"}), '"7.2"', "labels.rules.7.2: it is the text 'met', which is none"),
    (put("labels.decision", {"status": "TRADE"}), '"status"', "labels.decision.status: it is the text 'TRADE'"),
    (
        put("labels.setup", {"direction": "bullish", "entry": 1.1, "stop": 1.2}), '"stop"',
        "labels.setup.stop: 1.2 is not below the entry, 1.1",
    ),
    (
        put("labels.setup", {"direction": "bearish", "entry": 1.1, "stop": 1.2, "targets": [1.0, 1.05]}), '"targets"',
        "labels.setup.targets: they do not lead away from the entry",
    ),
    (put("labels.outcome", {"result": "stop", "at": BAR}), '"at"', "labels.outcome.at: no bar of 'after' opened at"),
]  # fmt: skip


def told_of(path: Path) -> list[str]:
    with pytest.raises(InvalidSuite) as caught:
        load_suite(path)
    return list(caught.value.problems)


@pytest.mark.parametrize(("spoil", "stands_on", "told"), FAULTS, ids=[told.partition(": it")[0] for *_, told in FAULTS])
def test_a_fault_is_told_with_file_and_line(spoil: Spoil, stands_on: str, told: str, tmp_path: Path) -> None:
    document = small_case()
    spoil(document)
    text = json.dumps(document, indent=1)
    (tmp_path / "case.json").write_text(text)
    problems = told_of(tmp_path)
    (fault,) = (match for one in problems if (match := TOLD.fullmatch(one)) and told in match["told"])
    assert fault["path"] == str(tmp_path / "case.json")
    assert stands_on in text.splitlines()[int(fault["line"]) - 1]
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join([json.dumps({**small_case(), "id": "first"}), json.dumps(document)]) + "\n")
    in_rows = [match for one in told_of(rows) if (match := TOLD.fullmatch(one)) and told in match["told"]]
    assert [(one["path"], one["line"], one["told"]) for one in in_rows] == [(str(rows), "2", fault["told"])]


def test_all_faults_of_all_cases_are_told_at_once(tmp_path: Path) -> None:
    rows = []
    for number, (spoil, _, _) in enumerate(FAULTS):
        document = {**small_case(), "id": f"case-{number}"}
        spoil(document)
        rows.append(json.dumps(document))
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    problems = told_of(tmp_path)
    lines = {int(match["line"]) for one in problems if (match := TOLD.fullmatch(one))}
    assert lines == set(range(1, len(FAULTS) + 1))
    assert all(any(told in one for one in problems) for _, _, told in FAULTS)


STRANGE: tuple[Any, ...] = (None, True, -1, 10**30, "x", [], [None], {}, {"x": 1})


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value, of long lists that of the first two."""
    parts = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, one in parts:
        yield (*path, key)
        yield from _paths(one, (*path, key))


def _faults_of(document: Document) -> tuple[str, ...]:
    try:
        case_digest(read_case(document))
    except InvalidSuite as error:
        return error.problems
    return ()


@pytest.mark.parametrize("whole", [whole_case(), conversation_case()], ids=["chart", "conversation"])
def test_whatever_stands_anywhere_is_read_or_told(whole: Case) -> None:
    text = json.dumps(case_document(whole))
    told: list[str] = []
    for *holders, last in _paths(json.loads(text)):
        for strange in STRANGE:
            document = json.loads(text)
            holder = document
            for one in holders:
                holder = holder[one]
            holder[last] = strange
            told += _faults_of(document)
    assert len(told) > 300
    assert [one for one in told if not re.fullmatch(r"([^:]+: )?[^;]+; .+", one, re.DOTALL)] == []


def test_two_faults_of_one_case_are_both_told(tmp_path: Path) -> None:
    document = small_case()
    put("labels.zones.0.kind", "gap")(document)
    put("labels.zones.0.from", "yesterday")(document)
    put("labels.events.0.kind", "gap")(document)
    drop("labels.events.0.at")(document)
    put("provenance.by", 7)(document)
    (tmp_path / "case.json").write_text(json.dumps(document))
    assert [one.partition(": ")[2].partition(": ")[0] for one in told_of(tmp_path)] == [
        "labels.events[0]", "labels.events[0].kind", "labels.zones[0].kind", "labels.zones[0].from", "provenance.by",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('{"id": "a",\n"why": "b",\n\n"id": "c"}', 4, "id: the key is written twice"),
        ('{"id": "a",\n "why" "b"}', 2, "it is not JSON"),
        ('{"id": "a",\n "why": NaN}', 2, "NaN is no number that can be held"),
        ('{"id": "a",\n "why": 1e999}', 2, "1e999 is no number that can be held"),
        ('{"id": "a", "why": "\\ud800"}', 1, "a text holds half a surrogate pair"),
        ("", 1, "the file is empty"),
        ("[" * 100_000, 1, "it is nested too deeply"),
        ("[]", 1, "it is a list; write an object with id, why, provenance"),
        ('{"id": ' + "9" * 5000 + "}", 1, "99999999999999999999… is no number that can be held"),
    ],
)
def test_what_is_no_json_is_told(text: str, line: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(text)
    assert any(one.startswith(f"{tmp_path / 'case.json'}:{line}: {told}") for one in told_of(tmp_path))


def test_a_line_ends_where_json_lines_end(tmp_path: Path) -> None:
    odd = {**small_case(), "why": "One\u2028two\x0bthree\x85four."}
    rows = [json.dumps(odd, ensure_ascii=False), json.dumps({**small_case(), "id": "second"})]
    (tmp_path / "rows.jsonl").write_bytes("\r\n".join(rows).encode())
    assert load_suite(tmp_path).cases[0].why == odd["why"]
    (tmp_path / "rows.jsonl").write_bytes("\n\n".join(rows).encode())
    assert told_of(tmp_path) == [f"{tmp_path / 'rows.jsonl'}:2: the line is empty; take it out"]


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(json.dumps(small_case()).encode() + b"\n\xff\n")
    assert told_of(tmp_path) == [f"{tmp_path / 'rows.jsonl'}:2: the file is not UTF-8 text; save it as UTF-8"]


def test_an_id_that_two_cases_have_is_told_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(small_case()) + "\n")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "case.json").write_text(json.dumps(small_case(), indent=1))
    place = f"{tmp_path / 'a.jsonl'}:1"
    assert told_of(tmp_path) == [
        f"{tmp_path / 'b' / 'case.json'}:2: id: 'gap.one' is the id of {place} too; write another"
    ]
