"""What is made of a report: the marked answer, the request for repair, the citations; and what checking costs."""

from agent.coach.grounding.check import check_answer, mark, repair_request
from tests.agent.coach.grounding.recorded import RULES, TRADE, conversations

_HALF_TRUE = "The bias is bullish, entry 1.0523, stop 1.0599. Rule 8.4 passed."


def test_a_mark_stands_right_behind_each_unsupported_claim() -> None:
    report = check_answer(_HALF_TRUE, conversations()["trade"], [], RULES)

    assert mark(_HALF_TRUE, report) == (
        "The bias is bullish, entry 1.0523, stop 1.0599 [unsupported]. Rule 8.4 passed [unsupported]."
    )
    assert not report.is_grounded
    assert [one.text for one in report.unsupported] == ["1.0599", "passed"]


def test_the_model_is_told_what_was_wrong_and_why() -> None:
    report = check_answer(_HALF_TRUE, conversations()["trade"], [], RULES)

    request = repair_request(report)

    assert "'1.0599': no tool's answer and nothing you said contains 1.0599" in request
    assert "'passed': rule 8.4 came out as" in request
    assert "1.0523" not in request


def test_a_claim_names_its_kind_and_where_it_was_found() -> None:
    report = check_answer("R:R is 2.325 R at 14:30 UTC.", conversations()["trade"], [], RULES)

    ratio, moment = report.claims
    assert (ratio.kind, ratio.value, ratio.unit) == ("ratio", "2.325", "R")
    assert (moment.kind, moment.value) == ("time", "14:30 UTC")
    assert any(one.endswith(":risk.rr") for one in ratio.sources)


def test_citations_name_the_decision_the_rules_and_the_user_once() -> None:
    answer = "EURUSD is TRADE_NOW. Rule 7.2 passed, rule 7.2 needs 2 R. You said 4.4 %."
    report = check_answer(answer, conversations()["trade"], ["is 4.4 % fine?"], RULES)

    assert report.is_grounded
    cited = [(one.kind, one.id) for one in report.citations]
    assert ("decision", TRADE) in cited
    assert cited.count(("rule", "7.2")) == 1
    assert cited[-1] == ("user", "user")


def test_a_long_answer_costs_in_proportion_to_its_length() -> None:
    short = "On 11 January 2024 at 14:30 UTC rule 7.2 passed with 2.325 R, 1:2.325, at 1.0523–1.0507. "

    reports = [check_answer(short * times, conversations()["trade"], [], RULES) for times in (1, 200)]

    assert len(reports[1].claims) == 200 * len(reports[0].claims)
    assert reports[1].is_grounded is reports[0].is_grounded
