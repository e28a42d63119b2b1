"""One spelling for every answer: what is hidden goes, what looks alike is alike, and a mark still lands right."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.coach.grounding.check import check_answer, mark
from agent.coach.grounding.written import read_written
from tests.agent.coach.grounding.audited import RULES, spoken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Target 1\u200b.2345.", "Target 1.2345."),
        ("ＴＲＡＤＥ＿ＮＯＷ", "TRADE_NOW"),
        ("1️⃣.2️⃣", "1.2"),
        ("2½R and ⅘", "2.5R and 0.8"),
        ("ninety-nine per cent", "99 per cent"),
        ("two and a half R", "2.5 R"),
        ("24 and a half hours", "24.5 hours"),
        ("one point two seven", "1.27"),
        ("half a percent", "0.5 percent"),
        ("½", "0.5"),
        ("“quoted” — as it was…", "“quoted” — as it was…"),
        ("", ""),
    ],
)
def test_it_is_read_in_one_spelling(written: str, read: str) -> None:
    assert read_written(written).text == read


def test_a_mark_lands_behind_what_was_written() -> None:
    answer = "“Yes”: confidence is ninety-nine per cent\u200b, and it is ＴＲＡＤＥ＿ＮＯＷ today."
    report = check_answer(answer, spoken("gbp"), [], RULES)

    assert [one.text for one in report.unsupported] == ["ninety-nine per cent", "ＴＲＡＤＥ＿ＮＯＷ"]
    assert "per cent [unsupported]\u200b, and" in mark(answer, report)


@given(st.text(max_size=200))
def test_every_part_stands_somewhere(text: str) -> None:
    written = read_written(text)
    places = [written.place(at, at + 1) for at in range(len(written.text))]

    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert all(one[0] <= other[0] for one, other in pairwise(places))
