"""Putting values into templates; a sentence that lacks one is not said."""

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any, Final

from agent.coach.models.offline.choosing import chosen
from agent.coach.models.offline.conversation import Row
from agent.coach.models.offline.templates import SPOKEN, TEMPLATES
from agent.coach.models.offline.turn import Turn

_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2})?Z")
_CLOCK: Final = re.compile(r"T(\d{2}:\d{2})")
_NAMED: Final = re.compile(r"^(\d+(?:\.\d+)*) (.+?) (closes when|was let through|is not met)")
_ASIDE: Final = re.compile(r"; the nearest known are .*$|; expected [^;]*$|\. The arguments are [a-z_, ]*$")
"""What a refusal says to whoever calls tools, and not to whoever asks questions."""
_ENDS: Final = (".", "!", "?", ":")
_MOST_NAMED: Final = 3
_MINUTES_OF_HOUR: Final = 60


def say(template: str, values: Mapping[str, Any] | None = None, /, **more: Any) -> list[str]:
    """Return the sentences of a template that have all their values, joined; empty where none has."""
    told = fill(TEMPLATES[template], {**(values or {}), **more})
    return [" ".join(told)] if told else []


def fill(sentences: Sequence[str], values: Mapping[str, Any]) -> list[str]:
    """Put values into sentences; those that lack one are left out."""
    texts = {name: text_of(value) for name, value in values.items()}
    wanted = [(one, {name for _, name, _, _ in Formatter().parse(one) if name}) for one in sentences]
    return [one.format_map(texts) for one, names in wanted if all(texts.get(name) is not None for name in names)]


def text_of(value: Any) -> str | None:
    """Write a value as a sentence shows it: a number as the tool gave it, a moment as date, time and zone."""
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case float() if "e" in repr(value):
            return f"{value:.12f}".rstrip("0").rstrip(".")
        case list() | tuple():
            return listed([text for one in value if (text := text_of(one)) is not None]) or None
        case str():
            return _MOMENT.sub(r"\1 \2 UTC", value)
    return str(value)


def listed(texts: Sequence[str]) -> str:
    """Join words to a list."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""


def bare(sentence: Any) -> str | None:
    """Return a sentence without the stop at its end, as templates set their own."""
    return sentence.strip().rstrip(".") if isinstance(sentence, str) else None


def ended(sentence: str) -> str:
    """Return a sentence with a stop at its end."""
    return sentence if sentence.endswith(_ENDS) else f"{sentence}."


def lowered(sentence: str) -> str:
    """Return a sentence as it stands behind a colon."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def cited(sentence: str | None) -> str | None:
    """Return a sentence that begins with a rule's number and name as all others write them."""
    return sentence and _NAMED.sub(r"Rule \1 (\2) \3", sentence)


def spoken(name: Any) -> str | None:
    """Return a name as people say it: `new_york_am` as New York AM; one with a number in it as it is written."""
    if not isinstance(name, str):
        return None
    return name if any(one.isdigit() for one in name) else SPOKEN.get(name, name.replace("_", " "))


def new_york(time: Any) -> str | None:
    """Return the wall clock of a New York time."""
    found = _CLOCK.search(time) if isinstance(time, str) else None
    return None if found is None else found[1]


def duration(minutes: Any) -> str | None:
    """Return minutes as people say them: ``45 min``, ``2 h``, ``31 h 49 min``; None for what is none."""
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes < 0 or minutes % 1:
        return None
    hours, rest = divmod(int(minutes), _MINUTES_OF_HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def named(rows: Sequence[Row], *, most: int = _MOST_NAMED) -> str:
    """Name rules: `rule 7.2 (Minimum R:R) and rule 8.1 (Inside a kill zone)`."""
    whole = [row for row in rows if row.get("rule") and row.get("name")]
    return listed([f"rule {row['rule']} ({row['name']})" for row in whole[:most]])


def missing(turn: Turn, tool: str) -> list[str]:
    """Say why a tool's answer is not there."""
    choice = chosen(turn)
    if choice.trouble is not None and tool != "list_decisions":
        return say(choice.trouble, choice.values)
    if turn.conversation.refusals:
        refused = turn.conversation.refusals[-1]
        sentence = bare(_ASIDE.sub("", refused.refusal or ""))
        if "rule_id" in refused.call.arguments and sentence is not None and "; " in sentence:
            return say("no_such_rule")
        return say("refused", sentence=sentence)
    if "list_decisions" in {one.call.tool for one in turn.conversation.answers} and tool != "list_decisions":
        return say("no_decisions_of", symbol=turn.symbol)
    if tool not in turn.conversation.tools:
        return say("no_tool") + say("can")
    return say("which_market") if turn.market is None else say("unread")
