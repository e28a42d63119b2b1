"""What was traded: the ledger that discipline and the balance are read from."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.json_answer import JsonAnswer
from api.requests import canonical_symbol
from api.schemas import account as wire
from api.schemas.problems import problems
from api.setting_documents import trade_document
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute
from tools.instruments import instrument
from tools.times import iso_utc

router = APIRouter(route_class=StrictRoute, tags=["account"], prefix="/account")


@router.post(
    "/trades", status_code=201, response_model=wire.Trade, responses=problems(400, 404, 409, 413, 415, 422, 503)
)
async def open_trade(body: wire.OpenTradeBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Record that a trade was taken. An analysis alone never counts as one."""
    trade = await context.service.desk.trades.open(
        owner_id=owner_id,
        symbol=canonical_symbol(body.symbol),
        direction=body.direction,
        opened_at=body.opened_at,
        risk_pct=body.risk_pct,
        run_id=body.run_id,
        client_id=body.client_id,
    )
    return JsonAnswer(trade_document(trade), status_code=201)


@router.post(
    "/trades/{trade_id}/close",
    response_model=wire.Trade,
    responses=problems(400, 404, 409, 413, 415, 422, 503),
)
async def close_trade(trade_id: str, body: wire.CloseTradeBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Record how a trade ended; the same again changes nothing, anything else is refused."""
    trade = await context.service.desk.trades.close(
        trade_id, owner_id=owner_id, closed_at=body.closed_at, pnl=body.pnl, result_r=body.result_r
    )
    return JsonAnswer(trade_document(trade))


@router.get("/trades", response_model=wire.TradeList, responses=problems(400, 503))
async def list_trades(query: Annotated[wire.TradesQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> Response:
    """List trades, the latest opened first."""
    page = await context.service.desk.trades.page(
        owner_id=owner_id,
        symbol=None if query.symbol is None else canonical_symbol(query.symbol),
        is_open=None if query.status is None else query.status == "open",
        limit=query.limit,
        offset=query.offset,
    )
    items = [trade_document(trade) for trade in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


@router.get("/discipline", response_model=wire.DisciplineState, responses=problems(400, 404, 422, 503))
async def get_discipline(
    query: Annotated[wire.DisciplineQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """Show how the trader stands at a moment, by a market's trading day and the kill zones of the owner's profile.

    Where that profile has none of its own, the market's count.
    """
    market, at = instrument(query.symbol), context.clock() if query.at is None else query.at
    standing = await context.service.desk.discipline(market, at, owner_id=owner_id)
    found = standing.discipline.to_dict()
    del found["stopped"]
    return JsonAnswer({"symbol": market.symbol, "at": iso_utc(at), "balance": standing.balance, **found})
