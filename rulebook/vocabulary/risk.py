"""Facts of the risk node: the trade's own numbers, the trader's discipline, and what the judge adds up."""

from rulebook.fact_spec import CONFLUENCE, FactSpec, count, number

_TRADE = (
    number(
        "risk.reward_ratio",
        "risk",
        "R",
        "reward for the risk",
        "Distance to the farthest offered target over the distance to the stop.",
    ),
    number(
        "risk.first_target_r",
        "risk",
        "R",
        "reward at the first target",
        "Distance to the nearest offered target over the distance to the stop.",
    ),
    count(
        "risk.targets",
        "risk",
        "number of targets",
        "Untaken pools ahead that are offered as targets.",
    ),
    number(
        "risk.stop_beyond_atr",
        "risk",
        "ATR",
        "stop beyond the invalidation point",
        "How far the stop lies beyond the price that proves the setup wrong, in ATR of the entry timeframe.",
    ),
    number(
        "risk.planned_pct",
        "risk",
        "percent",
        "planned risk",
        "Share of the account a full-size trade risks, before the sizing method or news make it smaller.",
    ),
    number(
        "risk.risk_pct",
        "risk",
        "percent",
        "risk on the account",
        "Share of the account the trade puts at risk, after the sizing method and a news factor.",
    ),
    count(
        "risk.position_steps",
        "risk",
        "position size",
        "How many of the instrument's smallest size steps the risk pays for, rounded down.",
        unit="steps",
    ),
)

_DISCIPLINE = (
    count(
        "discipline.session_trade_number",
        "risk",
        "session count with this trade",
        "Which trade of the session this would be: those already taken, and one.",
        unit="trades",
    ),
    count(
        "discipline.day_trade_number",
        "risk",
        "day count with this trade",
        "Which trade of the trading day this would be: those already taken, and one.",
        unit="trades",
    ),
    count(
        "discipline.session_losses",
        "risk",
        "number of losses this session",
        "Losing trades closed in the session under way.",
    ),
    count(
        "discipline.losses_in_row",
        "risk",
        "number of losses in a row",
        "Losing trades closed in the trading day since the last one that did not lose.",
    ),
    number(
        "discipline.minutes_since_loss",
        "risk",
        "minutes",
        "time since the last loss",
        "Minutes since the last losing trade closed; a year where there was none.",
    ),
    number(
        "discipline.daily_loss_pct",
        "risk",
        "percent",
        "loss of the day",
        "What the day's closed trades lost, in percent of the balance it began with; 0 for a gain.",
    ),
    number(
        "discipline.drawdown_pct",
        "risk",
        "percent",
        "drawdown of the account",
        "How far the balance stands below its highest, in percent of that.",
    ),
)

_CHECKS = (
    count(
        "governance.indicator_facts",
        "risk",
        "number of indicators in the evidence",
        "Pieces of evidence of this walk that are no ICT fact, candle, clock, calendar or account.",
    ),
    FactSpec(
        CONFLUENCE,
        "risk",
        "number",
        "points",
        "Sum of the weights of the rules that pass, out of ten.",
        label="confluence",
        derived=True,
    ),
)

FACTS = (*_TRADE, *_DISCIPLINE, *_CHECKS)
