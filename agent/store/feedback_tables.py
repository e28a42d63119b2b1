"""The table of what people say of recorded runs. Rows are only ever added: a trigger refuses anything else."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Identity, Index, Text, func
from sqlmodel import Field, SQLModel

VERDICTS = ("right", "wrong")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


class RunFeedbackRow(SQLModel, table=True):
    """One person's verdict on one run; ``labels`` is the document of what would have been right, byte for byte."""

    __tablename__ = "run_feedback"
    __table_args__: ClassVar[tuple[object, ...]] = (
        CheckConstraint(f"verdict IN {VERDICTS}", name="run_feedback_verdict_is_known"),
        Index("run_feedback_by_run", "owner_id", "run_id", "seq"),
    )

    feedback_id: str = Field(sa_column=_text(primary_key=True))
    owner_id: str = Field(sa_column=_text())
    run_id: str = Field(sa_column=Column(Text, ForeignKey("runs.run_id"), nullable=False))
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True))
    verdict: str = Field(sa_column=_text())
    labels: str | None = Field(sa_column=_text(nullable=True))
    note: str | None = Field(sa_column=_text(nullable=True))
    given_by: str = Field(sa_column=_text())
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now()))
