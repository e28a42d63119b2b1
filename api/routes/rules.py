"""The rulebook that judges."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.json_answer import JsonAnswer
from api.problems import Problem, ProblemError
from api.schemas.problems import problems
from api.schemas.rules import Rule, RuleList, RuleListQuery, RulesQuery
from api.state import ContextDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["rules"])
RulesQueryDep = Annotated[RulesQuery, Query()]


@router.get("/rules", response_model=RuleList, responses=problems(400))
async def list_rules(query: Annotated[RuleListQuery, Query()], context: ContextDep) -> Response:
    """List every rule in the order in which the walk judges them, resolved by a profile."""
    rulebook = context.service.rulebooks.get(query.profile)
    items = [rule.to_dict() for rule in rulebook.rules[query.offset : query.offset + query.limit]]
    return JsonAnswer(
        {
            "total": len(rulebook.rules),
            "count": len(items),
            "items": items,
            "profile": rulebook.profile,
            "rulebook_hash": rulebook.hash,
        }
    )


@router.get("/rules/{rule_id}", response_model=Rule, responses=problems(400, 404))
async def get_rule(rule_id: str, query: RulesQueryDep, context: ContextDep) -> Response:
    """Show one rule with its parameters, condition and worked examples."""
    rulebook = context.service.rulebooks.get(query.profile)
    found = next((rule for rule in rulebook.rules if rule.id == rule_id), None)
    if found is None:
        known = ", ".join(rule.id for rule in rulebook.rules)
        detail = f"no rule has the id {rule_id!r}; the ids are {known}"
        raise ProblemError(Problem("rule-not-found", "There is no such rule", 404, detail))
    return JsonAnswer(found.to_dict())
