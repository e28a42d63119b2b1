"""An owner's settings and trades as the wire shows them."""

from collections.abc import Sequence
from typing import Any

from agent.desk.configuration import profile_document
from agent.desk.judging import Judged
from agent.desk.kill_switch import Reading
from agent.desk.mode_switch import ModeState
from agent.desk.settings import Account, KillSwitch, RiskSettings
from agent.desk.state import own_profile
from agent.store.desk import Setting, Trade
from tools.times import iso_utc


def risk_state(setting: Setting | None) -> dict[str, Any]:
    """Return one snapshot of the risk settings, the usual ones where none were made."""
    risk = RiskSettings() if setting is None else RiskSettings.from_dict(setting.document)
    return {**_stamp(setting), **risk.to_dict()}


def account_state(setting: Setting | None, balance_now: float | None) -> dict[str, Any]:
    """Return one snapshot of the account, with its balance now; nulls where none was stated."""
    account = None if setting is None else Account.from_dict(setting.document)
    return {
        **_stamp(setting),
        "balance": None if account is None else account.balance,
        "currency": None if account is None else account.currency,
        "balance_now": None if account is None else balance_now,
    }


def kill_switch_state(setting: Setting | None, readings: Sequence[Reading]) -> dict[str, Any]:
    """Return one snapshot of the kill switch, and how its conditions stand."""
    switch = KillSwitch() if setting is None else KillSwitch.from_dict(setting.document)
    return {**_stamp(setting), **switch.to_dict(), "readings": [_reading(one) for one in readings]}


def profile_state(setting: Setting | None, judged: Judged) -> dict[str, Any]:
    """Return one snapshot of an own profile, and what judges where a request names no profile."""
    own, rulebook = own_profile(setting), judged.rulebook
    return {
        **_stamp(setting),
        "profile": None if own is None else own.name,
        "yaml": None if own is None else own.text,
        "document": None if own is None else profile_document(own.text),
        "judged_by": None if rulebook is None else rulebook.profile,
        "rulebook_hash": None if rulebook is None else rulebook.hash,
        "faults": list(judged.faults),
    }


def mode_state(state: ModeState) -> dict[str, Any]:
    """Return the mode in force, and where it may go."""
    return {
        "version": state.version,
        "changed_by": state.changed_by,
        "changed_at": None if state.since is None else iso_utc(state.since),
        "reason": state.reason,
        "mode": state.mode,
        "transitions": [
            {
                "mode": way.to_mode,
                "possible": way.is_possible,
                "lacks": list(way.lacks),
                "needs_confirmation": way.needs_confirmation,
            }
            for way in state.ways
        ],
    }


def snapshot(setting: Setting) -> dict[str, Any]:
    """Return one snapshot of a setting."""
    return {
        "version": setting.version,
        "changed_by": setting.changed_by,
        "changed_at": iso_utc(setting.changed_at),
        "reason": setting.reason,
        "document": setting.document,
    }


def trade_document(trade: Trade) -> dict[str, Any]:
    """Return one trade."""
    return {
        "trade_id": trade.trade_id,
        "client_id": trade.client_id,
        "symbol": trade.symbol,
        "direction": trade.direction,
        "status": "open" if trade.closed_at is None else "closed",
        "opened_at": iso_utc(trade.opened_at),
        "closed_at": None if trade.closed_at is None else iso_utc(trade.closed_at),
        "risk_pct": trade.risk_pct,
        "pnl": trade.pnl,
        "result_r": trade.result_r,
        "run_id": trade.run_id,
    }


def _stamp(setting: Setting | None) -> dict[str, Any]:
    if setting is None:
        return {"version": 0, "changed_by": None, "changed_at": None, "reason": None}
    whole = snapshot(setting)
    del whole["document"]
    return whole


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "condition": reading.condition,
        "figure": reading.figure,
        "threshold": reading.threshold,
        "fires": reading.fires,
        "sentence": reading.sentence,
    }
