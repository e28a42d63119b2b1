"""Labels as JSON and back, without a chart at hand."""

import json

import pytest

from agent.labels import DecisionLabel, EventLabel, Labels, ZoneLabel
from agent.labels.documents import ChartBars, labels_document, read_labels, rule_ids
from tools.errors import InvalidLabels
from tools.timeframes import Timeframe

AT = 1_704_873_600


def test_what_nobody_said_is_left_out() -> None:
    assert labels_document(Labels()) == {}
    assert read_labels({}) == Labels(complete={}, bias={}, rules={})


def test_labels_are_read_back() -> None:
    labels = Labels(
        events=(EventLabel("mss", "bearish", Timeframe.M15, AT, AT + 900, 0.1 + 0.2),),
        zones=(ZoneLabel("ote", "bullish", Timeframe.D1, 1.2, 1.1, AT),),
        complete={Timeframe.D1: frozenset({"ote", "mss"})},
        bias={"1D": "neutral", "htf": "bearish"},
        rules={rule_ids()[0]: "not_evaluated"},
        decision=DecisionLabel("WAIT"),
    )
    assert read_labels(json.loads(json.dumps(labels_document(labels)))) == labels


def test_a_timeframe_may_be_spelt_as_people_do() -> None:
    read = read_labels({"bias": {"daily": "bullish"}, "complete": {"M15": []}})
    assert (read.bias, read.complete) == ({"1D": "bullish"}, {Timeframe.M15: frozenset()})


def test_null_is_as_good_as_left_out() -> None:
    assert read_labels({"decision": None, "bias": {}, "setup": None}) == read_labels({})


def test_every_fault_is_kept_apart() -> None:
    event = {"kind": "mss", "direction": "bullish", "timeframe": "15m", "at": "2024-01-10T08:00:00Z"}
    with pytest.raises(InvalidLabels) as caught:
        read_labels({"events": [event], "bias": {"15m": "up"}}, ChartBars({Timeframe.M15: frozenset({AT + 900})}))
    assert caught.value.field == "labels"
    assert caught.value.faults == (
        ("labels.events[0]", "'detected_at' is missing", "write 'detected_at'"),
        (
            "labels.events[0].at",
            "no 15m bar of the chart opened at 2024-01-10T08:00:00Z",
            "write a bar's, such as 2024-01-10T08:15:00Z",
        ),
        ("labels.bias.15m", "it is the text 'up', which is none", "write one of bullish, bearish, neutral, unclear"),
    )


def test_a_label_that_is_given_twice_is_a_fault() -> None:
    zone = {
        "kind": "ote",
        "direction": "bullish",
        "timeframe": "15m",
        "top": 2,
        "bottom": 1,
        "from": "2024-01-10T08:00:00Z",
    }
    with pytest.raises(InvalidLabels, match=r"labels\.zones\[1\]: it is the same as \[0\]; keep one"):
        read_labels({"zones": [zone, dict(zone)]})


@pytest.mark.parametrize("document", [[], "labels", 3, None, True])
def test_what_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(InvalidLabels, match="write an object with"):
        read_labels(document)
