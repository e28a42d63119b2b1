"""Candles in, a decision out."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from api.json_answer import JsonAnswer
from api.problems import Problem, ProblemError, problem_of
from api.requests import analysis_request
from api.run_documents import undecided
from api.schemas.analysis import AnalyzeBody, BatchBody
from api.schemas.decision import Decision
from api.schemas.problems import problems
from api.schemas.runs import BatchResults
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute
from api.validation import problem_of_validation
from tools.errors import IctError

router = APIRouter(route_class=StrictRoute, tags=["analysis"])
_AT_ONCE: Final = 4


@router.post("/analyze", response_model=Decision, responses=problems(400, 409, 413, 415, 422, 500, 503))
async def analyze(body: AnalyzeBody, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Analyse candles and wait for the decision; the run goes on to its end even if nobody waits any more."""
    return JsonAnswer(await _decision(body, context, owner_id))


@router.post("/analyze/batch", response_model=BatchResults, responses=problems(400, 413, 415, 422, 503))
async def analyze_batch(body: BatchBody, context: ContextDep, owner_id: OwnerDep, request: Request) -> Response:
    """Analyse up to 100 sets of candles; each item gets its own decision or its own problem, in order."""
    turns = asyncio.Semaphore(_AT_ONCE)
    path = request.url.path
    results = [_result(item, context, owner_id, turns) for item in body.items]
    items = [
        {"index": index, **result, "problem": problem and problem.to_dict(f"{path}#/items/{index}")}
        for index, (result, problem) in enumerate(await asyncio.gather(*results))
    ]
    return JsonAnswer({"total": len(items), "count": len(items), "items": items})


async def _result(
    item: AnalyzeBody | ValidationError, context: Context, owner_id: str, turns: asyncio.Semaphore
) -> tuple[dict[str, Any], Problem | None]:
    """Return the result's own part, and the problem it has instead of a decision."""
    try:
        if isinstance(item, ValidationError):
            raise ProblemError(problem_of_validation(item))
        async with turns:
            decision = await _decision(item, context, owner_id)
    except ProblemError as error:
        return {"run_id": error.problem.extra.get("run_id"), "decision": None}, error.problem
    except IctError as error:
        return {"run_id": None, "decision": None}, problem_of(error)
    return {"run_id": decision["run_id"], "decision": decision}, None


async def _decision(body: AnalyzeBody, context: Context, owner_id: str) -> dict[str, Any]:
    request = await asyncio.to_thread(analysis_request, body, now=context.clock())
    run = await context.service.runs.analyze(request, owner_id=owner_id)
    if run.decision is None:
        raise ProblemError(undecided(run))
    return run.decision
