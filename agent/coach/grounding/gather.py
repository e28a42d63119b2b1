"""Gather what is known: walk the tools' JSON by its conventions, and read its sentences as an answer is read."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from agent.coach.grounding.claims import Evidence
from agent.coach.grounding.keys import role_of, subject_of, units_of
from agent.coach.grounding.known import USER, Knowledge, KnownMoment, KnownNumber, KnownWord, instant_of
from agent.coach.grounding.mentions import Mention, Moment, Quantity, Said
from agent.coach.grounding.moments import DECIDED
from agent.coach.grounding.passages import Passage
from agent.coach.grounding.reader import read_mentions
from agent.coach.grounding.vocabulary import LONG, NEUTRAL, SHORT, stems

_DEEPEST: Final = 24
_REFUSAL: Final = "Error:"
_DIRECTIONS: Final = {
    "bullish": LONG, "bearish": SHORT, "neutral": NEUTRAL, "long": LONG, "short": SHORT, "buy_side": LONG,
    "sell_side": SHORT, "buy": LONG, "sell": SHORT, "premium": "premium", "discount": "discount", "up": LONG,
    "down": SHORT,
}  # fmt: skip
_STATUSES: Final = ("TRADE_NOW", "NO_TRADE", "WAIT")
_OUTCOMES: Final = ("pass", "fail", "not_evaluated", "error")
_LABELS: Final = ("label", "fact", "name", "title", "list", "kind", "type", "rule_name", "model", "currency", "impact")
_RULE_KEYS: Final = ("rule", "rule_id")
_RULE_LISTS: Final = ("rules", "rule_ids", "rule_refs", "deciding_rule")
_DECIDING: Final = ("deciding_rules", "deciding_rule", "deciding_rule_ids")
_VERDICT_LISTS: Final = {**dict.fromkeys(_DECIDING, "deciding"), "passed": "pass"}
_FOREIGN: Final = ("title", "words", "source", "notes", "note", "symbol", "name", "profile")
"""Texts somebody else may have written: what they say of verdicts, directions and statuses is no evidence."""
_TELLING: Final = ("direction", "status", "verdict", "rule", "money")
_BOOKKEEPING: Final = ("columns", "left_out")
_OUTCOME_KEYS: Final = ("outcome", "before", "after")
_DECIDED_KEYS: Final = dict.fromkeys(("as_of", "timestamp", "now", "new_york_time", "summary"), DECIDED)
_ISO: Final = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d"
    r"|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
)
_ID: Final = re.compile(r"[A-Za-z_][\w.-]*(?::[\w.+-]+){2,}|[0-9a-f]{16,64}")
_OF_A_CLOCK: Final = "new_york"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in an answer a value stands.

    Attributes:
        call_id: of the tool's call.
        path: keys and numbers from the top, joined by dots.
        group: path of the object or row around it.
        words: stems of the path, the tool's name and the labels beside it.
        rules: the rules it belongs to.
        symbol: of the decision around it.
        run_id: likewise.
        is_supposed: whether the object says what would be.
    """

    call_id: str
    path: str
    group: str
    words: frozenset[str]
    rules: frozenset[str] = frozenset()
    symbol: str | None = None
    run_id: str | None = None
    is_supposed: bool = False
    timeframe: str | None = None
    role: str | None = None
    depth: int = 0

    @property
    def source(self) -> str:
        """The place as a claim names it."""
        return f"{self.call_id}:{self.path}" if self.path else self.call_id

    def under(self, key: str) -> "_Place":
        """Return the place of a value under a key."""
        path = f"{self.path}.{key}" if self.path else key
        supposed = self.is_supposed or key in ("would_be", "supposed", "becomes")
        return replace(
            self, path=path, words=self.words | stems(key.replace("_", " ")), is_supposed=supposed, depth=self.depth + 1
        )


@dataclass(slots=True)
class Gatherer:
    """Turns answers and words into knowledge."""

    known_rules: Mapping[str, str]
    knowledge: Knowledge = field(default_factory=Knowledge)

    def take_answer(self, evidence: Evidence) -> None:
        """Take a tool's answer; a refusal is a sentence."""
        call, tool, answer = evidence["call_id"], evidence["tool"], evidence["answer"]
        place = _Place(call, "", f"{call}:", stems(tool.replace("_", " ")))
        try:
            told = json.loads(answer, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
        except (ValueError, RecursionError):
            self.take_text(answer, place)
            return
        if isinstance(told, dict):
            self._take_side(told, place)
            told = {key: value for key, value in told.items() if not _is_echo(value, evidence["arguments"].get(key))}
            place = replace(place, words=place.words | stems(str(told.get("tool", "")).replace("_", " ")), path="")
        self.take_value(told, place, "", {"tool": tool})

    def take_said(self, text: str) -> None:
        """Take the user's own words."""
        self.take_text(text, _Place(USER, "", USER, frozenset()))

    def take_value(self, value: Any, place: _Place, key: str, siblings: Mapping[str, Any]) -> None:
        """Take any JSON value."""
        if place.depth > _DEEPEST:
            return
        match value:
            case dict():
                self._take_object(value, place, siblings)
            case list():
                self._take_list(value, place, key, siblings)
            case Decimal():
                self.knowledge.add_numbers([self._number(value, place, key, siblings)])
            case str():
                self._take_string(value, place, key, siblings)

    def _take_object(self, told: Mapping[str, Any], place: _Place, outer: Mapping[str, Any]) -> None:
        labels = " ".join(str(told[name]) for name in _LABELS if isinstance(told.get(name), str))
        symbol, run_id = told.get("symbol", place.symbol), told.get("run_id", place.run_id)
        inside = replace(
            place,
            group=place.source,
            words=place.words | stems(labels.replace("_", " ")),
            rules=self._rules_of(told) or place.rules,
            symbol=symbol if isinstance(symbol, str) else None,
            run_id=run_id if isinstance(run_id, str) else None,
        )
        self._take_verdicts(told, inside)
        self._take_side(told, inside)
        columns = told.get("columns")
        siblings = {**{name: outer[name] for name in outer if name == "tool"}, **told}
        for key, value in told.items():
            if key == "rows" and isinstance(columns, list) and isinstance(value, list):
                self._take_table([str(one) for one in columns], value, inside.under("rows"), siblings)
            elif key not in _BOOKKEEPING:
                self.take_value(value, inside.under(str(key)), str(key), siblings)

    def _take_table(
        self, columns: Sequence[str], rows: Sequence[Any], place: _Place, siblings: Mapping[str, Any]
    ) -> None:
        for number, row in enumerate(rows):
            if isinstance(row, list):
                told = {"tool": siblings.get("tool", ""), **dict(zip(columns, row, strict=False))}
                self._take_object(told, replace(place, path=f"{place.path}.{number}"), {})
        self._count(len(rows), place)

    def _take_list(self, told: Sequence[Any], place: _Place, key: str, siblings: Mapping[str, Any]) -> None:
        for number, value in enumerate(told):
            self.take_value(value, replace(place, path=f"{place.path}.{number}", depth=place.depth + 1), key, siblings)
        if key not in ("columns", "rows"):
            self._count(len(told), place)
            if key in _DECIDING or key in _RULE_LISTS:
                self._take_rule_list(told, place, key)

    def _count(self, count: int, place: _Place) -> None:
        words = place.words | (stems("facts things conditions different") if "chang" in place.words else frozenset())
        number = KnownNumber(Decimal(count), frozenset({None}), words, None, place.source, f"{place.source}.length")
        self.knowledge.add_numbers([number])

    def _number(self, value: Decimal, place: _Place, key: str, siblings: Mapping[str, Any]) -> KnownNumber:
        role = role_of(key)
        units = units_of(key, siblings)
        return _in_minutes(KnownNumber(value, units, place.words, role, place.group, place.source, place.rules))

    def _take_string(self, text: str, place: _Place, key: str, siblings: Mapping[str, Any]) -> None:
        plain = text.strip()
        if not plain:
            return
        known, source = self.knowledge, place.source
        if plain in _STATUSES:
            known.statuses.append(
                KnownWord(plain, None, place.group, source, place.run_id, place.is_supposed, symbol=place.symbol)
            )
        self._take_token(plain, place, siblings)
        if plain in self.known_rules:
            known.rules[plain].append(source)
            if key in _VERDICT_LISTS:
                known.verdicts.append(KnownWord(_VERDICT_LISTS[key], plain, place.group, source))
            return
        if _ISO.fullmatch(plain):
            instant = int(datetime.fromisoformat(plain.replace("Z", "+00:00")).timestamp())
            role = _DECIDED_KEYS.get(key) or (key.removesuffix("_at") if key.endswith("_at") else None)
            known.moments.append(KnownMoment(instant, None, place.group, source, role))
        elif " " in plain or (any(one.isdigit() for one in plain) and not _ID.fullmatch(plain)):
            self.take_text(text, place, key, is_foreign=key in _FOREIGN)

    def _take_token(self, plain: str, place: _Place, siblings: Mapping[str, Any]) -> None:
        """Take a direction, and every text without a blank as a name."""
        known, source = self.knowledge, place.source
        if plain in _DIRECTIONS:
            path = f"{siblings.get('tool', '')} {place.path} {siblings.get('fact', '')} {siblings.get('label', '')}"
            known.directions.append(
                KnownWord(_DIRECTIONS[plain], subject_of(path), place.group, source, symbol=place.symbol)
            )
        if " " not in plain:
            known.names[plain].append(source)
            for part in plain.split(":"):
                if part in ("buy_side", "sell_side"):
                    known.directions.append(KnownWord(_DIRECTIONS[part], "pool", place.group, source))

    def _rules_of(self, told: Mapping[str, Any]) -> frozenset[str]:
        named = {told[key] for key in _RULE_KEYS if isinstance(told.get(key), str) and told[key] in self.known_rules}
        listed = (
            {one for one in told.get("rules") or () if isinstance(one, str) and one in self.known_rules}
            if isinstance(told.get("rules"), list)
            else set()
        )
        return frozenset(named | listed)

    def _take_verdicts(self, told: Mapping[str, Any], place: _Place) -> None:
        for rule in self._rules_of(told):
            self.knowledge.rules[rule].append(place.source)
            for key in _OUTCOME_KEYS:
                if told.get(key) in _OUTCOMES:
                    self.knowledge.verdicts.append(KnownWord(str(told[key]), rule, place.group, place.source))

    def _take_side(self, told: Mapping[str, Any], place: _Place) -> None:
        """Take the side of an entry and its stop, where nothing says it: a stop below is a long one's."""
        entry, stop = told.get("entry"), told.get("stop")
        if isinstance(entry, Decimal) and isinstance(stop, Decimal) and "direction" not in told and entry != stop:
            side = KnownWord(LONG if stop < entry else SHORT, "setup", place.group, place.source, symbol=place.symbol)
            self.knowledge.directions.append(side)

    def _take_rule_list(self, told: Sequence[Any], place: _Place, key: str) -> None:
        deciding = key in _DECIDING or ("chang" in place.words and key != "rule_refs")
        for one in told:
            rule = (
                one
                if isinstance(one, str)
                else next((one[name] for name in _RULE_KEYS if name in one), None)
                if isinstance(one, dict)
                else None
            )
            if deciding and isinstance(rule, str) and rule in self.known_rules:
                self.knowledge.verdicts.append(KnownWord("deciding", rule, place.group, place.source))

    def take_text(self, text: str, place: _Place, key: str = "", *, is_foreign: bool = False) -> None:
        """Take the claims of a sentence; they are known now. Of a foreign one only its numbers, times and names."""
        passage, mentions = read_mentions(text, self.known_rules, self.knowledge.names)
        unit_of_clause: dict[int, str] = {}
        owners = _owners(passage, mentions)
        for one in mentions:
            if is_foreign and one.kind in _TELLING:
                continue
            start, end = passage.clause(one.start)
            words = place.words | stems(passage.plain[start:end])
            here = replace(place, words=words, group=f"{place.group}#{passage.sentence(one.start)[0]}")
            here = replace(here, timeframe=_timeframe_of(mentions, start, end))
            here = replace(
                here, role=_DECIDED_KEYS.get(key) or (key.removesuffix("_at") if key.endswith("_at") else None)
            )
            here = replace(here, rules=owners.get(passage.sentence(one.start)[0]) or owners.get(-1) or place.rules)
            self._take_mention(one, here, unit_of_clause, start)

    def _take_mention(self, one: Mention, place: _Place, units: dict[int, str], clause: int) -> None:
        known, source = self.knowledge, place.source
        match one.said:
            case Quantity() as said:
                if said.unit is not None:
                    units.setdefault(clause, said.unit)
                possible = {
                    None if said.unit is None else said.unit,
                    None,
                    *(() if said.unit else (units.get(clause),)),
                }
                if said.unit is None and abs(said.value) <= 1:
                    possible.add("share")
                number = KnownNumber(
                    said.value,
                    frozenset(possible),
                    place.words | said.nouns,
                    said.role,
                    place.group,
                    source,
                    place.rules,
                )
                known.add_numbers([number])
            case Moment() as said:
                known.moments.append(
                    KnownMoment(_instant(said, place), _clocked(said, place), place.group, source, place.role)
                )
            case Said() as said:
                self._take_word(one, said, place)

    def _take_word(self, one: Mention, said: Said, place: _Place) -> None:
        known, source = self.knowledge, place.source
        match one.kind:
            case "direction":
                known.directions.append(
                    KnownWord(
                        said.word,
                        said.subject,
                        place.group,
                        source,
                        is_denied=said.is_denied,
                        symbol=place.symbol,
                        timeframe=place.timeframe,
                    )
                )
            case "status":
                supposed = said.is_supposed or place.is_supposed
                known.statuses.append(
                    KnownWord(
                        said.word,
                        None,
                        place.group,
                        source,
                        place.run_id,
                        supposed,
                        said.is_denied,
                        symbol=place.symbol,
                    )
                )
            case "rule":
                known.rules[said.word].append(source)
            case "verdict":
                known.verdicts.append(KnownWord(said.word, said.subject, place.group, source))
            case _:
                known.names[said.word].append(source)


def gather(evidence: Sequence[Evidence], said: Sequence[str], known_rules: Mapping[str, str]) -> Knowledge:
    """Return everything the tools answered and the user said."""
    gatherer = Gatherer(known_rules)
    for one in evidence:
        gatherer.take_answer(one)
    for text in said:
        gatherer.take_said(text)
    return gatherer.knowledge


def _is_echo(value: Any, given: Any) -> bool:
    """Whether an answer only repeats a number it was given: the model chose it, so it proves nothing."""
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return isinstance(value, Decimal) and is_number and float(value) == float(given)


def _owners(passage: Passage, mentions: Sequence[Mention]) -> dict[int, frozenset[str]]:
    """Return the rules each sentence cites; a text that begins with one rule's number is all about it."""
    found: dict[int, set[str]] = {}
    for one in mentions:
        if one.kind == "rule" and isinstance(one.said, Said):
            found.setdefault(passage.sentence(one.start)[0], set()).add(one.said.word)
    first = next((one for one in mentions if one.kind == "rule"), None)
    if first is not None and passage.plain[: first.start].strip(" [(") == "" and isinstance(first.said, Said):
        found.setdefault(-1, {first.said.word})
    return {start: frozenset(rules) for start, rules in found.items()}


def _timeframe_of(mentions: Sequence[Mention], start: int, end: int) -> str | None:
    """Return the one timeframe a clause names, None for none or several."""
    named = {
        one.said.word
        for one in mentions
        if start <= one.start < end and isinstance(one.said, Said) and one.said.subject == "timeframe"
    }
    return next(iter(named)) if len(named) == 1 else None


def _in_minutes(number: KnownNumber) -> KnownNumber:
    for unit, size in (("hours", 60), ("days", 1440), ("seconds", Decimal(1) / 60)):
        if unit in number.units:
            return replace(number, value=number.value * size, units=(number.units - {unit}) | {"minutes"})
    return number


def _instant(said: Moment, place: _Place) -> int | None:
    return instant_of(said, said.zone or "UTC") if said.date is not None else None


def _clocked(said: Moment, place: _Place) -> Moment | None:
    """Return what was said, in New York's zone where the key names it."""
    if said.zone is None and _OF_A_CLOCK in place.path:
        return replace(said, zone="America/New_York")
    return said
