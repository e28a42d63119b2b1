"""Signs of life, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer

Verdict = Literal["ok", "failing"]


class Part(Answer):
    """What one part of the service answered when it was asked just now."""

    name: str
    ok: bool
    detail: str
    latency_ms: float | None


class Health(Answer):
    """Whether everything the service leans on answered; 503 where something did not."""

    status: Verdict
    version: str
    database: Part
    migrations: Part
    wakeups: Part = Field(description="Without it readers of events only wait a little longer.")
    threads: Part = Field(description="What of this worker begins runs of threads and writes their events.")
    data_sources: list[Part]


class RulebookInUse(Answer):
    """A profile new runs are judged by."""

    profile: str
    hash: str
    rules: int
    calibration: str | None = Field(description="Version of what its confidences were measured by, null without.")


class AgentHealth(Answer):
    """Whether the walk can be walked."""

    status: Verdict
    nodes: list[str] = Field(examples=[["bias", "liquidity", "structure", "entry", "risk"]])
    rulebooks: list[RulebookInUse]
    calibration: str | None = Field(
        description="Which profiles the calibration is said of, in words; null where none is set.",
        examples=["calibration 1f0c8a2b94d7 measures strict"],
    )


class AgentState(Answer):
    """What the agent is at."""

    status: Literal["idle", "working"]
    runs: dict[str, int] = Field(description="How many recorded runs stand in each status.")


class Link(Answer):
    """Where to go next."""

    docs: str
    openapi: str
    health: str
    analyze: str


class Welcome(Answer):
    """What this is."""

    name: str
    version: str
    links: Link
