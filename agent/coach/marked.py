"""An answer with its marks in it, and its claims where they stand in that text."""

from bisect import bisect_left, bisect_right
from dataclasses import asdict
from typing import Any

from agent.coach.grounding.check import mark
from agent.coach.grounding.claims import Report


def marked(answer: str, report: Report) -> tuple[str, list[dict[str, Any]]]:
    """Mark what nothing supports.

    Args:
        answer: what was checked.
        report: what came of it.

    Returns:
        The answer with its marks, and every claim as a plain object whose ``start`` and ``end`` count its characters.
    """
    text = mark(answer, report)
    ends = sorted({one.end for one in report.unsupported})  # a mark stands behind each
    width = (len(text) - len(answer)) // max(1, len(ends))
    claims = [
        {
            **asdict(claim),
            "start": claim.start + width * bisect_right(ends, claim.start),
            "end": claim.end + width * bisect_left(ends, claim.end),
            "sources": list(claim.sources),
        }
        for claim in report.claims
    ]
    return text, claims
