"""What stands above the picture: whose chart it is, what the clock says, where price stands, what was decided."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tools.picture.facts import Row
from tools.picture.setups import Plan
from tools.picture.view import PictureView
from tools.times import parse_time
from tools.trading_day import NEW_YORK

_PROPER: Final = {
    "new york am": "New York AM", "new york pm": "New York PM", "fvg": "FVG", "mss": "MSS", "ote": "OTE", "ict": "ICT",
    "london": "London", "asia": "Asia",
}  # fmt: skip
_STYLES: Final = {
    "TRADE_NOW": "go", "WAIT": "wait", "NO_TRADE": "stop", "FAILED": "stop", "CANCELLED": "none", "QUEUED": "none",
    "RUNNING": "none",
}  # fmt: skip
_RUNS: Final = {
    "accepted": ("QUEUED", "No decision yet: the run has not begun"),
    "running": ("RUNNING", "No decision yet: the run is under way"),
    "cancelled": ("CANCELLED", "No decision: the run was cancelled"),
    "failed": ("FAILED", "No decision: the run failed"),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The words above a picture.

    Attributes:
        title: symbol and timeframe, or the title asked for.
        as_of: the moment the reading speaks of, on both clocks; with a younger decision, the moment of that.
        session: the parts of the line below it.
        status: the decision's status, or how far a run without one has come; None for a chart of no run.
        status_style: the class that colours it.
        reason: the decision in one sentence, or the setup that is shown.
    """

    title: str
    as_of: str
    session: tuple[str, ...]
    status: str | None
    status_style: str
    reason: str


def headline_of(document: Row, view: PictureView, plan: Plan | None) -> Headline:
    """Put a reading into words.

    A decision may be younger than the chart's last close: the line then says when it was made, and tells no kill zone,
    for the one at that close is not the one it was made in.
    """
    closed = document.get("as_of")
    as_of, clock = (f"as of {both_clocks(closed)}", _session(document)) if closed else ("no bars", "")
    decided = (view.decision or {}).get("timestamp")
    if closed and decided and parse_time(decided) > parse_time(closed):
        as_of, clock = f"decided at {both_clocks(decided)}", f"This chart's last close: {both_clocks(closed)}"
    status, reason = _outcome(view, plan)
    return Headline(
        title=view.title if view.title is not None else f"{document['symbol']} · {document['timeframe']}",
        as_of=as_of,
        session=tuple(part for part in (clock, _power(document), _range(document)) if part),
        status=status,
        status_style=_STYLES.get(status or "", "wait"),
        reason=reason,
    )


def _outcome(view: PictureView, plan: Plan | None) -> tuple[str | None, str]:
    """Return what was decided and why; of a run without a decision how far it came; else the setup that is shown."""
    if view.decision:
        return str(view.decision.get("status") or "") or None, str(view.decision.get("reason_short") or "")
    if view.is_undecided:
        run = str(view.run_status)
        return _RUNS.get(run, (run.upper(), "No decision"))
    return None, _shown(plan)


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
