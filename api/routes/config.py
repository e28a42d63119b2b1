"""What an owner has set: profile, risk, account, mode and kill switch. Every change is a numbered snapshot."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from agent.desk.configuration import Change, profile_text
from agent.desk.settings import Account, ErrorRate, KillSwitch, Limits, NewsSurge, RiskSettings
from agent.store.desk import Setting, SettingKind
from api.json_answer import JsonAnswer
from api.schemas import config as wire
from api.schemas.problems import problems
from api.setting_documents import (
    account_state,
    kill_switch_state,
    mode_state,
    profile_state,
    risk_state,
    snapshot,
)
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["settings"], prefix="/config")
_CHANGES: Final = problems(400, 409, 413, 415, 422, 503)
_KINDS: Final[dict[wire.Kind, SettingKind]] = {
    "profile": "profile",
    "risk": "risk",
    "account": "account",
    "mode": "mode",
    "kill-switch": "kill_switch",
}


@router.get("/profile", response_model=wire.ProfileState, responses=problems(503))
async def get_profile(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show the owner's own profile, and by which rulebook a request is judged that names none."""
    setting = await _in_force(context, owner_id, "profile")
    return JsonAnswer(profile_state(setting, await context.service.desk.judged(owner_id, setting)))


@router.put("/profile", response_model=wire.ProfileState, responses=_CHANGES)
async def put_profile(body: wire.ProfileBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Set a profile of one's own; every fault of it is named with its line and what to write instead.

    It is resolved together with the risk settings: where they do not fit it, it is refused and nothing is kept.

    In `errors`, `index` is the line, from 1: of the YAML as it was sent, or of the object written as YAML, whose line
    `got` shows.
    """
    text = body.yaml if body.document is None else profile_text(body.document)
    setting = await context.service.desk.configuration.put_profile(text, _change(body, owner_id))
    return JsonAnswer(profile_state(setting, await context.service.desk.judged(owner_id, setting)))


@router.get("/risk", response_model=wire.RiskState, responses=problems(503))
async def get_risk(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show how trades are sized, and what ends a session or a day."""
    return JsonAnswer(risk_state(await _in_force(context, owner_id, "risk")))


@router.put("/risk", response_model=wire.RiskState, responses=_CHANGES)
async def put_risk(body: wire.RiskBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Set how trades are sized, and what ends a session or a day; the limits reach the rulebook's parameters.

    They are resolved together with the owner's profile: where they do not fit it, they are refused and nothing is kept.
    """
    risk = RiskSettings(
        method=body.method,
        risk_pct=body.risk_pct,
        highest_pct=body.highest_pct,
        session_cap_pct=body.session_cap_pct,
        reduced_factor=body.reduced_factor,
        limits=Limits(**body.limits.model_dump()),
    )
    return JsonAnswer(risk_state(await context.service.desk.configuration.put_risk(risk, _change(body, owner_id))))


@router.get("/account", response_model=wire.AccountState, responses=problems(503))
async def get_account(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show the account, as stated and as it stands with the trades closed since."""
    state = await context.service.desk.state(owner_id)
    balance = None if state.ledger is None else state.ledger.balance_at(context.clock())
    return JsonAnswer(account_state(state.settings.settings.get("account"), balance))


@router.put("/account", response_model=wire.AccountState, responses=_CHANGES)
async def put_account(body: wire.AccountBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """State the account's balance as it is now; from here on what was traded is known, and not unknown."""
    account = Account(body.balance, body.currency)
    setting = await context.service.desk.configuration.put_account(account, _change(body, owner_id))
    return JsonAnswer(account_state(setting, account.balance))


@router.get("/mode", response_model=wire.ModeState, responses=problems(503))
async def get_mode(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show the trading mode, since when and by whom, and what every other mode lacks."""
    return JsonAnswer(mode_state(await context.service.desk.modes.state(owner_id)))


@router.put("/mode", response_model=wire.ModeState, responses=_CHANGES)
async def put_mode(body: wire.ModeBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Change the trading mode; a step to more autonomy is confirmed with the token that the first 409 gives.

    The token is good for this one step, once, for 60 seconds. `EMERGENCY_STOP` is reached at once from anywhere,
    whatever `expected_version` says, and left only to `ANALYSIS_ONLY`.
    """
    state = await context.service.desk.modes.change(
        body.mode,
        owner_id=owner_id,
        changed_by=owner_id,
        token=body.confirmation_token,
        expected_version=body.expected_version,
        reason=body.reason,
    )
    return JsonAnswer(mode_state(state))


@router.get("/kill-switch", response_model=wire.KillSwitchState, responses=problems(503))
async def get_kill_switch(context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show what stops everything by itself, and how each condition stands; asking stops nothing."""
    setting = await _in_force(context, owner_id, "kill_switch")
    return await _kill_switch(context, owner_id, setting)


@router.put("/kill-switch", response_model=wire.KillSwitchState, responses=_CHANGES)
async def put_kill_switch(body: wire.KillSwitchBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Set what stops everything by itself; it is looked at before every analysis in every mode but ANALYSIS_ONLY."""
    rate, surge = body.error_rate, body.news_surge
    switch = KillSwitch(
        daily_loss_pct=body.daily_loss_pct,
        error_rate=None if rate is None else ErrorRate(**rate.model_dump()),
        source_lost_minutes=body.source_lost_minutes,
        news_surge=None if surge is None else NewsSurge(**surge.model_dump()),
    )
    setting = await context.service.desk.configuration.put_kill_switch(switch, _change(body, owner_id))
    return await _kill_switch(context, owner_id, setting)


@router.post("/kill-switch/trip", response_model=wire.ModeState, responses=problems(400, 413, 415, 422, 503))
async def trip_kill_switch(body: wire.TripBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Stop everything now, by hand: the mode becomes EMERGENCY_STOP, and the next decision is NO_TRADE."""
    state = await context.service.desk.modes.stop(
        owner_id=owner_id, changed_by=owner_id, reason=f"kill switch by hand: {body.reason}"
    )
    return JsonAnswer(mode_state(state))


@router.get("/{kind}/history", response_model=wire.SnapshotList, responses=problems(400, 503))
async def list_setting_history(
    kind: wire.Kind, query: Annotated[wire.HistoryQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """List every snapshot of a setting, newest first, with who made it, when and why."""
    page = await context.service.desk.configuration.history(
        _KINDS[kind], owner_id=owner_id, limit=query.limit, offset=query.offset
    )
    items = [snapshot(one) for one in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


async def _in_force(context: Context, owner_id: str, kind: SettingKind) -> Setting | None:
    return (await context.service.desk.state(owner_id)).settings.settings.get(kind)


async def _kill_switch(context: Context, owner_id: str, setting: Setting | None) -> Response:
    switch = KillSwitch() if setting is None else KillSwitch.from_dict(setting.document)
    return JsonAnswer(kill_switch_state(setting, await context.service.desk.readings(owner_id, switch)))


def _change(body: wire.Change, owner_id: str) -> Change:
    return Change(owner_id, changed_by=owner_id, reason=body.reason, expected_version=body.expected_version)
