"""Say whether a run decided rightly, and what would have been right."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from agent.store.feedback import Feedback
from api.json_answer import JsonAnswer
from api.run_documents import stamp
from api.schemas import feedback as wire
from api.schemas.problems import problems
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["runs"])
_LOCATION: Final = {"description": "Where the verdict is.", "schema": {"type": "string"}}


@router.post(
    "/runs/{run_id}/feedback",
    status_code=201,
    response_model=wire.Feedback,
    responses={201: {"headers": {"Location": _LOCATION}}, **problems(400, 404, 409, 413, 415, 422, 503)},
)
async def give_feedback(
    run_id: str, body: wire.FeedbackBody, context: ContextDep, owner_id: OwnerDep, request: Request
) -> Response:
    """Record whether a run decided rightly, and what is true of its chart; labels must fit the run's own candles."""
    given = await context.service.feedback.give(
        run_id,
        owner_id=owner_id,
        verdict=body.verdict,
        labels=body.labels,
        note=body.note,
        given_by=body.given_by,
    )
    place = request.url_for("get_feedback", run_id=given.run_id, feedback_id=given.feedback_id).path
    return JsonAnswer(_document(given), status_code=201, headers={"Location": place})


@router.get("/runs/{run_id}/feedback", response_model=wire.FeedbackList, responses=problems(400, 404, 503))
async def list_feedback(
    run_id: str, query: Annotated[wire.FeedbackQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """List what was said of a run, the newest first."""
    page = await context.service.feedback.of_run(run_id, owner_id=owner_id, limit=query.limit, offset=query.offset)
    items = [_document(one) for one in page.items]
    return JsonAnswer({"total": page.total, "count": len(items), "items": items})


@router.get("/runs/{run_id}/feedback/{feedback_id}", response_model=wire.Feedback, responses=problems(400, 404, 503))
async def get_feedback(run_id: str, feedback_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show one verdict."""
    return JsonAnswer(_document(await context.service.feedback.one(run_id, feedback_id, owner_id=owner_id)))


def _document(given: Feedback) -> dict[str, Any]:
    return {
        "feedback_id": given.feedback_id,
        "run_id": given.run_id,
        "verdict": given.verdict,
        "labels": given.labels,
        "note": given.note,
        "given_by": given.given_by,
        "created_at": stamp(given.created_at),
    }
