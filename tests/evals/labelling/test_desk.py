"""What is labelled is saved whole or not at all: strictly, to where it came from, and blind."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from agent.labels import EVENT_KINDS, ZONE_KINDS
from evals.cases.case import Chart
from evals.cases.documents import case_digest
from evals.cases.importing import write_cases
from evals.cases.suites import load_suite
from evals.labelling.desk import SEEN, Desk
from evals.labelling.opening import CandleOptions, open_desk
from evals.labelling.page import label_page
from evals.labelling.places import candle_text
from evals.labelling.proposals import knowable_after
from evals.scoring.agreement import labelled_twice
from evals.subjects.chart_finds import events_of, zones_of
from tests.evals.labelling.served import BARS, DAY, candle_file, event, labeller, moment, new_desk, said
from tests.tools.picture.charts import chart_of, walk
from tools.chart import ChartParameters
from tools.errors import InvalidParameter, InvalidSuite
from tools.market.candle_file import read_candle_file
from tools.timeframes import Timeframe
from tools.times import parse_time


def reopened(desk: Desk, *, by: str = "anna", is_second: bool = False) -> Desk:
    return open_desk(desk.place.folder, None, CandleOptions(), labeller(by, is_second=is_second))


def test_a_candle_file_becomes_a_case_that_loads(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    assert desk.save(said(events=[event()], bias={"15m": "bearish"})) == []
    (case,) = load_suite(tmp_path / "eurusd-m15").cases
    assert (case.id, case.why) == ("eurusd-m15", "It was drawn so.")
    assert (case.provenance.by, case.provenance.method, case.provenance.on) == ("anna", "hand", DAY)
    assert [one.kind for one in case.labels.events] == ["internal_swing"]
    assert isinstance(case.subject, Chart)
    assert case.subject.base.sha256 == walk(BARS).sha256
    assert case.subject.as_of == int(walk(BARS).end[-1])


def test_an_altered_candle_fails_the_load(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    assert desk.save(said()) == []
    candles = desk.place.folder / "15m.csv"
    candles.write_text(candles.read_text().replace("1.1", "1.2", 1))
    with pytest.raises(InvalidSuite, match="was altered"):
        load_suite(desk.place.folder)


def test_candles_are_written_as_they_read(tmp_path: Path) -> None:
    path = tmp_path / "15m.csv"
    path.write_text(candle_text(walk(30, price=0.00001)))
    assert read_candle_file(path).sha256 == walk(30, price=0.00001).sha256


def test_only_the_bars_closed_by_a_moment_are_labelled(tmp_path: Path) -> None:
    options = CandleOptions(symbol="GBPUSD", bars=10, as_of=moment(20), to=tmp_path / "cut")
    desk = open_desk(candle_file(tmp_path, "walk.csv"), None, options, labeller())
    base = desk.chart.base
    assert (desk.chart.instrument.symbol, len(base), int(base.end[-1])) == ("GBPUSD", 10, desk.chart.as_of)
    assert desk.save(said()) == []
    assert load_suite(tmp_path / "cut").cases[0].id == "cut"


def test_every_fault_is_told_at_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    wrong = said(events=[event(kind="swnig"), event(detected_at=moment(3))], bias={"15m": "up"}, rules={"0.0": "pass"})
    faults = desk.save({**wrong, "why": ""})
    assert {one["where"] for one in faults} == {
        "why", "labels.events[0].kind", "labels.events[1].detected_at", "labels.bias.15m", "labels.rules.0.0",
    }  # fmt: skip
    assert all(one["wrong"] and one["instead"] for one in faults)
    assert not desk.place.folder.exists()
    assert not desk.has_saved


@pytest.mark.parametrize("sent", [None, [], "labels", {"labels": {}}, {"labels": {}, "why": "x", "id": "other"}])
def test_what_is_no_labelling_is_refused(tmp_path: Path, sent: object) -> None:
    desk = new_desk(tmp_path)
    assert desk.save(sent)
    assert not desk.place.folder.exists()


def test_a_case_is_opened_again_and_changed(tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said(events=[event()]))
    again = reopened(first, by="ben")
    assert again.said()["labels"]["events"] == [event()]
    assert again.save(said(events=[event(), event(20)])) == []
    (case,) = load_suite(first.place.folder).cases
    assert (len(case.labels.events), case.provenance.by) == (2, "ben")
    by_file = open_desk(tmp_path / "EURUSD_M15.csv", None, CandleOptions(), labeller())
    assert by_file.said() == again.said()


def test_what_somebody_else_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said())
    one, other = reopened(first), reopened(first)
    assert other.save(said(events=[event()])) == []
    with pytest.raises(InvalidParameter, match="was changed since it was opened"):
        one.save(said(events=[event(20)]))
    assert load_suite(first.place.folder).cases[0].labels.events[0].at == 1_704_681_000


def test_the_program_stays_hidden_until_something_was_saved(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    assert desk.facts() is None
    desk.save(said(events=[event()]))
    assert desk.document["provenance"]["definition"] == "ICT.md"
    found = desk.facts()
    assert found is not None
    assert {one["kind"] for one in found["events"]} >= {"internal_swing"}
    for _ in range(2):
        assert desk.save(said(events=[event(), event(20)])) == []
        assert desk.document["provenance"]["definition"] == f"ICT.md{SEEN}"


def test_a_second_opinion_stands_beside_the_first_and_does_not_see_it(tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said(events=[event()], bias={"15m": "bullish"}))
    second = reopened(first, by="ben", is_second=True)
    assert second.said()["labels"] == {}
    faults = second.save(said(bias={"15m": "odd"}))
    assert [one["where"] for one in faults] == ["labels.bias.15m"]
    assert second.save(said(bias={"15m": "bearish"})) == []
    again = reopened(first, by="ben", is_second=True)
    assert again.said()["labels"] == {"bias": {"15m": "bearish"}}
    again.save(said(bias={"15m": "neutral"}))
    reopened(first, by="cleo", is_second=True).save(said(bias={"15m": "bullish"}))
    (case,) = load_suite(first.place.folder).cases
    assert [one.provenance.by for one in case.labellings] == ["anna", "ben", "cleo"]
    assert [dict(one.labels.bias) for one in case.labellings] == [
        {"15m": "bullish"}, {"15m": "neutral"}, {"15m": "bullish"}
    ]  # fmt: skip
    assert case.why == "It was drawn so."
    assert labelled_twice(case) is not None


def test_a_second_opinion_does_not_hear_why_the_first_is_what_it_is(tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said(bias={"15m": "bullish"}))
    second = reopened(first, by="ben", is_second=True)
    assert second.said() == {"labels": {}, "why": ""}
    assert second.save({"labels": {"bias": {"15m": "bearish"}}, "why": ""}) == []
    assert reopened(first).said()["why"] == "It was drawn so."
    page = label_page(reopened(first, by="ben", is_second=True), Timeframe.M15)
    assert "It was drawn so." not in page.html


@pytest.mark.parametrize("by", ["anna", "Anna", " anna "])
def test_nobody_is_a_second_opinion_to_himself(tmp_path: Path, by: str) -> None:
    first = new_desk(tmp_path)
    first.save(said())
    with pytest.raises(InvalidParameter, match=r"the reference of .* is by anna"):
        reopened(first, by=by, is_second=True)


def test_a_second_opinion_does_not_become_the_reference_as_well(tmp_path: Path) -> None:
    first = new_desk(tmp_path)
    first.save(said())
    reopened(first, by="ben", is_second=True).save(said(bias={"15m": "bearish"}))
    with pytest.raises(InvalidParameter, match="Ben gave a second opinion of"):
        reopened(first, by="Ben")
    assert reopened(first, by="cleo").save(said()) == []


def test_a_second_opinion_needs_a_first(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="has no labels yet"):
        open_desk(candle_file(tmp_path), None, CandleOptions(), labeller(is_second=True))


def rows_file(folder: Path) -> Path:
    """Write two cases into a JSONL file, each with its candles inside."""
    documents = []
    for number in range(2):
        (folder / f"f{number}").mkdir()
        desk = new_desk(folder / f"f{number}")
        desk.document["id"] = f"case-{number}"
        desk.save(said(events=[event()]))
        documents.append(desk.document)
    path = folder / "cases.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in documents))
    return path


def test_a_row_is_replaced_and_the_others_keep_every_byte(tmp_path: Path) -> None:
    path = rows_file(tmp_path)
    before, digests = path.read_bytes().splitlines(), load_suite(path).digests
    desk = open_desk(path, "case-1", CandleOptions(), labeller("ben"))
    for events in ([], [event(30)]):
        assert desk.save(said(events=events)) == []
    after = path.read_bytes().splitlines()
    assert (after[0], len(after)) == (before[0], 2)
    suite = load_suite(path)
    assert suite.digests["case-0"] == digests["case-0"]
    assert case_digest(suite.cases[1]) != digests["case-1"]
    assert len(suite.cases[1].labels.events) == 1


def test_labellers_of_two_rows_of_a_file_revert_nothing_of_each_other(tmp_path: Path) -> None:
    path = rows_file(tmp_path)
    desks = [open_desk(path, f"case-{number}", CandleOptions(), labeller()) for number in range(2)]
    others = [replace(one, id=f"more-{number}") for number, one in enumerate(load_suite(path).cases * 5)]

    def mark(desk: Desk) -> None:
        for bar in range(3, 23):
            assert desk.save(said(events=[event(bar)])) == []

    def add() -> None:
        for one in others:
            write_cases([one], path)

    with ThreadPoolExecutor(3) as pool:
        for done in [*(pool.submit(mark, desk) for desk in desks), pool.submit(add)]:
            done.result()
    cases = {case.id: case for case in load_suite(path).cases}
    assert cases.keys() == {"case-0", "case-1", *(one.id for one in others)}
    last = parse_time(moment(22))
    assert [cases[f"case-{number}"].labels.events[0].at for number in range(2)] == [last, last]


def test_other_ends_of_lines_in_a_text_end_no_row(tmp_path: Path) -> None:
    path = rows_file(tmp_path)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["why"] = "One.\u2028Two.\x85Three."
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    desk = open_desk(path, "case-0", CandleOptions(), labeller())
    assert desk.said()["why"] == rows[0]["why"]
    assert desk.save({"why": rows[0]["why"], "labels": {}}) == []
    assert open_desk(path, "case-1", CandleOptions(), labeller()).save(said()) == []
    assert [case.why for case in load_suite(path).cases] == [rows[0]["why"], "It was drawn so."]


USELESS = [
    ("--symbol", CandleOptions(symbol="GBPUSD")),
    ("--timeframe", CandleOptions(timeframe="15m")),
    ("--time-zone", CandleOptions(time_zone="UTC")),
    ("--bars", CandleOptions(bars=300)),
    ("--as-of", CandleOptions(as_of=moment(20))),
    ("--to", CandleOptions(to=Path("f0/eurusd-m15"))),
]


@pytest.mark.parametrize(("name", "options"), USELESS)
def test_an_option_that_has_no_effect_is_refused(
    tmp_path: Path, name: str, options: CandleOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    folder = Path("f0/eurusd-m15")
    for path, case in ((Path("cases.jsonl"), "case-0"), (folder, None), (folder / "case.json", None)):
        with pytest.raises(InvalidParameter, match=f"{name} does not go with {path}, which is a case"):
            open_desk(path, case, options, labeller())
    candles = Path("f0/EURUSD_M15.csv")
    if name == "--to":  # which says what case the file's is
        assert open_desk(candles, None, options, labeller()).place.name == "f0/eurusd-m15/case.json"
    else:
        with pytest.raises(InvalidParameter, match=f"{name} does not go with f0/eurusd-m15, which is a case"):
            open_desk(candles, None, options, labeller())


def test_a_row_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = rows_file(tmp_path)
    desk = open_desk(path, "case-1", CandleOptions(), labeller())
    changed = path.read_text().replace("It was drawn so.", "It was not.")
    path.write_text(changed)
    with pytest.raises(InvalidParameter, match="was changed since"):
        desk.save(said())
    assert path.read_text() == changed


@pytest.mark.parametrize(
    ("name", "case", "message"),
    [
        ("cases.jsonl", None, "has 2 rows: name one"),
        ("cases.jsonl", "case-7", "has no case case-7"),
        ("f0/EURUSD_M15.csv", "case-1", "--case names a row"),
        ("none.csv", None, "there is no file"),
        ("nothing.jsonl", "x", "cannot be read"),
    ],
)
def test_what_cannot_be_labelled_is_refused(tmp_path: Path, name: str, case: str | None, message: str) -> None:
    rows_file(tmp_path)
    with pytest.raises(InvalidParameter, match=message):
        open_desk(tmp_path / name, case, CandleOptions(), labeller())


def test_a_case_with_faults_is_told_by_file_and_line(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    desk.save(said(events=[event()]))
    path = desk.place.folder / "case.json"
    path.write_text(path.read_text().replace("internal_swing", "swing"))
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if '"swing"' in text)
    with pytest.raises(InvalidSuite, match=f"case.json:{line}: labels.events\\[0\\].kind"):
        reopened(desk)


def test_when_a_mark_becomes_knowable_is_what_the_chart_says() -> None:
    """Hold the proposals against the facts of a real reading of a walk."""
    chart, proposed = chart_of(walk(300)), knowable_after(ChartParameters())
    place = {second: bar for bar, second in enumerate(chart.candles.time.tolist())}
    found = {(one.kind, place[one.detected_at] - place[one.at]) for one in events_of(chart, frozenset(EVENT_KINDS))} | {
        (one.kind, place[one.detected_at or 0] - place[one.since]) for one in zones_of(chart, frozenset(ZONE_KINDS))
    }
    kinds = {kind for kind, _ in found}
    assert {"internal_swing", "external_swing", "equal_highs", "run", "fair_value_gap"} <= kinds
    for kind, bars in proposed["bars"].items():
        if kind in kinds:
            assert {later for named, later in found if named == kind} == {bars}, kind
    for kind in {"displacement", "internal_bos", "cisd", "volume_imbalance"} & kinds:
        assert {later for named, later in found if named == kind} == {0}, kind
