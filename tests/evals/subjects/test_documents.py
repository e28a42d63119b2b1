"""What a subject found survives JSON, to the last bit."""

import json
import string

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.labels import EVENT_KINDS, ZONE_KINDS, EventLabel, SetupLabel, ZoneLabel
from evals.subjects.documents import found_document, read_found
from evals.subjects.found import Found, FoundAnswer, FoundDecision
from tools.timeframes import Timeframe

PRICES = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.integers(min_value=0, max_value=2**40)
WAYS = st.sampled_from(["bullish", "bearish"])
WORDS = st.text(string.printable, max_size=12)
TIMEFRAMES = st.sampled_from(list(Timeframe))
EVENTS = st.builds(
    EventLabel, st.sampled_from(EVENT_KINDS), WAYS, TIMEFRAMES, MOMENTS, MOMENTS, st.none() | PRICES
)  # fmt: skip
ZONES = st.builds(
    ZoneLabel, st.sampled_from(ZONE_KINDS), WAYS, TIMEFRAMES, PRICES, PRICES, MOMENTS, st.none() | MOMENTS,
    st.none() | MOMENTS,
)  # fmt: skip
SETUPS = st.builds(SetupLabel, WAYS, PRICES, PRICES, st.lists(PRICES, max_size=3).map(tuple), st.none() | WORDS)
DECISIONS = st.builds(
    FoundDecision, st.sampled_from(["TRADE_NOW", "WAIT", "NO_TRADE"]), st.lists(WORDS, max_size=3).map(tuple), PRICES,
    st.none() | SETUPS, st.none() | WORDS, st.dictionaries(WORDS, st.none() | WORDS | PRICES, max_size=2),
)  # fmt: skip
ANSWERS = st.builds(FoundAnswer, WORDS, st.lists(WORDS, max_size=2).map(tuple), WORDS, st.booleans(), st.booleans())
FINDS = st.builds(
    Found,
    kinds=st.frozensets(st.sampled_from((*EVENT_KINDS, *ZONE_KINDS))),
    events=st.lists(EVENTS, max_size=3).map(tuple),
    zones=st.lists(ZONES, max_size=3).map(tuple),
    bias=st.dictionaries(WORDS, WORDS, max_size=2),
    rules=st.dictionaries(WORDS, st.sampled_from(["pass", "fail", "not_evaluated", "error"]), max_size=2),
    decision=st.none() | DECISIONS,
    answers=st.lists(st.lists(ANSWERS, max_size=2).map(tuple), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(FINDS)
def test_a_find_comes_back_from_json_as_it_was(found: Found) -> None:
    text = orjson.dumps(found_document(found))
    again = read_found(orjson.loads(text))
    assert again == found
    assert orjson.dumps(found_document(again)) == text
    assert read_found(json.loads(json.dumps(found_document(found)))) == found


def test_an_empty_find_is_one_too() -> None:
    assert read_found(found_document(Found())) == Found()
