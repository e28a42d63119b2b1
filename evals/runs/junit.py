"""Results as JUnit XML, in the shape that Jenkins, GitLab and GitHub's actions read."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final
from xml.etree import ElementTree

from evals.runs.results import Results

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_TIME: Final = "0"
"""How long a case took is not said: two runs of the same code write the same bytes."""


def junit_xml(results: Results) -> str:
    """Return one ``testsuite`` for each suite and one ``testcase`` for each case, as a document of its own.

    A case that failed says every sentence why; one whose error was not foreseen is an ``error``.
    """
    root = ElementTree.Element("testsuites", _counts(results.rows) | {"name": "ict eval", "time": _NO_TIME})
    for suite, rows in groupby(results.rows, key=lambda row: str(row["suite"])):
        cases = tuple(rows)
        below = ElementTree.SubElement(
            root, "testsuite", {"name": suite, **_counts(cases), "skipped": "0", "time": _NO_TIME}
        )
        for row in cases:
            _add_case(below, row)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(rows: tuple[Mapping[str, Any], ...]) -> dict[str, str]:
    errors = sum(row["error"] is not None for row in rows)
    failures = sum(not row["passed"] for row in rows) - errors
    return {"tests": str(len(rows)), "failures": str(failures), "errors": str(errors)}


def _add_case(suite: ElementTree.Element, row: Mapping[str, Any]) -> None:
    attributes = {"classname": f"{row['suite']}", "name": row["case"], "time": _NO_TIME}
    case = ElementTree.SubElement(suite, "testcase", {key: _written(value) for key, value in attributes.items()})
    if row["error"] is not None:
        _add_fault(case, "error", row["error"], row)
    elif not row["passed"]:
        _add_fault(case, "failure", "; ".join(row["failures"]), row)


def _add_fault(case: ElementTree.Element, kind: str, message: str, row: Mapping[str, Any]) -> None:
    fault = ElementTree.SubElement(case, kind, {"message": _written(message), "type": kind})
    fault.text = _written("\n".join((row["why"], *row["failures"]) if kind == "failure" else (row["why"], message)))


def _written(text: str) -> str:
    """Return a text without the characters that XML has no way to write."""
    return _NOT_XML.sub("\ufffd", text)
