"""What stands above the picture: whose chart it is, what the clock says, where price stands, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from api.picture.facts import Row
from api.picture.setups import Plan
from tools.times import parse_time
from tools.trading_day import NEW_YORK

_PROPER: Final = {
    "new york am": "New York AM", "new york pm": "New York PM", "fvg": "FVG", "mss": "MSS", "ote": "OTE", "ict": "ICT",
    "london": "London", "asia": "Asia",
}  # fmt: skip
_STYLES: Final = {"TRADE_NOW": "go", "WAIT": "wait", "NO_TRADE": "stop"}


@dataclass(frozen=True, slots=True)
class Headline:
    """The words above a picture.

    Attributes:
        title: symbol and timeframe, or the title asked for.
        as_of: the moment the reading speaks of, on both clocks.
        session: the parts of the session line.
        status: the decision's status, or None.
        status_style: the class that colours it.
        reason: the decision in one sentence, or the setup that is shown.
    """

    title: str
    as_of: str
    session: tuple[str, ...]
    status: str | None
    status_style: str
    reason: str


def headline_of(document: Row, title: str | None, decision: Mapping[str, Any] | None, plan: Plan | None) -> Headline:
    """Put a reading into words."""
    status = str(decision["status"]) if decision and decision.get("status") else None
    reason = str(decision.get("reason_short") or "") if decision else _shown(plan)
    session = (_session(document), _power(document), _range(document))
    return Headline(
        title=title if title is not None else f"{document['symbol']} · {document['timeframe']}",
        as_of=f"as of {both_clocks(document['as_of'])}" if document.get("as_of") else "no bars",
        session=tuple(part for part in session if part),
        status=status,
        status_style=_STYLES.get(status or "", "wait"),
        reason=reason,
    )


def both_clocks(at: str) -> str:
    """Write an ISO time in New York and, behind it, in UTC."""
    moment = datetime.fromtimestamp(parse_time(at), UTC)
    local = moment.astimezone(NEW_YORK)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} New York ({moment:%H:%M} UTC)"


def _session(document: Row) -> str:
    session = document.get("session")
    if session is None:
        return ""
    if not session["is_open"]:
        reason = str(session["closed_reason"]).replace("_", " ")
        now = f"Market closed ({session['bank_holiday'] or reason})"
    elif session["kill_zone"]:
        now = f"{_words(session['kill_zone'])} kill zone"
    else:
        now = "No kill zone"
    upcoming = session["next_kill_zone"]
    return now if upcoming is None else f"{now}, next {_words(upcoming['name'])} {_ahead(upcoming['minutes_until'])}"


def _ahead(minutes: int) -> str:
    if minutes < 60:
        return f"in {minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"in {hours} h {rest:02d}" if hours < 24 else f"in {hours // 24} d {hours % 24} h"


def _range(document: Row) -> str:
    found = document.get("dealing_range")
    if found is None:
        return "Dealing range unknown"
    place = f"{found['pd_percent']:.0f} % of the dealing range"
    return f"{str(found['half']).capitalize()}: {place}"


def _power(document: Row) -> str:
    power = document.get("power_of_three")
    if power is None:
        return ""
    words = f"Power of three: {power['stage']}"
    if power.get("direction"):
        words += f", {power['direction']}"
    return words


def _shown(plan: Plan | None) -> str:
    if plan is None:
        return "No setup on this chart"
    row = plan.fact.row
    name = row.get("name") or _words(str(row.get("model") or "setup"))
    more = f" · {plan.others} more fresh" if plan.others else ""
    return f"{'Fresh' if plan.is_fresh else 'Stale'} {row.get('direction') or ''} setup: {name}{more}"


def _words(name: str) -> str:
    words = name.replace("_", " ")
    for lower, proper in _PROPER.items():
        words = words.replace(lower, proper)
    return words
