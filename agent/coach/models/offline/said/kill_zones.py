"""Speaking of kill zones: which is open, which comes next, when the one that is asked about opens."""

import re
from typing import Final

from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.said.fill import duration, say, spoken
from agent.coach.models.offline.turn import Turn

_ALL: Final = re.compile(r"\bkill ?zones\b")
_IT: Final = re.compile(r"\b(?:it|that|then|this)\b")
_NEXT: Final = re.compile(r"\bnext\b")
_MOST_LISTED: Final = 8
_BULLET: Final = "silver_bullet"


def zones(turn: Turn, told: Row) -> list[str]:
    """Say which kill zone is open and which is next; the one asked about by its name, and all where all are."""
    bullet = say("silver_bullet", told)
    lines = [*_open(told), *bullet, *say("macro", macro=spoken(told.get("macro")))]
    ahead, asked = _ahead(told), _asked(turn, told)
    if asked:
        return lines + [line for row in asked for line in opens(row, told)]
    if _ALL.search(turn.subject.question.plain) and ahead:
        return lines + [line for row in ahead[:_MOST_LISTED] for line in opens(row, told)]
    following = told.get("next_kill_zone") or {}
    beside = next((row for row in ahead if row.get("name") == following.get("name")), {})
    lines += _when("zone_next", {**beside, **following})
    session = _session(turn)
    return lines if bullet and session == _BULLET else lines + say("zone_unknown", asked=spoken(session))


def opens(row: Row, told: Row) -> list[str]:
    """Say when one kill zone opens; of the one under way, when it opens again."""
    return _when("zone_opens_again" if row.get("name") == told.get("kill_zone") else "zone_opens", row)


def worth_waiting(turn: Turn, told: Row) -> list[str]:
    """Say of the kill zone that was asked about that its opening is not what is missing."""
    return [line for row in _asked(turn, told)[:1] for line in say("wait_zone", name=spoken(row.get("name")))]


def _open(told: Row) -> list[str]:
    zone = told.get("kill_zone")
    if not zone:
        return say("no_zone")
    return say("zone_now", told, kill_zone=spoken(zone), left=duration(told.get("minutes_left")))


def _when(template: str, row: Row) -> list[str]:
    name, until = spoken(row.get("name")), duration(row.get("minutes_until"))
    wall = row.get("start_new_york")
    if wall is None:
        return say(f"{template}_utc", row, name=name, until=until)
    return say(template, row, name=name, until=until)


def _ahead(told: Row) -> list[Row]:
    found = told.get("kill_zones_ahead")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [row for row in rows if isinstance(row.get("name"), str)]


def _asked(turn: Turn, told: Row) -> list[Row]:
    """Return the kill zones a question names: by what traders call them, or by the names of the owner's own."""
    plain, session = turn.subject.question.plain, _session(turn)
    return [row for row in _ahead(told) if _is_session(row["name"], session) or _is_said(row["name"], plain)]


def _session(turn: Turn) -> str | None:
    """Return the session a question names, or means: that of the question before where it leaves it out."""
    question = turn.subject.question
    means_it = (question.is_bare or _IT.search(question.plain)) and not _NEXT.search(question.plain)
    return question.session or (turn.subject.session if means_it else None)


def _is_session(name: str, session: str | None) -> bool:
    return name == session or (session == "new_york" and name.startswith(f"{session}_"))


def _is_said(name: str, plain: str) -> bool:
    words = re.escape((spoken(name) or name).lower())
    return re.search(rf"\b{words}\b(?! close)", plain) is not None
