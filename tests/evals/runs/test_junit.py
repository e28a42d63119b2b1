"""JUnit XML: the shape that continuous integration reads."""

from dataclasses import replace
from xml.etree import ElementTree

from evals.runs.junit import junit_xml
from evals.runs.runner import run
from tests.evals.runs.small_suites import ALONE, Scripted, load

RESULTS = run(["first:right,wrong,raises,right", "second:answers"], Scripted(), load, ALONE)


def test_a_suite_is_a_testsuite_and_a_case_a_testcase() -> None:
    root = ElementTree.fromstring(junit_xml(RESULTS))
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors")) == ("testsuites", "5", "1", "1")
    assert [(one.tag, one.get("name"), one.get("tests")) for one in root] == [
        ("testsuite", "first", "4"),
        ("testsuite", "second", "1"),
    ]
    assert [(one.get("classname"), one.get("name")) for one in root.iter("testcase")] == [
        ("first", "c00"), ("first", "c01"), ("first", "c02"), ("first", "c03"), ("second", "q0"),
    ]  # fmt: skip
    assert {one.get("time") for one in root.iter()} - {None} == {"0"}


def test_a_failure_says_why_and_an_error_what_it_was() -> None:
    root = ElementTree.fromstring(junit_xml(RESULTS))
    (failure,), (error,) = root.iter("failure"), root.iter("error")
    assert "expected a bullish displacement on 15m" in (failure.get("message") or "")
    assert (failure.text or "").startswith("It wrong.\nexpected")
    assert "ZeroDivisionError" in (error.get("message") or "")


def test_what_xml_cannot_write_is_shown_as_unknown() -> None:
    first, *others = RESULTS.rows
    odd = {**first, "passed": False, "failures": ["a \x00 and < & \ud7ff \uffff"], "why": "because \x1b"}
    text = junit_xml(replace(RESULTS, rows=(odd, *others)))
    failure = next(ElementTree.fromstring(text.encode()).iter("failure"))
    assert failure.get("message") == "a \ufffd and < & \ud7ff \ufffd"
