"""Which of the forms an answer has its reader wants: content negotiation by ``Accept`` (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from typing import Final

from api.problems import Problem, ProblemError

_MOST_RANGES: Final = 50


def wanted_form(accept: str | None, offered: Sequence[str]) -> str:
    """Return the media type to answer with: the one of the greatest weight, of equals the one named most exactly.

    So ``application/json, */*`` means JSON whatever comes first; a reader who names nothing gets what is offered first.

    Args:
        accept: the header's value.
        offered: media types, the usual one first.

    Raises:
        ProblemError: 406, none of them is acceptable.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",")[:_MOST_RANGES] if part.strip()]
    weighed = [(_weight(one, ranges), one) for one in offered]
    (weight, _), found = max(weighed, key=lambda pair: pair[0])  # of equals the first
    if weight > 0:
        return found
    detail = f"this answers with {' or '.join(offered)}; Accept asks for {accept[:100]!r}"
    raise ProblemError(Problem("not-acceptable", "No form of the answer is acceptable", 406, detail))


def _weight(offered: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Return the weight by the most exact range that fits, and how exact that is."""
    main, _, _ = offered.partition("/")
    exactness = {offered: 3, f"{main}/*": 2, "*/*": 1}
    fitting = [(exactness[name], weight) for name, weight in ranges if name in exactness]
    exact, weight = max(fitting, default=(0, 0.0))
    return weight, exact


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (one.strip().lower() for one in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _quality(value.strip())
    return name, 1.0


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0
