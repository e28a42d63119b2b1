"""Which recorded decision a question means: the calls that find it, the run once it is found, or why it is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.coach.models.offline.conversation import Call, Row
from agent.coach.models.offline.reference import LAST, day_of, is_whole
from agent.coach.models.offline.turn import Turn

_MOST: Final = 10
_AT: Final = slice(11, 16)


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision, as far as it is known.

    Attributes:
        calls: that find it.
        run_id: of it; None while it is not known.
        is_left_open: whether the tool is to choose: the newest there is.
        trouble: the template that says why it cannot be found; None where it can.
        values: what that template says.
    """

    calls: tuple[Call, ...] = ()
    run_id: str | None = None
    is_left_open: bool = False
    trouble: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def choices(turn: Turn) -> list[Choice]:
    """Return every decision a question names, in its order; the one in focus where it names none."""
    named = turn.subject.reference
    if named.ids:
        return [_by_id(turn, number) for number in named.ids]
    if named.places:
        return [_by_place(turn, place) for place in named.places]
    if named.days:
        return [_by_day(turn, day) for day in named.days]
    return [_before_focus(turn)] if named.is_previous else [_in_focus(turn)]


def chosen(turn: Turn) -> Choice:
    """Return the decision a question means: the first it names."""
    return choices(turn)[0]


def newest(symbol: str) -> Call:
    """Return the call that finds the newest decision of a market."""
    return Call("list_decisions", {"symbol": symbol, "limit": 1})


def decisions(turn: Turn, call: Call) -> list[Row]:
    """Return the rows a list came to; none before it was asked for."""
    told = turn.asked(call)
    rows = [] if told is None else told.get("decisions")
    return [row for row in rows or [] if isinstance(row, Mapping) and "run_id" in row]


def in_focus(turn: Turn) -> Choice:
    """Return the decision the conversation is about, whatever the question names."""
    return _in_focus(turn)


def _by_id(turn: Turn, number: str) -> Choice:
    if is_whole(number):
        return Choice(run_id=number)
    call = Call("list_decisions", {"limit": _MOST})
    found = [row["run_id"] for row in decisions(turn, call) if str(row["run_id"]).startswith(number)]
    return _of(turn, call, found, "no_such_id", said=number)


def _by_place(turn: Turn, place: int) -> Choice:
    shown = _shown(turn)
    if shown is not None:
        found = _at(shown, place)
        return Choice(trouble="no_such_place", values={"count": len(shown)}) if found is None else Choice(run_id=found)
    call = Call("list_decisions", {"limit": _MOST})
    found = _at(decisions(turn, call), 1 if place == LAST else place)
    return _of(turn, call, [] if found is None else [found], "no_such_place", count=len(decisions(turn, call)))


def _by_day(turn: Turn, day: str) -> Choice:
    context = turn.conversation.context
    on = day_of(day, None if context is None else context.now)
    if on is None:
        return Choice(trouble="no_such_day", values={"said": day.removeprefix("--")})
    symbol = turn.subject.symbol
    call = Call("list_decisions", {**({} if symbol is None else {"symbol": symbol}), "on": on, "limit": _MOST})
    clock = turn.subject.reference.clock
    rows = [row for row in decisions(turn, call) if clock is None or str(row.get("as_of"))[_AT] == clock]
    trouble = "no_decision_on" if symbol is None else "no_decision_of_on"
    return _of(turn, call, [row["run_id"] for row in rows], trouble, symbol=symbol, on=on)


def _before_focus(turn: Turn) -> Choice:
    focus = _in_focus(turn)
    if focus.trouble is not None or (focus.run_id is None and not focus.is_left_open):
        return focus
    call = Call("list_decisions", {"limit": _MOST})
    ids = [row["run_id"] for row in decisions(turn, call)]
    at = 0 if focus.is_left_open else ids.index(focus.run_id) if focus.run_id in ids else len(ids)
    return _of(turn, call, ids[at + 1 : at + 2], "no_previous")


def _in_focus(turn: Turn) -> Choice:
    subject, context = turn.subject, turn.conversation.context
    focus = None if context is None else context.run_id
    if focus is not None and subject.symbol in (None, context and context.symbol):
        return Choice(run_id=focus)
    if turn.symbol is None or "list_decisions" not in turn.conversation.tools:
        return Choice(is_left_open=True)
    call = newest(turn.symbol)
    found = [row["run_id"] for row in decisions(turn, call)]
    return _of(turn, call, found, "no_decisions_of", symbol=turn.symbol)


def _of(turn: Turn, call: Call, found: list[str], trouble: str, **values: Any) -> Choice:
    """Return the first run of a list; trouble only once the list is there and has none."""
    if found:
        return Choice((call,), found[0])
    if turn.asked(call) is None:
        return Choice((call,))
    return Choice((call,), trouble=trouble, values=values)


def _shown(turn: Turn) -> list[Row] | None:
    """Return the list of decisions that was shown last; None where none was."""
    for one in reversed(turn.conversation.earlier):
        if one.call.tool == "list_decisions" and one.told is not None and one.call.arguments.get("limit") != 1:
            rows = [row for row in one.told.get("decisions") or [] if isinstance(row, Mapping) and "run_id" in row]
            return rows if "on" not in one.call.arguments else None
    return None


def _at(rows: list[Row], place: int) -> str | None:
    number = len(rows) if place == LAST else place
    return str(rows[number - 1]["run_id"]) if 1 <= number <= len(rows) else None
