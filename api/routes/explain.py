"""Why a run decided as it did, and what would have come of other facts or rules."""

from fastapi import APIRouter, Response

from api.explanation_document import explanation_document, what_if_document
from api.json_answer import JsonAnswer
from api.schemas.explanation import ExplainBody, Explanation, WhatIf, WhatIfBody
from api.schemas.problems import problems
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["explanation"])


@router.post("/explain", response_model=Explanation, responses=problems(400, 404, 409, 413, 415, 422, 503))
async def explain_run(body: ExplainBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Explain a decision down to facts on the chart, and say what the least change to a trade would be."""
    return JsonAnswer(explanation_document(await context.service.runs.explain(body.run_id, owner_id=owner_id)))


@router.post("/explain/what-if", response_model=WhatIf, responses=problems(400, 404, 409, 413, 415, 422, 500, 503))
async def what_if(body: WhatIfBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Say what a run would have come to by another profile, or on other facts; nothing is recorded."""
    runs = context.service.runs
    answer = await runs.what_if(body.run_id, owner_id=owner_id, profile=body.profile, facts=body.facts)
    return JsonAnswer(what_if_document(answer))
