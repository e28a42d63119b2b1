"""Why a run decided as it did."""

from fastapi import APIRouter, Response

from api.explanation_document import explanation_document
from api.json_answer import JsonAnswer
from api.schemas.problems import problems
from api.schemas.runs import ExplainBody, Explanation
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["explanation"])


@router.post("/explain", response_model=Explanation, responses=problems(400, 404, 409, 413, 415, 422, 503))
async def explain_run(body: ExplainBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Explain a decision node by node and rule by rule, and say what the least change to a trade would be."""
    return JsonAnswer(explanation_document(await context.service.runs.explain(body.run_id, owner_id=owner_id)))
