"""What people say of recorded runs, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Query, RunId, Time
from api.schemas.labels import LabelsDocument

Verdict = Literal["right", "wrong"]


class FeedbackBody(Body):
    """A verdict on what a run decided, and what would have been right."""

    verdict: Verdict
    labels: LabelsDocument | None = None
    note: str | None = Field(
        default=None, min_length=1, max_length=4000, description="In your own words.", examples=["The sweep is real."]
    )
    given_by: str = Field(
        default="owner", pattern=r"^\S(.{0,98}\S)?$", description="Whose verdict it is.", examples=["ann"]
    )


class Feedback(Answer):
    """One verdict as it is recorded; the newest of a person holds."""

    feedback_id: str = Field(examples=["9f1c2e6ab0d34f0c8a0f6d1e5b7c2a43"])
    run_id: RunId
    verdict: Verdict
    labels: LabelsDocument | None
    note: str | None
    given_by: str
    created_at: Time


class FeedbackList(Answer):
    """What was said of a run, the newest first."""

    total: int
    count: int
    items: list[Feedback]


class FeedbackQuery(Query):
    """Which part of the list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)
