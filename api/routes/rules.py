"""The rulebook that judges."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.audit_documents import rule_example
from api.json_answer import JsonAnswer
from api.problems import Problem, ProblemError
from api.schemas.problems import problems
from api.schemas.rules import Rule, RuleExampleList, RuleExamplesQuery, RuleList, RuleListQuery, RulesQuery
from api.state import ContextDep, OwnerDep
from api.strict_route import StrictRoute
from rulebook.book import Rulebook

router = APIRouter(route_class=StrictRoute, tags=["rules"])
RulesQueryDep = Annotated[RulesQuery, Query()]


@router.get("/rules", response_model=RuleList, responses=problems(400, 503))
async def list_rules(query: Annotated[RuleListQuery, Query()], context: ContextDep, owner_id: OwnerDep) -> Response:
    """List every rule in the order in which the walk judges them, by a profile and the limits of the risk settings."""
    rulebook = await context.service.desk.rulebook(query.profile, owner_id=owner_id)
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


@router.get("/rules/{rule_id}", response_model=Rule, responses=problems(400, 404, 503))
async def get_rule(rule_id: str, query: RulesQueryDep, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show one rule with its parameters, condition and worked examples."""
    rulebook = await context.service.desk.rulebook(query.profile, owner_id=owner_id)
    found = next((rule for rule in rulebook.rules if rule.id == rule_id), None)
    if found is None:
        raise _no_such_rule(rule_id, rulebook)
    return JsonAnswer(found.to_dict())


@router.get("/rules/{rule_id}/examples", response_model=RuleExampleList, responses=problems(400, 404, 503))
async def list_rule_examples(
    rule_id: str, query: Annotated[RuleExamplesQuery, Query()], context: ContextDep, owner_id: OwnerDep
) -> Response:
    """List recorded decisions in which the rule was judged, newest first, with what it was judged on."""
    rulebook = context.service.rulebooks.get("strict")
    if all(rule.id != rule_id for rule in rulebook.rules):
        raise _no_such_rule(rule_id, rulebook)
    examples = await context.service.audit.examples(
        rule_id, owner_id=owner_id, outcome=query.outcome, limit=query.limit
    )
    items = [rule_example(example) for example in examples.items]
    return JsonAnswer({"total": examples.total, "count": len(items), "items": items})


def _no_such_rule(rule_id: str, rulebook: Rulebook) -> ProblemError:
    known = ", ".join(rule.id for rule in rulebook.rules)
    detail = f"no rule has the id {rule_id!r}; the ids are {known}"
    return ProblemError(Problem("rule-not-found", "There is no such rule", 404, detail))
