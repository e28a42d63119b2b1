"""The desk in the database: settings, trades, confirmations. Every statement is filtered by owner."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from psycopg.rows import DictRow

from agent.store.ids import is_id
from agent.store.pool import Database
from agent.store.records import Page
from tools.errors import SettingChanged, StoreUnavailable, TradeNotFound

SettingKind = Literal["account", "kill_switch", "mode", "profile", "risk"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One snapshot of one of an owner's settings; `version` counts from 1, `changed_at` is UTC epoch seconds."""

    kind: str
    version: int
    document: dict[str, Any]
    changed_by: str
    changed_at: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """An owner's settings by kind, those never set left out, and how far the ledger goes: (last trade, last close)."""

    settings: Mapping[str, Setting]
    ledger_mark: tuple[int, int]

    def version(self, kind: SettingKind) -> int:
        """Return the version in force, 0 where the setting was never made."""
        setting = self.settings.get(kind)
        return 0 if setting is None else setting.version


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade as it was recorded; times are UTC epoch seconds, what belongs to the close None while it is open.

    Attributes:
        client_id: the caller's own id, or None.
        direction: long or short.
        risk_pct: percent of the balance it risked, None where unknown.
        run_id: the analysis it came from, or None.
        pnl: what it made, in the account currency.
        result_r: what it made in multiples of its risk, None where that is not known.
    """

    trade_id: str
    symbol: str
    direction: str
    opened_at: int
    client_id: str | None = None
    risk_pct: float | None = None
    run_id: str | None = None
    closed_at: int | None = None
    pnl: float | None = None
    result_r: float | None = None


@dataclass(frozen=True, slots=True)
class Endings:
    """How many runs ended in a span of time, and how many of those failed."""

    ended: int
    failed: int


class DeskRepository:
    """Read and write an owner's desk."""

    def __init__(self, database: Database) -> None:
        """Work on a database that is open."""
        self._database = database

    async def in_force(self, owner_id: str) -> InForce:
        """Return every setting in force, in one round trip."""
        rows = await self._database.all("current_settings", owner_id=owner_id)
        mark = (rows[0]["last_trade"], rows[0]["last_close"]) if rows else (0, 0)
        return InForce({row["kind"]: _setting(row) for row in rows}, mark)

    async def put(
        self,
        kind: SettingKind,
        document: Mapping[str, Any],
        *,
        owner_id: str,
        changed_by: str,
        changed_at: int,
        reason: str | None,
        expected_version: int | None,
    ) -> Setting:
        """Add the next snapshot of a setting.

        Raises:
            SettingChanged: `expected_version` is given, and another is in force; nothing was written.
        """
        wanted = {"owner_id": owner_id, "kind": kind, "document": orjson.dumps(document).decode()}
        stamp = {"changed_by": changed_by, "changed_at": changed_at, "reason": reason}
        rows = await self._database.together(
            ("lock_desk", {"owner_id": owner_id}),
            ("put_setting", {**wanted, **stamp, "expected_version": expected_version}),
        )
        if not rows:
            raise await self.moved_on(kind, owner_id=owner_id, expected_version=expected_version or 0)
        return _setting(rows[0])

    async def moved_on(self, kind: SettingKind, *, owner_id: str, expected_version: int) -> SettingChanged:
        """Return the error that says which version is in force."""
        current = await self.count(kind, owner_id=owner_id)
        return SettingChanged(
            f"version {expected_version} of {kind.replace('_', ' ')} was expected, and version {current} is in force: "
            f"read it and decide again",
            current_version=current,
        )

    async def change_mode(
        self,
        from_mode: str,
        to_mode: str,
        *,
        owner_id: str,
        expected_version: int,
        token: str | None,
        needs_confirmation: bool,
        changed_by: str,
        changed_at: int,
        reason: str | None,
    ) -> Setting | None:
        """Go from one mode to another, spending the token; None: the mode has moved on, or the token is not good."""
        rows = await self._database.together(
            ("lock_desk", {"owner_id": owner_id}),
            (
                "change_mode",
                {
                    "owner_id": owner_id,
                    "from_mode": from_mode,
                    "to_mode": to_mode,
                    "expected_version": expected_version,
                    "token_sha256": _digest(token or ""),
                    "needs_confirmation": needs_confirmation,
                    "changed_by": changed_by,
                    "changed_at": changed_at,
                    "reason": reason,
                },
            ),
        )
        return _setting(rows[0]) if rows else None

    async def stop(self, *, owner_id: str, changed_by: str, changed_at: int, reason: str | None) -> Setting | None:
        """Switch to EMERGENCY_STOP from wherever it stands; None where it stands there already."""
        stamp = {"changed_by": changed_by, "changed_at": changed_at, "reason": reason}
        rows = await self._database.together(
            ("lock_desk", {"owner_id": owner_id}), ("stop_everything", {"owner_id": owner_id, **stamp})
        )
        return _setting(rows[0]) if rows else None

    async def keep_confirmation(
        self, token: str, *, owner_id: str, from_mode: str, to_mode: str, now: int, expires_at: int
    ) -> None:
        """Remember a token's digest for one step; the token itself is kept nowhere."""
        await self._database.all(
            "keep_confirmation",
            token_sha256=_digest(token),
            owner_id=owner_id,
            from_mode=from_mode,
            to_mode=to_mode,
            now=now,
            expires_at=expires_at,
        )

    async def count(self, kind: SettingKind, *, owner_id: str) -> int:
        """Return how many snapshots of a setting there are, which is the version in force."""
        row = await self._database.one("count_snapshots", owner_id=owner_id, kind=kind)
        return 0 if row is None else int(row["total"])

    async def history(self, kind: SettingKind, *, owner_id: str, limit: int, offset: int) -> Page[Setting]:
        """Return the snapshots of a setting, newest first."""
        total = await self.count(kind, owner_id=owner_id)
        rows = await self._database.all("setting_history", owner_id=owner_id, kind=kind, limit=limit, offset=offset)
        return Page(total, tuple(_setting(row) for row in rows), limit, offset)

    async def statements(self, until: int, *, owner_id: str) -> list[Setting]:
        """Return every snapshot of the account up to a version, the first made first."""
        rows = await self._database.all("account_statements", owner_id=owner_id, until=until)
        return [_setting(row) for row in rows]

    async def open_trade(self, trade: Trade, *, owner_id: str) -> bool:
        """Record a trade; False where its client id is taken or its run is not the owner's, and nothing was written."""
        return bool(
            await self._database.together(
                ("lock_desk", {"owner_id": owner_id}),
                (
                    "open_trade",
                    {
                        "owner_id": owner_id,
                        "trade_id": trade.trade_id,
                        "client_id": trade.client_id,
                        "symbol": trade.symbol,
                        "direction": trade.direction,
                        "opened_at": trade.opened_at,
                        "risk_pct": trade.risk_pct,
                        "run_id": trade.run_id,
                    },
                ),
            )
        )

    async def close_trade(
        self, trade_id: str, *, owner_id: str, closed_at: int, pnl: float, result_r: float | None
    ) -> bool:
        """Record how a trade ended; False where it is closed already, and nothing was written."""
        given = {"trade_id": trade_id, "closed_at": closed_at, "pnl": pnl, "result_r": result_r}
        return bool(
            await self._database.together(
                ("lock_desk", {"owner_id": owner_id}), ("close_trade", {"owner_id": owner_id, **given})
            )
        )

    async def trade(self, trade_id: str, *, owner_id: str) -> Trade:
        """Return a trade.

        Raises:
            TradeNotFound: no trade of this owner has that id.
        """
        row = None
        if is_id(trade_id):
            row = await self._database.one("get_trade", owner_id=owner_id, trade_id=trade_id, client_id=None)
        if row is None:
            raise TradeNotFound(f"no trade has the id {trade_id!r}")
        return _trade(row)

    async def trade_of_client(self, client_id: str, *, owner_id: str) -> Trade | None:
        """Return the trade a caller recorded under an id of its own, or None."""
        row = await self._database.one("get_trade", owner_id=owner_id, trade_id=None, client_id=client_id)
        return None if row is None else _trade(row)

    async def ledger(self, owner_id: str) -> list[Trade]:
        """Return every trade of an owner, in the order they were recorded."""
        return [_trade(row) for row in await self._database.all("ledger", owner_id=owner_id)]

    async def trades(
        self, *, owner_id: str, symbol: str | None, is_open: bool | None, limit: int, offset: int
    ) -> Page[Trade]:
        """Return an owner's trades, the latest opened first; `is_open` None lists open and closed ones."""
        conditions = ["t.owner_id = %(owner_id)s"]
        if symbol is not None:
            conditions.append("t.symbol = %(symbol)s")
        if is_open is not None:
            conditions.append(f"c.closed_at IS {'' if is_open else 'NOT '}NULL")
        given: dict[str, object] = {"owner_id": owner_id, "symbol": symbol}
        counted = await self._database.filtered("count_trades", conditions, **given)
        rows = await self._database.filtered("page_trades", conditions, limit=limit, offset=offset, **given)
        return Page(counted[0]["total"], tuple(_trade(row) for row in rows), limit, offset)

    async def recent_endings(self, minutes: int, *, owner_id: str) -> Endings:
        """Count the runs that completed or failed in the last minutes, by the database's clock."""
        row = await self._database.one("recent_endings", owner_id=owner_id, minutes=minutes)
        if row is None:
            raise StoreUnavailable("the database counted nothing")
        return Endings(row["ended"], row["failed"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _setting(row: DictRow) -> Setting:
    names: Sequence[str] = Setting.__slots__
    return Setting(**{name: row[name] for name in names})


def _trade(row: DictRow) -> Trade:
    names: Sequence[str] = Trade.__slots__
    return Trade(**{name: row[name] for name in names})
