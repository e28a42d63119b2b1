"""Advice to trade where the recorded decision is no trade: found by its words, refused with the rule."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.coach.grounding.claims import Evidence
from agent.coach.grounding.passages import read_passage
from tools.instruments import find_instrument

_TRADE: Final = "TRADE_NOW"
_VERBS: Final = (
    r"buy|sell|short|long|go (?:long|short)|enter|get (?:in|long|short)|take (?:it|the"
    r"|this|that|a)(?: (?!look|note|moment|breath|break|step|closer)|\b(?! ?(?:look|note"
    r"|moment|breath|break|step|closer)))(?:trade|long|short|setup|entry|position)?|"
    r"open (?:a|the|your)|place (?:a|the|your|an)|put (?:on|in) (?:a|the|an)"
    r"|pull the trigger|jump in|load up|fire|execute|add to|ride (?:it|the)|scale in"
)
_ADVICE: Final = re.compile(
    rf"(?:^|(?<=[.!?;:,\n(–]))[ \-#>\"(]{{0,12}}"
    r"(?:(?:so|then|now|just|and|okay|ok|yes|sure|well|please|personally|honestly|go ahead and|let's|next|today"
    r"|right now|definitely|but|still)\b,? {0,2}){0,6}"
    rf"(?P<plain>{_VERBS})\b"
    rf"|\b(?:you (?:should|could|can|may|might want to|need to|ought to|must|want to"
    rf"|are (?:good|clear|free) to|have to)|i(?:'d| would| recommend(?: that)? you"
    rf"| suggest(?: that)? you|'m going to)|"
    rf"we (?:should|can|could)|let's|i (?:recommend|suggest|advise)(?: you)?(?: to)?"
    rf"|my advice(?: is)?(?: to|:)?|feel free to|go ahead and|better to|best to|time to"
    rf"|worth|good (?:moment|time|chance|place) to|safe to|fine to|ok(?:ay)? to)"
    rf" (?:just |still |simply |now |go ahead and |to |probably |definitely |really "
    rf"|anyway |already |safely |comfortably )*(?P<told>{_VERBS}|buying|selling"
    rf"|going (?:long|short)|entering|taking (?:it|the|this|that|a))\b"
    rf"|\b(?P<call>(?:is|it's|looks like|that's|this is) (?:a|an) (?:\w+ ){{0,2}}(?:buy"
    rf"|sell)\b(?![- ]side)|strong (?:buy|sell)|(?:buy|sell) (?:now|here|at market|the dip"
    rf"|limit at)|enter (?:now|here|at market|long|short))",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:not|n't|never|no|cannot|can't|don't|do not|shouldn't|wouldn't|nothing|neither"
    r"|nor|without|before you|avoid|instead of|rather than|against|stop"
    r"|refuse)\b[^.;!?\n]{0,40}$",
    re.IGNORECASE,
)
_UNLESS: Final = re.compile(
    r"\b(?:if|once|until|unless|when|only|were|would have|had|whether|in case|suppose|supposing|before)\b",
    re.IGNORECASE,
)
_SAID_BY: Final = re.compile(
    r"\byou (?:said|asked|wrote|wanted|want|were asking|suggested|mentioned)\b[^.;!?\n]{0,30}$", re.IGNORECASE
)
_QUOTED: Final = re.compile(r'"[^"\n]{1,300}"')
_SYMBOL: Final = re.compile(r"\b[A-Z0-9]{2,7}(?:/[A-Z]{3,4})?\b")


@dataclass(frozen=True, slots=True)
class AdviceRefusal:
    """Advice that stands against the decision.

    Attributes:
        text: what is said instead, with the rule.
        run_id: of the decision it stands against; None where there is none.
        rule: the first rule that decided; None where none is known.
    """

    text: str
    run_id: str | None
    rule: str | None


def advice_against(answer: str, evidence: Sequence[Evidence]) -> AdviceRefusal | None:
    """Return the refusal of an answer that advises a trade its decision does not allow, None where it may stand.

    An imperative or a recommendation to buy, sell or enter is advice; a negation, a condition, a question and a quote
    of the user are not. It is held against the newest decision among the tools' answers: of the symbol it names, else
    of any. With no decision there is nothing to advise on.

    Args:
        answer: what the model said.
        evidence: the tools' answers of this thread, the oldest first.
    """
    decisions = list(_decisions(evidence))
    for at, symbol in _advised(answer):
        newest = _newest(decisions, symbol)
        if newest is None:
            return AdviceRefusal(_no_decision(symbol), None, None)
        if newest["status"] != _TRADE:
            return _refusal(newest, at)
    return None


def _advised(answer: str) -> Iterator[tuple[str, str | None]]:
    """Yield every piece of advice with the symbol its sentence names."""
    passage = read_passage(answer)
    plain = _QUOTED.sub(lambda found: " " * len(found[0]), passage.plain)
    for found in _ADVICE.finditer(plain):
        start, end = passage.sentence(found.end() - 1)
        group = found.lastgroup or "plain"
        before, sentence = plain[start : found.start(group)], plain[start:end]
        is_question = "?" in plain[max(start, end - 3) : end]
        if is_question or _DENIED.search(before) or _UNLESS.search(before) or _SAID_BY.search(before):
            continue
        if _DENIED.search(plain[max(start, found.start()) : found.start(group)]) or _is_plan(plain, found, group):
            continue
        symbols = [one.symbol for word in _SYMBOL.findall(sentence) if (one := find_instrument(word)) is not None]
        yield found[group], symbols[0] if symbols else None


def _is_plan(plain: str, found: re.Match[str], group: str) -> bool:
    """Whether what looks like an order is a noun: `Short answer`, `Buy-side liquidity`, `Long term`, `Entry at`."""
    behind = plain[found.end(group) : found.end(group) + 24].lower()
    said = found[group].lower()
    if said.startswith("take") and behind.startswith(
        (" a look", " look", " note", " moment", " breath", " break", " step", " closer")
    ):
        return True
    if said in ("long", "short"):
        return re.match(
            r" (?:it\b|the|this|at|now|here|eur|gbp|[a-z]{6}\b|from|into|with)", behind
        ) is None or behind.startswith(" answer")
    if said in ("buy", "sell"):
        return behind.startswith(("-side", " side", "-to", "ers", "ing"))
    return said == "fire" and not behind.startswith((" it", " away"))


def _decisions(evidence: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    """Yield every decision the tools told of, with the rule that decided, in the order they were told."""
    for one in evidence:
        try:
            told = json.loads(one["answer"])
        except ValueError:
            continue
        if isinstance(told, dict):
            for key in ("decision", "other"):
                if isinstance(told.get(key), dict) and "status" in told[key]:
                    yield {**told[key], "rule": _deciding(told, told[key])}
            for row in told.get("decisions") or ():
                if isinstance(row, dict) and "status" in row:
                    yield {**row, "rule": (row.get("deciding_rule"), None, row.get("reason"))}


def _deciding(told: Mapping[str, Any], decision: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    rules = told.get("deciding_rules")
    if isinstance(rules, list) and rules and isinstance(rules[0], dict):
        return rules[0].get("rule"), rules[0].get("name"), rules[0].get("sentence")
    verdict = told.get("verdict")
    if isinstance(verdict, dict) and verdict.get("decides"):
        return verdict.get("rule"), verdict.get("name"), verdict.get("sentence")
    return None, None, None


def _newest(decisions: Sequence[dict[str, Any]], symbol: str | None) -> dict[str, Any] | None:
    """Return the newest decision of a symbol, by when it was taken, then told; with its rule where one was told."""
    matching = [one for one in decisions if symbol is None or one.get("symbol") == symbol]
    if not matching:
        return None
    newest = max(enumerate(matching), key=lambda one: (str(one[1].get("as_of", "")), one[0]))[1]
    rules = [one["rule"] for one in matching if one.get("run_id") == newest.get("run_id") and one["rule"][0]]
    return {**newest, "rule": rules[0] if rules else (None, None, None)}


def _refusal(decision: Mapping[str, Any], advised: str) -> AdviceRefusal:
    rule, name, sentence = decision["rule"]
    run_id = str(decision.get("run_id"))
    because = f", because of rule {rule}{f' {name}' if name else ''}" if rule else ""
    why = f": {sentence}" if sentence else ""
    text = f"I will not advise that: the decision on {decision.get('symbol')} is {decision['status']}{because}{why}."
    return AdviceRefusal(text.replace("..", "."), run_id, rule)


def _no_decision(symbol: str | None) -> str:
    of = f" of {symbol}" if symbol else ""
    return (
        f"I will not advise a trade: no decision{of} is known in this conversation. Ask me to analyse the market first."
    )
