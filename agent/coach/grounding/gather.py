"""Gather what one text tells: walk a tool's JSON by its conventions, and read its sentences as an answer is read."""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from agent.coach.grounding.claims import Evidence
from agent.coach.grounding.echoes import NOTHING, Asked, number_of
from agent.coach.grounding.keys import role_of, subject_of, units_of
from agent.coach.grounding.known import (
    USER,
    Knowledge,
    KnownEvent,
    KnownMoment,
    KnownNumber,
    KnownWord,
    Origin,
)
from agent.coach.grounding.mentions import Limit, Mention, Moment, Quantity, Said
from agent.coach.grounding.moments import DECIDED, NOW
from agent.coach.grounding.places import Place, owner_of, whose
from agent.coach.grounding.reader import read_mentions
from agent.coach.grounding.sentences import clock_said, in_minutes, instant_said, owners_of, timeframe_of
from agent.coach.grounding.vocabulary import LONG, NEUTRAL, SHORT, stems
from agent.coach.grounding.written import spelt

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
_TITLE: Final = "title"
_TELLING: Final = ("direction", "status", "verdict", "rule", "money", "price", "ratio")
_DESCRIBING: Final = ("description", "when_valid", "when_invalid", "references")
"""A rule's own words: they tell its numbers, and nothing of how it came out."""
_BOOKKEEPING: Final = ("columns", "left_out")
_OUTCOME_KEYS: Final = ("outcome", "before", "after")
_COUNTED_AS: Final = {
    "changes": "facts things conditions different", "deciding_rules": "gates closed blocked shut failed",
    "votes": "voted",
}  # fmt: skip
"""What else a list may be counted as."""
_HOLIDAY_TOLD: Final = re.compile(r"(?:[:;] |\bnow )it is (?P<denied>not )?a bank holiday\b", re.IGNORECASE)
_FLAGS: Final = ("is_counter_trend", "bank_holiday", "market_open")
_DECIDED_KEYS: Final = dict.fromkeys(("as_of", "timestamp", "summary", "at"), DECIDED) | dict.fromkeys(
    ("now", "new_york_time"), NOW
)
_ISO: Final = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d"
    r"|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
)
BREAKS: Final = ("bos", "choch")
_BREAK: Final = re.compile(r"\b(?:BOS|CHoCH)\b", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"(\b\d{1,2}(?:\.\d{1,2}){0,2}) [A-Z][^(),:;]{2,60} \((\d)\)")
_ID: Final = re.compile(r"[A-Za-z_][\w.-]*(?::[\w.+-]+){2,}|[0-9a-f]{16,64}")


@dataclass(slots=True)
class Gatherer:
    """Turns an answer, or the user's words, into knowledge.

    Attributes:
        known_rules: names by rule id.
        before: the identifiers that were known before it.
        asked: what was looked up among the identifiers: all of `before` that what is gathered depends on.
    """

    known_rules: Mapping[str, str]
    before: Set[str] = frozenset()
    knowledge: Knowledge = field(default_factory=Knowledge)
    asked: set[str] = field(default_factory=set)
    echoes: Asked = NOTHING
    tool_words: frozenset[str] = frozenset()

    def __contains__(self, identifier: object) -> bool:
        """Whether an identifier is known by now; notes that it was asked for."""
        self.asked.add(str(identifier))
        return identifier in self.before or identifier in self.knowledge.names

    def take_answer(self, evidence: Evidence) -> None:
        """Take a tool's answer; a refusal, or what is no JSON object, tells nothing."""
        call, tool, answer = evidence["call_id"], evidence["tool"], evidence["answer"]
        if answer.lstrip().startswith(_REFUSAL):
            self._take_refusal(answer, call)
            return
        try:
            told = json.loads(answer, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
        except (ValueError, RecursionError):
            return
        if not isinstance(told, dict):
            return
        self.echoes = Asked.of(evidence["arguments"])
        self.tool_words = words = stems(_also(f"{tool} {told.get('tool', '')}"))
        place = replace(Place(call, "", f"{call}:", words), **whose(tool, told))
        self.take_value(told, place, "", {"tool": tool})

    def _take_refusal(self, answer: str, call: str) -> None:
        """Take the rules a refusal names, for those who cite them; it tells nothing else."""
        _, mentions = read_mentions(spelt(answer), self.known_rules, ())
        for one in mentions:
            if one.kind == "rule" and isinstance(one.said, Said):
                self.knowledge.rules[one.said.word].append(call)

    def take_said(self, text: str) -> None:
        """Take the user's own words."""
        self.take_text(text, Place(USER, "", USER, frozenset(), origin=Origin(nature="said")))

    def take_value(self, value: Any, place: Place, key: str, siblings: Mapping[str, Any]) -> None:
        """Take any JSON value."""
        if place.depth > _DEEPEST:
            return
        match value:
            case dict():
                self._take_object(value, place, siblings)
            case list():
                self._take_list(value, place, key, siblings)
            case Decimal():
                self._take_number(value, place, key, siblings)
            case bool() if key in _FLAGS:
                flag = KnownWord(key, None, place.group, place.source, place.origin, is_denied=not value)
                self.knowledge.flags.append(flag)
            case str():
                self._take_string(value, place, key, siblings)

    def _take_object(self, told: Mapping[str, Any], place: Place, outer: Mapping[str, Any]) -> None:
        labels = " ".join(str(told[name]) for name in _LABELS if isinstance(told.get(name), str))
        inside = replace(
            place,
            group=place.source,
            words=place.words | stems(_also(labels)),
            rules=self._rules_of(told) or place.rules,
            origin=owner_of(told, place),
        )
        self._take_verdicts(told, inside)
        self._take_event(told, inside)
        columns = told.get("columns")
        siblings = {**{name: outer[name] for name in outer if name == "tool"}, **told}
        for key, value in told.items():
            if key == "rows" and isinstance(columns, list) and isinstance(value, list):
                self._take_table([str(one) for one in columns], value, inside.under("rows"), siblings)
            elif key not in _BOOKKEEPING:
                self.take_value(value, inside.under(str(key)), str(key), siblings)

    def _take_table(
        self, columns: Sequence[str], rows: Sequence[Any], place: Place, siblings: Mapping[str, Any]
    ) -> None:
        for number, row in enumerate(rows):
            if isinstance(row, list):
                told = {"tool": siblings.get("tool", ""), **dict(zip(columns, row, strict=False))}
                self._take_object(told, replace(place, path=f"{place.path}.{number}"), {})
        self._count(len(rows), place, is_table=True)
        if "state" in columns:
            at = columns.index("state")
            alive = [one for one in rows if isinstance(one, list) and len(one) > at and one[at] == "alive"]
            fresh = place.words | stems("alive live fresh open unfilled standing")
            self._count(len(alive), replace(place, words=fresh, path=f"{place.path}.alive"), is_table=True)

    def _take_list(self, told: Sequence[Any], place: Place, key: str, siblings: Mapping[str, Any]) -> None:
        for number, value in enumerate(told):
            self.take_value(value, replace(place, path=f"{place.path}.{number}", depth=place.depth + 1), key, siblings)
        if key not in ("columns", "rows"):
            self._count(len(told), place)
            if key in _DECIDING or key in _RULE_LISTS:
                self._take_rule_list(told, place, key)

    def _count(self, count: int, place: Place, *, is_table: bool = False) -> None:
        key = place.path.rpartition(".")[2]
        words = place.words if is_table else (place.words - self.tool_words) | stems(key.replace("_", " "))
        words |= stems(_COUNTED_AS.get(key, ""))
        number = KnownNumber(
            Decimal(count), frozenset({None}), words, None, place.source, f"{place.source}.length", origin=place.origin
        )
        self.knowledge.numbers.append(number)

    def _take_number(self, value: Decimal, place: Place, key: str, siblings: Mapping[str, Any]) -> None:
        origin = place.origin
        if origin.nature != "supposed" and self.echoes.repeats(value, key, place.path):
            if origin.nature != "sized":
                return
            origin = replace(origin, nature="echoed")
        limit = _LIMITS.get(str(siblings.get("operator"))) if key in ("threshold", "needed") else None
        number = KnownNumber(
            value, units_of(key, siblings), place.words, role_of(key), place.group, place.source, place.rules, origin,
            limit=limit,
        )  # fmt: skip
        self.knowledge.numbers.append(in_minutes(number))

    def _take_string(self, text: str, place: Place, key: str, siblings: Mapping[str, Any]) -> None:
        plain = self.echoes.without(spelt(text)).strip()
        number = number_of(plain)
        if not plain or (number is not None and self.echoes.repeats(number, key, place.path)):
            return
        known, source = self.knowledge, place.source
        if key == _TITLE:
            known.titles.add(plain)
        if key == "bank_holiday":
            known.flags.append(KnownWord(key, None, place.group, source, place.origin))
        self._take_holiday(plain, place, key)
        if key == "profile":
            known.profiles.add(plain)
        if plain in _STATUSES and not place.is_foreign:
            known.statuses.append(KnownWord(plain, None, place.group, source, place.origin))
        self._take_token(plain, place, siblings)
        if plain in self.known_rules:
            known.rules[plain].append(source)
            if key in _VERDICT_LISTS:
                known.verdicts.append(KnownWord(_VERDICT_LISTS[key], plain, place.group, source, place.origin))
            return
        if _ISO.fullmatch(plain):
            instant = int(datetime.fromisoformat(plain.replace("Z", "+00:00")).timestamp())
            role = _DECIDED_KEYS.get(key) or (key.removesuffix("_at") if key.endswith("_at") else None)
            known.moments.append(KnownMoment(instant, None, place.group, source, role, place.origin))
        elif " " in plain or (any(one.isdigit() for one in plain) and not _ID.fullmatch(plain)):
            self.take_text(plain, place, key)

    def _take_holiday(self, text: str, place: Place, key: str) -> None:
        """Take what the sentence of a verdict, or of a change of facts, tells of the day."""
        if key in (_TITLE, *_DESCRIBING) or place.is_foreign:
            return
        for found in _HOLIDAY_TOLD.finditer(text):
            denied = found["denied"] is not None
            flag = KnownWord("bank_holiday", None, place.group, place.source, place.origin, is_denied=denied)
            self.knowledge.flags.append(flag)

    def _take_token(self, plain: str, place: Place, siblings: Mapping[str, Any]) -> None:
        """Take a direction, and every text without a blank as a name."""
        known, source = self.knowledge, place.source
        if plain in _DIRECTIONS and not place.is_foreign:
            path = f"{siblings.get('tool', '')} {place.path} {siblings.get('fact', '')} {siblings.get('label', '')}"
            known.directions.append(KnownWord(_DIRECTIONS[plain], subject_of(path), place.group, source, place.origin))
        if " " not in plain:
            known.names[plain].append(source)
            for found in _ISO.finditer(plain) if ":" in plain and not _ISO.fullmatch(plain) else ():
                instant = int(datetime.fromisoformat(found[0].replace("Z", "+00:00")).timestamp())
                known.moments.append(KnownMoment(instant, None, place.group, source, "named", place.origin))
            if plain.lower() in BREAKS:
                known.directions.append(KnownWord(plain.lower(), "break_type", place.group, source, place.origin))
            for part in plain.split(":"):
                if part in ("buy_side", "sell_side"):
                    known.directions.append(KnownWord(_DIRECTIONS[part], "pool", place.group, source, place.origin))

    def _rules_of(self, told: Mapping[str, Any]) -> frozenset[str]:
        named = {told[key] for key in _RULE_KEYS if isinstance(told.get(key), str) and told[key] in self.known_rules}
        listed = (
            {one for one in told.get("rules") or () if isinstance(one, str) and one in self.known_rules}
            if isinstance(told.get("rules"), list)
            else set()
        )
        return frozenset(named | listed)

    def _take_verdicts(self, told: Mapping[str, Any], place: Place) -> None:
        for rule in self._rules_of(told):
            self.knowledge.rules[rule].append(place.source)
            for key in _OUTCOME_KEYS:
                if told.get(key) in _OUTCOMES:
                    origin = place.under(key).origin
                    self.knowledge.verdicts.append(KnownWord(str(told[key]), rule, place.group, place.source, origin))

    def _take_event(self, told: Mapping[str, Any], place: Place) -> None:
        title, currency, impact = told.get("title"), told.get("currency"), told.get("impact")
        minutes = told.get("minutes_until")
        if isinstance(title, str) and isinstance(told.get("time"), str):
            words = [one if isinstance(one, str) else None for one in (currency, impact)]
            self.knowledge.events.append(
                KnownEvent(
                    spelt(title), words[0], words[1], place.group, minutes if isinstance(minutes, Decimal) else None
                )
            )

    def _take_rule_list(self, told: Sequence[Any], place: Place, key: str) -> None:
        deciding = key in _DECIDING
        for one in told:
            rule = (
                one
                if isinstance(one, str)
                else next((one[name] for name in _RULE_KEYS if name in one), None)
                if isinstance(one, dict)
                else None
            )
            if deciding and isinstance(rule, str) and rule in self.known_rules:
                word = KnownWord("deciding", rule, place.group, place.source, place.origin)
                self.knowledge.verdicts.append(word)

    def take_text(self, text: str, place: Place, key: str = "") -> None:
        """Take the claims of a sentence; they are known now. Of a foreign one only its counts, times and names."""
        passage, mentions = read_mentions(spelt(text), self.known_rules, self)
        self.knowledge.weights |= {(found[1], found[2]) for found in _WEIGHT.finditer(passage.plain)}
        for found in _BREAK.finditer(passage.plain):
            group = f"{place.group}#{passage.sentence(found.start())[0]}"
            word = KnownWord(found[0].lower(), "break_type", group, place.source, place.origin)
            self.knowledge.directions.append(word)
        unit_of_clause: dict[int, str] = {}
        owners = owners_of(passage, mentions)
        for one in mentions:
            if place.is_foreign and _is_telling(one):
                continue
            if place.changed and key == "sentence" and one.kind == "status":
                continue  # both decisions tell their own
            if key in _DESCRIBING and one.kind in ("direction", "status", "verdict"):
                continue
            if isinstance(one.said, Quantity) and self.echoes.repeats(one.said.value, "", place.path):
                continue
            start, end = passage.clause(one.start)
            words = place.words | stems(passage.plain[start:end])
            here = replace(place, words=words, group=f"{place.group}#{passage.sentence(one.start)[0]}")
            here = replace(here, timeframe=timeframe_of(mentions, start, end))
            here = replace(
                here, role=_DECIDED_KEYS.get(key) or (key.removesuffix("_at") if key.endswith("_at") else None)
            )
            here = replace(here, rules=owners.get(passage.sentence(one.start)[0]) or owners.get(-1) or place.rules)
            self._take_mention(one, here, unit_of_clause, start)

    def _take_mention(self, one: Mention, place: Place, units: dict[int, str], clause: int) -> None:
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
                    place.origin,
                    said.nouns,
                    said.limit,
                )
                known.numbers.append(number)
            case Moment() as said:
                known.moments.append(
                    KnownMoment(
                        instant_said(said, place),
                        clock_said(said, place),
                        place.group,
                        source,
                        place.role,
                        place.origin,
                    )
                )
            case Said() as said:
                self._take_word(one, said, place)

    def _take_word(self, one: Mention, said: Said, place: Place) -> None:
        known, source = self.knowledge, place.source
        match one.kind:
            case "direction":
                word = KnownWord(
                    said.word, said.subject, place.group, source, place.origin, said.is_denied, place.timeframe
                )
                known.directions.append(word)
            case "status":
                is_supposed = said.is_supposed and place.origin.nature == "told"
                origin = replace(place.origin, nature="supposed") if is_supposed else place.origin
                known.statuses.append(KnownWord(said.word, None, place.group, source, origin, said.is_denied))
            case "rule":
                known.rules[said.word].append(source)
            case "verdict":
                known.verdicts.append(KnownWord(said.word, said.subject, place.group, source, place.origin))
            case _:
                known.names[said.word].append(source)


_LIMITS: Final[dict[str, Limit]] = {"at_least": "least", "more_than": "least", "at_most": "most", "less_than": "most"}


def _also(labels: str) -> str:
    """Return labels with the short names of what they name."""
    plain = labels.replace("_", " ")
    return f"{plain} FVG FVGs" if "fair value gap" in plain.lower() else plain


def _is_telling(one: Mention) -> bool:
    """Whether a mention says what no foreign text may tell: a number of something known counts too."""
    return one.kind in _TELLING or (isinstance(one.said, Quantity) and one.said.role is not None)
