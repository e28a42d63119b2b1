"""The span a calendar is asked about."""

from tools.errors import InvalidParameter
from tools.times import EARLIEST, LATEST, iso_utc


def check_span(since: int, until: int) -> None:
    """Refuse a span that ends before it begins, or lies outside the years times may have.

    Raises:
        InvalidParameter: names `until`, or `since` where that is outside 1970 to 2100.
    """
    for field, moment in (("since", since), ("until", until)):
        if not EARLIEST <= moment <= LATEST:
            raise InvalidParameter(
                f"{field} lies outside 1970 to 2100", field=field, expected="a time from 1970 to 2100", got=str(moment)
            )
    if until <= since:
        raise InvalidParameter(
            f"until, {iso_utc(until)}, is not after since, {iso_utc(since)}", field="until",
            expected="a time after since", got=iso_utc(until),
        )  # fmt: skip
