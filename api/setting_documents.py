"""An owner's settings and trades as the wire shows them."""

from typing import Any

from agent.desk.configuration import profile_document
from agent.desk.desk import Desk
from agent.desk.kill_switch import Reading
from agent.desk.mode_switch import ModeState
from agent.desk.state import DeskState
from agent.store.desk import Setting, SettingKind, Trade
from rulebook.book import Rulebook
from tools.times import iso_utc


def risk_state(state: DeskState) -> dict[str, Any]:
    """Return the risk settings in force."""
    return {**_stamp(state, "risk"), **state.risk.to_dict()}


def account_state(state: DeskState, now: int) -> dict[str, Any]:
    """Return the account in force, with its balance at epoch second `now`."""
    ledger = state.ledger
    return {
        **_stamp(state, "account"),
        "balance": None if ledger is None else ledger.account.balance,
        "currency": None if ledger is None else ledger.account.currency,
        "balance_now": None if ledger is None else ledger.balance_at(now),
    }


async def kill_switch_state(desk: Desk, owner_id: str) -> dict[str, Any]:
    """Return the kill switch in force, and how its conditions stand."""
    state = await desk.state(owner_id)
    readings = [_reading(one) for one in await desk.readings(owner_id)]
    return {**_stamp(state, "kill_switch"), **state.kill_switch.to_dict(), "readings": readings}


def profile_state(state: DeskState, rulebook: Rulebook) -> dict[str, Any]:
    """Return the owner's own profile, and the rulebook that judges where a request names no profile."""
    own = state.profile
    return {
        **_stamp(state, "profile"),
        "profile": None if own is None else own.name,
        "yaml": None if own is None else own.text,
        "document": None if own is None else profile_document(own.text),
        "judged_by": rulebook.profile,
        "rulebook_hash": rulebook.hash,
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


def _stamp(state: DeskState, kind: SettingKind) -> dict[str, Any]:
    setting = state.settings.settings.get(kind)
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
