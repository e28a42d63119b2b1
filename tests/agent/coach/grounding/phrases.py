"""Phrases a fluent model would say of a tool's answer, written by hand; a mark around each value names its kind.

``«px|1.0523»`` is a price, ``num`` a number, ``pct`` a percentage, ``r`` a multiple of the risk, ``dir`` a direction,
``t`` a time, ``rule`` a rule id, ``dur`` a duration, ``money`` money, ``neg`` a signed number.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

Told = dict[str, Any]
_NEW_YORK: Final = ZoneInfo("America/New_York")
_WORDS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_SIDE: Final = {"bullish": "long", "bearish": "short"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def utc(text: str) -> str:
    return f"{moment(text):%H:%M} UTC"


def new_york(text: str) -> str:
    return f"{moment(text).astimezone(_NEW_YORK):%H:%M} New York"


def day(text: str) -> str:
    at = moment(text)
    return f"{at.day} {at:%B %Y}"


def in_words(count: int) -> str:
    return _WORDS[count] if 0 < count < len(_WORDS) else str(count)


def plain(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def of_decision(told: Told) -> Iterator[str]:
    """Say what was decided, when, and how sure."""
    decision = told["decision"]
    symbol, status, at = decision["symbol"], decision["status"], decision["as_of"]
    score, confidence = plain(float(decision["confluence_score"])), decision["confidence"]
    yield f"The latest call on {symbol} is **{status}**, taken at «t|{utc(at)}»."
    yield f"{symbol} came back {status} on «t|{day(at)}» (that's «t|{new_york(at)}» time)."
    yield f"As of «t|{at}» the answer for {symbol} is {status}."
    yield f"It scored «num|{score}» of 10 confluence points."
    yield f"Confluence stands at «num|{score}» points."
    yield f"- **Confluence:** «num|{score}» of 10"
    yield f"The confidence is «num|{confidence}», which is uncalibrated."
    if confidence >= 0.1 and round(confidence * 100, 1) != confidence * 100:
        yield f"Confidence came out at «pct|{confidence * 100:.1f} %»."
        yield f"Confidence: «num|{confidence:.2f}»."
    yield f"Run `{decision['run_id']}` was judged by the {decision['profile']} profile at «t|{utc(at)}»."


def of_bias(told: Told) -> Iterator[str]:
    """Say which way the higher timeframes lean."""
    bias = told.get("bias")
    if bias is None:  # an answer about one rule
        return
    yield f"The higher-timeframe bias is «dir|{bias['value']}»."
    yield f"Bias: «dir|{bias['value']}»"
    if bias["value"] != "neutral":
        yield f"The daily picture leans «dir|{bias['value']}», so that's the bias we trade with."
    if bias["score"]:
        yield f"Its bias score is «neg|{plain(bias['score'])}»."


def of_rules(told: Told) -> Iterator[str]:
    """Say which rules decided, passed or were let through."""
    for one in told.get("deciding_rules", ()):
        rule, name = one["rule"], one["name"]
        said = {"fail": "was not met", "not_evaluated": "was not evaluated"}[one["outcome"]]
        yield f"The gate that closed is «rule|{rule}», {name}."
        yield f"What held us back is rule «rule|{rule}» ({name}): it {said}."
        yield f"{name} (rule «rule|{rule}») {said}."
        yield f"It was decided by rule «rule|{rule}»."
        yield f"Because of «rule|{rule}» {name} there is nothing to do here."
    for rule in told.get("passed", [])[:6]:
        yield f"Rule «passed|{rule}» passed."
    passed = told.get("passed", [])
    if len(passed) > 3:
        yield f"On the bright side, «passed|{passed[1]}» and «passed|{passed[2]}» both passed."
    for one in told.get("others_not_met", [])[:3]:
        if one["outcome"] == "fail":
            yield f"Rule «rule|{one['rule']}» ({one['name']}) also failed, though it did not decide."


def of_setup(told: Told) -> Iterator[str]:
    """Say what is offered, and what it risks."""
    setup, risk = told.get("setup"), told.get("risk")
    if not setup or not risk:
        return
    entry, stop, targets = setup["entry_price"], setup["stop_loss"], setup["take_profit"]
    side = _SIDE[setup["direction"]]
    yield f"The setup is a «dir|{side}»: entry «px|{entry}», stop «px|{stop}»."
    yield f"Entry at «px|{entry}» with the stop loss at «px|{stop}» and a target of «px|{targets[-1]}»."
    yield f"A «dir|{setup['direction']}» {setup['name']} was confirmed at «t|{utc(setup['confirmed_at'])}»."
    yield f"| entry | stop | target |\n|---|---|---|\n| «px|{entry}» | «px|{stop}» | «px|{targets[0]}» |"
    yield f"The idea is dead beyond the invalidation point of «px|{setup['invalidation_point']}»."
    yield f"R:R is «r|{plain(risk['rr'])}»."
    yield f"It pays «r|{plain(risk['rr'])}R» on the last target."
    yield f"You'd be risking «r|1:{plain(risk['rr'])}» reward-wise."
    yield f"Risk is «pct|{plain(float(risk['risk_pct']))} %» of the balance."
    if "risk_money" not in risk:  # no amount of the account's money is told any more, but answers recorded before do
        return
    yield f"Risk is «pct|{plain(float(risk['risk_pct']))} %», that is «money|{float(risk['risk_money']):,.2f} USD»."
    yield (
        f"That risks «money|${float(risk['risk_money']):,.0f}» with a size of "
        f"«num|{plain(float(risk['position_size']))}»."
    )
    yield f"The stop goes to breakeven at «px|{setup['breakeven_at_price']}»."
    for one in setup["partials"]:
        yield (
            f"Take «pct|{plain(float(one['share_pct']))} %» off at «px|{one['price']}», which is "
            f"«r|{plain(one['at_r'])} R»."
        )


def of_changes(told: Told) -> Iterator[str]:
    """Say what would have had to be different."""
    changes = told["changes"]
    if not changes or told["decision"]["status"] == "TRADE_NOW":
        return
    count = in_words(len(changes))
    yield f"It would be a trade with «cnt|{count}» fact{'s' if len(changes) > 1 else ''} changed."
    yield f"«cnt|{count.capitalize()}» thing{'s' if len(changes) > 1 else ''} would have had to be different."
    for one in changes[:6]:
        now, becomes, rule = one["now"], one["becomes"], one["rules"][0]
        if now is None or isinstance(now, bool | str) or isinstance(becomes, bool | str):
            continue
        unit = {"R": " R", "bars": " bars", "percent": "%", "points": " points", "ATR": " ATR"}.get(one["unit"], "")
        kind = {"R": "r", "percent": "pct"}.get(one["unit"], "num")
        verb = "rise" if becomes > now else "fall"
        if unit:
            yield (
                f"The {one['label']} would need to {verb} from «{kind}|{plain(now)}{unit}» to "
                f"«{kind}|{plain(becomes)}{unit}»."
            )
        yield (
            f"Rule «rule|{rule}» wants the {one['label']} at «{kind}|{plain(becomes)}{unit}»; it "
            f"is «{kind}|{plain(now)}{unit}»."
        )
        yield (
            f"{one['label'].capitalize()}: «{kind}|{plain(now)}{unit}» now, "
            f"«{kind}|{plain(becomes)}{unit}» needed (rule «rule|{rule}»)."
        )


def of_gaps(told: Told) -> Iterator[str]:
    """Say where zones lie."""
    noun = told["tool"].removeprefix("find_").replace("_", " ")
    yield f"The {told['timeframe']} chart has «cnt|{told['total']}» {noun}."
    yield f"I found «cnt|{told['total']}» {noun}; the last close is «px|{told['last_close']}»."
    for row in rows_of(told)[:5]:
        one = noun.removesuffix("s")
        yield f"There's a «dir|{row['direction']}» {one} between «px|{row['bottom']}» and «px|{row['top']}»."
        yield (
            f"A «dir|{row['direction']}» {one} spans «px|{row['bottom']}»–«px|{row['top']}», "
            f"confirmed at «t|{utc(row['confirmed_at'])}»."
        )
        yield f"Its midpoint (consequent encroachment) lies at «px|{row['middle']}»."
        if row.get("touched_at"):
            yield f"The {one} at «px|{row['top']}» was first touched at «t|{new_york(row['touched_at'])}»."


def of_pools(told: Told) -> Iterator[str]:
    """Say where liquidity rests."""
    for row in rows_of(told)[:5]:
        side = {"bullish": "buy-side", "bearish": "sell-side"}[row["direction"]]
        yield f"«dir|{side.capitalize()}» liquidity rests at «px|{row['price']}»."
        yield (
            f"The {row['kind'].replace('_', ' ')} pool at «px|{row['price']}» was confirmed at "
            f"«t|{utc(row['confirmed_at'])}»."
        )
        if row["taken_at"]:
            yield f"The pool at «px|{row['price']}» was taken at «t|{new_york(row['taken_at'])}»."
    yield f"«cnt|{told['total']}» liquidity pools are on record."


def of_breaks(told: Told) -> Iterator[str]:
    """Say how structure broke."""
    for row in rows_of(told)[:5]:
        yield (
            f"A «dir|{row['direction']}» {row['type']} went through «px|{row['price']}» at "
            f"«t|{utc(row['confirmed_at'])}»."
        )
        yield f"Structure: «dir|{row['direction']}» {row['type']} ({row['scope']}) at «px|{row['price']}»."
    yield f"There are «cnt|{told['total']}» structure breaks in the window."


def of_range(told: Told) -> Iterator[str]:
    """Say where price stands in its range."""
    standing = told["dealing_range"]
    if standing is None:
        return
    yield f"The dealing range runs from «px|{standing['low']}» to «px|{standing['high']}»."
    yield (
        f"Price stands at «pct|{standing['pd_percent']} %» of the range, i.e. in «half|{standing['half']}»."
        if standing["half"] in ("premium", "discount")
        else f"Price stands at «pct|{standing['pd_percent']} %» of the range."
    )
    yield f"Equilibrium is «px|{standing['equilibrium']}»."
    if abs(standing["pd_percent"]) >= 10 and round(standing["pd_percent"]) != standing["pd_percent"]:
        yield f"We're trading around «pct|{standing['pd_percent']:.0f}%» of the range."
    yield f"The OTE sweet spot sits at «px|{standing['ote']['sweet_spot']}»."


def of_setups(told: Told) -> Iterator[str]:
    """Say which setups stood."""
    for row in rows_of(told)[:4]:
        yield (
            (
                f"A «dir|{row['direction']}» setup (rule «rule|{row['rule']}») had its entry at "
                f"«px|{row['entry']}» and its stop at «px|{row['stop']}»."
            )
            if row["rule"]
            else f"A «dir|{row['direction']}» setup had its entry at «px|{row['entry']}»."
        )
        yield (
            f"The «dir|{_SIDE[row['direction']]}» from «px|{row['entry']}» was confirmed at "
            f"«t|{utc(row['confirmed_at'])}»."
        )


def of_session(told: Told) -> Iterator[str]:
    """Say what the clock says."""
    yield f"It is «t|{utc(told['now'])}», which is «t|{new_york(told['now'])}»."
    following = told["next_kill_zone"]
    if following:
        name = following["name"].replace("_", " ")
        yield (
            f"The next kill zone, {name}, opens at «t|{utc(following['start'])}», in "
            f"«dur|{following['minutes_until']} minutes»."
        )
        yield f"Next up: {name} at «t|{new_york(following['start'])}»."
        yield f"You have «dur|{following['minutes_until']} min» until {name}."
    if told["minutes_left"]:
        yield f"The current window closes in «dur|{told['minutes_left']} minutes»."


def of_events(told: Told) -> Iterator[str]:
    """Say what is scheduled."""
    for one in told["events"]:
        yield f"{one['title']} is a {one['impact']}-impact {one['currency']} release at «t|{utc(one['time'])}»."
        yield (
            f"{one['title']} is due on «t|{day(one['time'])}» at «t|{new_york(one['time'])}»."
            if one["minutes_until"] > 0
            else f"{one['title']} came out «dur|{-one['minutes_until']} minutes» ago."
        )
        if one["minutes_until"] > 0:
            yield f"{one['title']} is «dur|{one['minutes_until']} minutes» away."
    yield f"The calendar lists «cnt|{in_words(told['total'])}» events."
    yield (
        f"Rule «rule|{told['news_rule']['rule']}» passed; it keeps "
        f"«dur|{told['news_rule']['window_minutes']:.0f} minutes» clear of high-impact news."
    )


def of_rule(told: Told) -> Iterator[str]:
    """Say what a rule demands."""
    if "demands" not in told:
        return
    yield f"Rule «rule|{told['rule']}» is {told['name']}."
    for one in told["demands"]:
        unit = {"R": " R", "ATR": " ATR", "points": " points"}[one["unit"]]
        yield (
            f"It asks for a {one['label']} of at least «num|{plain(one['threshold'])}{unit}» "
            f"(rule «rule|{told['rule']}»)."
        )
    for one in told["parameters"]:
        unit = {"R": " R", "ATR": " ATR", "points": " points", "bars": " bars"}[one["unit"]]
        yield f"Its {one['name'].replace('_', ' ')} is «num|{plain(one['value'])}{unit}»."


def of_size(told: Told) -> Iterator[str]:
    """Say how large a position is."""
    yield f"That makes «num|{told['contracts']} lots», risking «money|{told['risk_money']:.2f} USD»."
    yield f"At the stop you would lose «money|${told['risk_money']:,.0f}»."
    yield f"You can carry «num|{told['units']:,.0f} units» at that stop."
    yield f"The stop distance is «px|{told['stop_distance']}»."


def rows_of(told: Told) -> list[Told]:
    return [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]


PHRASES: Final[dict[str, tuple[Callable[[Told], Iterator[str]], ...]]] = {
    "explain_decision": (of_decision, of_bias, of_rules, of_setup),
    "why_not": (of_decision, of_changes),
    "find_fair_value_gaps": (of_gaps,), "find_order_blocks": (of_gaps,), "find_breakers": (of_gaps,),
    "find_inverse_gaps": (of_gaps,), "find_liquidity_pools": (of_pools,), "find_structure_breaks": (of_breaks,),
    "read_dealing_range": (of_range,), "find_setups": (of_setups,), "session_now": (of_session,),
    "economic_events": (of_events,), "look_up_rule": (of_rule,), "size_position": (of_size,),
}  # fmt: skip
"""Who speaks of which tool's answer."""
