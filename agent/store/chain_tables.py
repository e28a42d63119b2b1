"""The chain that seals what was decided, as a table; see agent/audit/content.py for what each hash is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class ChainLinkRow(SQLModel, table=True):
    """One link of an owner's chain, 1, 2, 3, …; written with its decision. A trigger refuses changes."""

    __tablename__ = "audit_chain"
    __table_args__ = (
        UniqueConstraint("decision_id", name="audit_chain_one_per_decision"),
        CheckConstraint("seq > 0", name="audit_chain_counts_from_one"),
    )

    owner_id: str = Field(sa_column=Column(Text, primary_key=True, nullable=False))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    decision_id: str = Field(sa_column=Column(Text, ForeignKey("decisions.decision_id"), nullable=False))
    run_id: str = Field(sa_column=Column(Text, nullable=False))
    parts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    content_hash: str = Field(sa_column=Column(Text, nullable=False))
    previous_hash: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now()))
