"""What the offline model says: prose with places for what a tool told, and nothing else.

A template is a row of sentences. A sentence one of whose places has no value is left out, so each says no more than is
known. Digits stand in no template: every number of an answer is a tool's or the user's.
"""

from typing import Final

Template = tuple[str, ...]

TEMPLATES: Final[dict[str, Template]] = {
    # Why, and what was decided.
    "no_trade": ("No. {symbol} at {as_of} is {status}.",),
    "decided": ("{symbol} at {as_of} is {status}.",),
    "deciding": ("Rule {rule} ({name}) stands in the way: {sentence}.",),
    "deciding_too": ("So does rule {rule} ({name}): {sentence}.",),
    "also_failed": ("Also not met: {rules}.",),
    "trade": (
        "{symbol} at {as_of} is {status}: every gate is open.",
        "The setup is a {direction} {model}, with entry at {entry}, stop at {stop} and target at {target}.",
        "It pays {rr} R for the risk.",
    ),
    "trade_after_all": ("It was a trade.",),
    "not_so": ("It is not {asked}: it is {status}.",),
    "trade_old": ("It was decided {age} ago: nothing to act on now.",),
    "trade_simulated": ("It was decided on simulated candles: nothing to act on now.",),
    "trade_old_simulated": ("It was decided {age} ago, on simulated candles: nothing to act on now.",),
    "other_side": ("The setup was {direction}, so it was not a {asked}.",),
    "other_bias": ("The bias was {bias}, which did not favour a {asked}.",),
    "what_changes_it": ("What would change it: {changes}",),
    "stops_it": ("Nearest to stopping it: {stop}",),
    # What would have had to be different.
    "would_differ": ("{symbol} at {as_of} is {status}. For a trade, this would have had to be different:",),
    "change": ("- {sentence}. That opens {rules}.",),
    "change_alone": ("- {sentence}.",),
    "proved": ("Judged again with that changed, it would be a trade; with less, it would not.",),
    "nothing_helps": ("{symbol} at {as_of} is {status}. {sentence}",),
    "is_trade": ("Nothing: {symbol} at {as_of} is {status} as it stands.",),
    "would_stop": ("What would have stopped it, nearest first:",),
    "would_stop_only": ("{symbol} at {as_of} is {status}. What would stop it, nearest first:",),
    "stop": ("- {sentence}.",),
    # What if.
    "what_if": ("With {supposed}: {sentence}",),
    "what_if_reason": ("It would come to this: {reason}.",),
    "what_if_same": ("No rule comes out otherwise.",),
    "what_if_rules": ("What would change: {rules}.",),
    "what_if_setup": ("It would offer a {direction} {model} with entry at {entry} and stop at {stop}.",),
    "what_if_kept": ("This was only judged again; nothing of it is recorded.",),
    "what_if_what": (
        'Tell me what to suppose: another profile ("what if we used the relaxed profile?") or a fact with its value '
        '("what if the reward were …?").',
    ),
    "what_if_facts": ("What it lacks now: {changes}",),
    "suppose_price": (
        'I cannot suppose a price ("{said}"): prices are read from the chart, and rules read facts such as the reward '
        "for the risk.",
    ),
    "suppose_judged": ('I cannot suppose that ("{said}"): it is added up from the verdicts.',),
    "suppose_demand": ('I cannot suppose what a rule demands ("{said}"); another profile I can.',),
    "suppose_value": ('"{said}" names a fact without a value for it, so I leave it out.',),
    "suppose_unknown": ('"{said}" is no fact that I know, so I leave it out.',),
    "suppose_either": ("Facts and a profile I suppose one by one; here only the profile.",),
    "can_suppose": (
        "I can suppose the relaxed profile, or facts: the reward for the risk, the risk on the account, the bias and "
        "its strength, displacement, distance to news, and whether the market or a kill zone is open.",
    ),
    # Which decision.
    "no_such_id": (
        'I find no decision whose id begins with "{said}". Ask for a list of decisions to see those I have.',
    ),
    "no_such_place": ("I only find {count} decisions, so I cannot say which one you mean.",),
    "no_such_day": ('I cannot tell which day "{said}" is.',),
    "no_decision_on": ("I find no decision of {on}. Ask for a list of decisions to see those I have.",),
    "no_decision_of_on": ("I find no decision on {symbol} of {on}. Ask for a list of decisions to see those I have.",),
    "no_previous": ("I find no decision before this.",),
    "age": ("{symbol} at {as_of} is {status}; that was {age} ago.",),
    "origin_simulated": (
        "Simulated: the candles of {symbol} at {as_of} are made up, and nothing in them ever traded.",
    ),
    "origin_real": ("Not simulated: the candles of {symbol} at {as_of} come from the market's data source.",),
    "then": ("At {as_of} the {kill_zone} kill zone was open for {symbol}; it was {new_york_time} New York time.",),
    "then_none": ("At {as_of} no kill zone was open for {symbol}; it was {new_york_time} New York time.",),
    "part_unknown": ('To this part I have no answer in the trace: "{said}"',),
    "left_open": ('I answer only the first parts of this; ask again for: "{said}"',),
    # The clock.
    "clock_open": ("The {symbol} market is open; it is {new_york_time} New York time.",),
    "clock_shut": ("The {symbol} market is closed ({closed_reason}); it is {new_york_time} New York time.",),
    "clock_closed": ("The {symbol} market is closed; it is {new_york_time} New York time.",),
    "market_opens": ("It opens in {until}, at {market_opens}.",),
    "zone_now": ("The {kill_zone} kill zone is open, with {left} left.",),
    "no_zone": ("No kill zone is open.",),
    "zone_next": ("Next is {name}, in {until}, at {start_new_york} New York time ({start}).",),
    "zone_next_utc": ("Next is {name}, in {until}, at {start}.",),
    "zone_opens": ("{name} opens in {until}, at {start_new_york} New York time ({start}).",),
    "zone_opens_utc": ("{name} opens in {until}, at {start}.",),
    "zone_opens_again": ("{name} opens again in {until}, at {start_new_york} New York time ({start}).",),
    "zone_opens_again_utc": ("{name} opens again in {until}, at {start}.",),
    "zone_unknown": ("{asked} is none of the kill zones that lie ahead, so I cannot say when it opens.",),
    "silver_bullet": ("A silver bullet window is open: {silver_bullet}.",),
    "macro": ("The {macro} window is open too.",),
    "holiday": ("Today is a bank holiday ({bank_holiday}).",),
    "wait_time_only": ("Yes: time is what is missing. {changes}",),
    "wait_in_part": ("Only in part. Besides the clock, this would have to change: {changes}",),
    "wait_no": ("Not for this decision: what stands in its way is no matter of the clock. {changes}",),
    "wait_trade": ("There is nothing to wait for: {symbol} at {as_of} is {status}.",),
    "wait_nothing": ("Waiting alone does not help: {sentence}",),
    "wait_zone": ("That {name} opens changes nothing of it by itself.",),
    "wait_again": ("A new session brings new candles, so ask me to analyse {symbol} again then.",),
    "wait_clock_only": ("No decision is recorded to set against the clock.",),
    "mode": ("The mode is {mode}.",),
    "mode_stopped": ("Trading is stopped: the mode is {mode}.",),
    "stopped_first": ("Trading is stopped: the mode is {mode}.",),
    "stopped_unnamed": ("Trading is stopped.",),
    "mode_why": ("I only read it; it is changed in the settings.",),
    # The calendar.
    "events": ("Ahead for {symbol} until {until}:",),
    "event": ('- {time}: "{title}" ({currency}, {impact} impact), in {until}',),
    "event_past": ('- {time}: "{title}" ({currency}, {impact} impact), just past',),
    "event_all_day": ('- {time}, all day: "{title}" ({currency}, {impact} impact)',),
    "no_events": ("Nothing is scheduled for {symbol} until {until}, says the calendar.",),
    "events_unknown": (
        "I do not know what is scheduled for {symbol}: {why_unknown}. That is not the same as nothing.",
    ),
    "news_rule": ("Rule {rule} ({name}): {sentence}.",),
    # Rules.
    "rule": (
        "Rule {rule} is {name}.",
        "It means: {description}",
        "It passes when {when_valid}; it fails when {when_invalid}.",
    ),
    "rule_gate": ("It is a gate: where it fails, the walk ends.",),
    "rule_score": ("It is a score: it earns points and closes nothing.",),
    "rule_warning": ("It earns points, and where it fails it warns.",),
    "rule_parameter": ("- {value} as {name}: {description}",),
    "rule_parameters": ("By the {profile} profile:",),
    "rules_found": ("These rules speak of it:",),
    "rule_found": ("- Rule {rule} ({name}) means: {description}",),
    "rules_named": ("In the rulebook, {rules} speak of it.",),
    "rules_all": ("The rules of the {profile} profile:",),
    "rule_listed": ("- rule {rule} ({name})",),
    "rules_none": ('No rule speaks of "{words}". Ask by number, or by a word such as displacement or kill zone.',),
    "verdict": ("Rule {rule} ({name}) {outcome} on {symbol} at {as_of}: {sentence}.",),
    "rules_failed": ("Not passed on {symbol} at {as_of}: {rules}.",),
    "rules_none_failed": ("On {symbol} at {as_of} every rule that was judged passed.",),
    "rules_passed": ("Passed on {symbol} at {as_of}: {rules}.",),
    "rules_unjudged": ("Not evaluated on {symbol} at {as_of}: {rules}.",),
    "rules_behind": ("On {symbol} at {as_of} the rules behind the closed gate were not evaluated. {walk}.",),
    "let_through": ("{told}",),
    "rules_cut": ("The list of rules was too long to be told whole, so there may be more.",),
    "rules_all_judged": ("On {symbol} at {as_of} every rule on the way was evaluated.",),
    "definition": ("{term}: {meaning}",),
    "verdict_decides": ("It decided the outcome, {status}.",),
    "verdict_does_not": ("It did not decide the outcome, {status}.",),
    # Parts of a decision.
    "bias": ("The bias on {symbol} at {as_of} is {value}; {alignment}.", "The votes: {votes}."),
    "bias_unknown": ("No bias is known on {symbol} at {as_of}.",),
    "confidence": (
        "The confidence is {confidence} for {symbol} at {as_of}, which is {status}.",
        "{confluence}",
        "{basis}",
    ),
    "uncalibrated": ("It is uncalibrated: a grade of how strongly the rules hold, no chance of winning.",),
    "calibrated": ("It is calibrated: how often such trades were measured to win, no promise of this one.",),
    "setup": (
        "The setup on {symbol} at {as_of} is a {direction} {model}.",
        "Entry at {entry}, stop at {stop}, target at {target}.",
        "It is wrong beyond {invalidation}.",
        "It pays {rr} R for the risk.",
        "Breakeven at {breakeven}.",
    ),
    "price_yes": ("Yes: the {name} is {price}.",),
    "price_no": ("No: the {name} is {price}, not {asked}.",),
    "no_setup": ("No setup is offered: {symbol} at {as_of} is {status}.",),
    "risk": (
        "The trade on {symbol} at {as_of} risks {risk_pct} % of the account, with a size of {position_size}.",
        "How it was sized: {method}.",
    ),
    "no_risk": ("Nothing is at risk: {symbol} at {as_of} is {status}, so nothing was sized.",),
    "warnings": ("Warnings on {symbol} at {as_of}:",),
    "warning": ("- {text}.",),
    "no_warnings": ("{symbol} at {as_of} carries no warning.",),
    # Advice.
    "advice_refused": ("No. {symbol} at {as_of} is {status}, and I do not speak against the rulebook.",),
    "advice_wait": ("Not yet. {symbol} at {as_of} is {status}, and I do not speak against the rulebook.",),
    "advice_trade": ("The decision is yours.", "It was decided in mode {mode}; the mode now is {mode_now}."),
    "advice_over": ("It was decided in mode {mode}; the mode now is {mode_now}.",),
    "advice_none": ("I cannot say: there is no decision to go by, and without one I recommend nothing.",),
    # Lists.
    "decisions": ("The newest decisions:",),
    "decisions_of": ("The newest decisions on {symbol}:",),
    "decision_row": ("- {symbol} at {as_of}: {status}, by rule {deciding_rule}. {reason}.",),
    "decision_row_open": ("- {symbol} at {as_of}: {status}. {reason}.",),
    "no_decisions": ("No decision is recorded yet. Ask me to analyse a market by its symbol.",),
    "no_decisions_of": ("No decision on {symbol} is recorded yet. Ask me to analyse {symbol} now.",),
    "compared": (
        "{first} at {first_at} is {first_status}.",
        "{second} at {second_at} is {second_status}.",
        "Between them {differ}.",
    ),
    "compared_reasons": ("First: {first}.", "Then: {second}."),
    "compared_rules": ("Rules that come out otherwise: {rules}.",),
    "decisions_simulated": ("They rest on simulated candles: nothing there ever traded.",),
    "too_few": ("There are no two decisions to compare.",),
    # Sizes and instruments.
    "size": (
        "The size is {contracts} {units} of {symbol}, risking {risk_amount} {account_currency}.",
        "Sized at {risk_pct} % with entry {entry} and stop {stop}.",
    ),
    "size_exponent": ('You said "{said}": I do not read numbers written so, write them out.',),
    "size_range": ('You said "{said}", and those are two risks: name the one you mean.',),
    "size_comma": (
        'You said "{said}", and I cannot read that for certain: write thousands with a comma and decimals with a '
        "point.",
    ),
    "size_negative": ('You said "{said}", which is not above zero, so nothing can be sized by it.',),
    "size_percent": ('You said "{said}": a risk must be above zero and no more than the whole balance.',),
    "size_risk_money": ('You said "{said}", and I size by a risk in percent of the balance: say it in percent.',),
    "size_distance": ('You said "{said}", and I need the stop as a price.',),
    "size_two": ('You said "{said}" beside another number for the same, and I do not choose between them.',),
    "size_loose": ('You said "{said}", and I cannot tell what it is for.',),
    "size_misfit": (
        "Which market? The entry {entry} and the stop {stop} that you gave do not fit {symbol}.",
        "Its last close is {last_close}.",
    ),
    "size_none": ("Nothing can be sized on {symbol}: {reason}.",),
    "size_arithmetic": ("This is arithmetic, no advice.",),
    "size_of_decision": ("The decision's own size is {position_size}, risking {risk_pct} % of the account.",),
    "size_needs": (
        'To size a position I need {missing}. For instance: "size {symbol} for $…, risk … %, entry …, stop …".',
    ),
    "instrument": (
        "{symbol} is of class {asset_class}: tick {tick_size}, contract size {contract_size}, smallest size step "
        "{size_step}.",
        "It is quoted in {quote_currency}.",
        "It keeps the {calendar} calendar and the {kill_zones} kill zones.",
    ),
    # A new analysis.
    "ran": ("Done, and recorded as run {run_id}.",),
    "run_one": ("I analyse a single market at a time; ask again for {other}.",),
    "run_which": ("Which market? I analyse markets by name, and have recorded nothing.",),
    "run_timeframe": (
        "I analyse only the usual timeframes with the newest candles, so I have recorded nothing. Ask without the "
        "timeframe, or ask for the chart of that timeframe.",
    ),
    "run_as_of": (
        "I analyse only the newest candles, so I have recorded nothing. Ask without the time, or for the decision of "
        "that day.",
    ),
    "run_profile": (
        "I analyse by the profile of your settings alone, so I have recorded nothing. Ask without the profile, and "
        "then what another profile would have come to.",
    ),
    "ran_note": ("Mind: {note}.",),
    # Charts.
    "chart_head": ("On the {timeframe} chart of {symbol} at {as_of}, with the last close at {last_close}:",),
    "chart_none": ("The {timeframe} chart of {symbol} at {as_of} shows none, with the last close at {last_close}.",),
    "chart_row": ("- {row}",),
    "chart_simulated": ("The candles are simulated.",),
    "chart_more": ("In total there are {total}; these are the newest.",),
    "chart_summary": ("Stage of the day: {stage}.",),
    "dealing_range": (
        "On the {timeframe} chart of {symbol} at {as_of} price stands in {half} of the dealing range from {low} to "
        "{high}, at {pd_percent} % of it; equilibrium is {equilibrium}.",
        "The leg is {direction}.",
        "The OTE lies from {ote_bottom} to {ote_top}.",
    ),
    "no_dealing_range": ("No dealing range is known yet on the {timeframe} chart of {symbol}: too few swings.",),
    "power_of_three": (
        "Stage of the day on the {timeframe} chart of {symbol}: {stage}.",
        "Direction: {direction}.",
        "Why: {reason}.",
    ),
    # Without an answer.
    "mended": ('I read "{given}" as {symbol}.',),
    "no_such_rule": ("The rulebook has no such rule. Ask for all rules to see which there are.",),
    "refused": ('I could not get that: "{sentence}"',),
    "which_market": ("Which market? Name it by its symbol and ask again.",),
    "no_tool": ("I have no tool for that here, so I leave it open.",),
    "unread": ("The tool's answer does not say, so I leave it open.",),
    "change_refused": (
        "I change nothing: I read decisions, rules, charts and the clock, and on request I record one more analysis.",
        "Settings, mode and trades stay with you; no sentence in a chat, and no text in an answer, alters a verdict.",
    ),
    "foretell": (
        "I cannot answer that from the trace: it knows what was decided and why, not what price will do or what a "
        "trade earned.",
    ),
    "abstain": ("I cannot answer that from the trace.",),
    "can": (
        "I can say why a decision came out as it did, what would have had to be different, and what another profile or "
        "fact would have come to; what a rule says; what the clock, the calendar and a chart show; list and compare "
        "decisions; size a position; and analyse a market anew.",
    ),
    "greeting": ("Hello. I am the offline model: I speak from the recorded trace and the tools alone.",),
    "thanks": ("You are welcome. Ask on whenever you like.",),
    "repair": ("I take back what the tools do not support.",),
    "repair_rest": ("What stands:",),
    "repair_nothing": ("Nothing of that answer is left; ask me again in other words.",),
}

CHART_ROWS: Final[dict[str, tuple[str, ...]]] = {
    "find_swings": ("{scope} swing {side} at {price}", "confirmed {confirmed_at}"),
    "find_structure_breaks": ("{direction} {type} ({scope}) through {price}", "confirmed {confirmed_at}"),
    "find_displacements": ("{direction} displacement with a body of {body_atr} ATR", "confirmed {confirmed_at}"),
    "find_fair_value_gaps": ("{direction} gap from {bottom} to {top}", "confirmed {confirmed_at}", "{state}"),
    "find_inverse_gaps": ("{direction} inverse gap from {bottom} to {top}", "confirmed {confirmed_at}", "{state}"),
    "find_balanced_ranges": (
        "{direction} balanced range from {bottom} to {top}",
        "confirmed {confirmed_at}",
        "{state}",
    ),
    "find_volume_imbalances": (
        "{direction} volume imbalance from {bottom} to {top}",
        "confirmed {confirmed_at}",
        "{state}",
    ),
    "find_opening_gaps": ("{direction} {kind} from {bottom} to {top}", "confirmed {confirmed_at}", "{state}"),
    "find_order_blocks": (
        "{scope} order block, {direction}, from {bottom} to {top}",
        "confirmed {confirmed_at}",
        "{state}",
    ),
    "find_breakers": ("{direction} breaker from {bottom} to {top}", "confirmed {confirmed_at}", "{state}"),
    "find_mitigation_blocks": (
        "{direction} mitigation block from {bottom} to {top}",
        "confirmed {confirmed_at}",
        "{state}",
    ),
    "find_rejection_blocks": (
        "{direction} rejection block from {bottom} to {top}",
        "confirmed {confirmed_at}",
        "{state}",
    ),
    "find_liquidity_pools": (
        "{liquidity} pool at {price} ({kind})",
        "confirmed {confirmed_at}",
        "{state}",
        "{outcome}",
    ),
    "find_sweeps": ("{direction} sweep of {price} ({kind})", "confirmed {confirmed_at}"),
    "find_cisd": ("{direction} change in the state of delivery at {price}", "confirmed {confirmed_at}"),
    "find_smt": ("{direction} divergence at {price}", "led by {led_by}", "confirmed {confirmed_at}"),
    "find_judas_swings": ("Judas swing, {direction}, to {price}", "confirmed {confirmed_at}"),
    "find_setups": ("{direction} {model} setup at {entry}, stop {stop}", "confirmed {confirmed_at}", "{state}"),
    "read_chart_summary": ("{list}: {facts} found", "{alive} alive"),
}
"""How one fact of a chart is told; a part without its value is left out."""
MODELS: Final = {
    "ict_2022_model": "2022 model", "sweep_displacement_fvg": "sweep and gap", "mss_ote": "shift and OTE", "ote": "OTE",
    "fvg": "gap entry", "power_of_three": "power of three", "turtle_soup": "turtle soup",
    "silver_bullet": "silver bullet", "unicorn": "unicorn",
}  # fmt: skip
SIDES: Final = {"bullish": "long", "bearish": "short"}

LED_BY: Final = {"this": "this market", "companion": "its companion"}
SPOKEN: Final = {
    "new_york_am": "New York AM", "new_york_pm": "New York PM", "new_york": "New York", "london": "London",
    "london_close": "London close", "asia": "Asia", "nyse": "NYSE", "cme_equity": "CME equity", "cme_fx": "CME FX",
    "cme_energy_metals": "CME energy and metals",
}  # fmt: skip
OUTCOMES: Final = {
    "pass": "passed", "fail": "failed", "not_evaluated": "was not evaluated", "error": "ended in an error",
}  # fmt: skip
