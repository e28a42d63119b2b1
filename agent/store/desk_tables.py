"""The desk's tables: an owner's settings as numbered snapshots, the trades taken, and confirmations under way.

Settings, trades and their closes are only ever added: a trigger refuses anything else. A confirmation is deleted when
it is used.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SETTING_KINDS = ("account", "kill_switch", "mode", "profile", "risk")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


def _now() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False, server_default=func.now())


class SettingRow(SQLModel, table=True):
    """One snapshot of one of an owner's settings; the highest version is the one in force."""

    __tablename__ = "settings"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint(f"kind IN {SETTING_KINDS}", name="settings_kind_is_known"),
        CheckConstraint("version > 0", name="settings_version_counts_from_one"),
    )

    owner_id: str = Field(sa_column=_text(primary_key=True))
    kind: str = Field(sa_column=_text(primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    document: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_by: str = Field(sa_column=_text())
    changed_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str | None = Field(sa_column=_text(nullable=True))


class TradeRow(SQLModel, table=True):
    """One trade as it was taken; ``opened_at`` is UTC epoch seconds. It is open until it has a close."""

    __tablename__ = "trades"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint("direction IN ('long', 'short')", name="trades_direction_is_known"),
        UniqueConstraint("owner_id", "client_id", name="trades_one_per_client_id"),
        Index("trades_by_time", "owner_id", "opened_at", "seq"),
        Index("trades_by_seq", "owner_id", "seq"),
    )

    owner_id: str = Field(sa_column=_text(primary_key=True))
    trade_id: str = Field(sa_column=_text(primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True))
    client_id: str | None = Field(sa_column=_text(nullable=True))
    symbol: str = Field(sa_column=_text())
    direction: str = Field(sa_column=_text())
    opened_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    risk_pct: float | None = Field(sa_column=Column(Float, nullable=True))
    run_id: str | None = Field(sa_column=Column(Text, ForeignKey("runs.run_id"), nullable=True))
    recorded_at: datetime = Field(sa_column=_now())


class TradeCloseRow(SQLModel, table=True):
    """How a trade ended: what it made in the account currency and, where its risk is known, in R."""

    __tablename__ = "trade_closes"
    __table_args__: ClassVar[tuple[object, ...]] = (
        ForeignKeyConstraint(["owner_id", "trade_id"], ["trades.owner_id", "trades.trade_id"]),
        Index("trade_closes_by_seq", "owner_id", "seq"),
    )

    owner_id: str = Field(sa_column=_text(primary_key=True))
    trade_id: str = Field(sa_column=_text(primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True))
    closed_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    pnl: float = Field(sa_column=Column(Float, nullable=False))
    result_r: float | None = Field(sa_column=Column(Float, nullable=True))
    recorded_at: datetime = Field(sa_column=_now())


class ConfirmationRow(SQLModel, table=True):
    """A confirmation that was asked for: the token's SHA-256, and the one step it is good for until it expires."""

    __tablename__ = "confirmations"
    __table_args__: ClassVar[tuple[object, ...]] = (Index("confirmations_by_owner", "owner_id"),)

    token_sha256: str = Field(sa_column=_text(primary_key=True))
    owner_id: str = Field(sa_column=_text())
    from_mode: str = Field(sa_column=_text())
    to_mode: str = Field(sa_column=_text())
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
