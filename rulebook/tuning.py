"""Replace a resolved rule's parameters, as an owner's own limits do."""

from __future__ import annotations

from collections.abc import Mapping

from rulebook.checks import type_of
from rulebook.conditions import comparisons, tidy, unfit_number
from rulebook.facts import FactSpec, Scalar
from rulebook.schema import Parameter, Rule
from rulebook.thresholds import threshold_fault


def tune(rule: Rule, values: Mapping[str, Scalar], specs: Mapping[str, FactSpec]) -> tuple[Rule, list[str]]:
    """Return a rule with parameters replaced, and what is wrong with the values.

    Args:
        rule: The rule.
        values: The new values by parameter.
        specs: The facts the rule reads.

    Returns:
        The tuned rule, or the rule as it is where a value is at fault; and the faults, each as
        `tuned: what is wrong; what to write instead`.
    """
    known = {one.name: one for one in rule.parameters}
    faults = [fault for name, value in values.items() if (fault := _fault(rule.id, name, value, known)) is not None]
    if faults:
        return rule, [f"tuned: {one}" for one in faults]
    plain = rule.to_dict()
    for name, value in values.items():
        plain["parameters"][name]["value"] = tidy(value)
    tuned = Rule.from_dict(plain, specs)
    wrong = [threshold_fault(one) for one in comparisons(tuned.condition)]
    faults = [f"tuned: rule {rule.id}: {one[0]}; {one[1]}" for one in wrong if one is not None]
    return (rule if faults else tuned), faults


def _fault(rule_id: str, name: str, value: Scalar, known: Mapping[str, Parameter]) -> str | None:
    if name not in known:
        instead = f"write one of {', '.join(known)}" if known else "leave it out"
        return f"rule {rule_id} has no parameter {name!r}; {instead}"
    what, needed = f"parameter {name} of rule {rule_id}", type_of(known[name].value)
    if type_of(value) != needed:
        return f"{what} is {value!r}, but it is a {needed}; write a {needed}"
    unfit = unfit_number(value) if isinstance(value, int | float) else None
    if unfit is not None:
        return f"{what} must {unfit}; write a number"
    outside = known[name].range.fault(value)
    if outside is not None:
        return f"{what} is {value!r}; {outside}"
    allowed = known[name].values
    if allowed is not None and value not in allowed:
        return f"{what} is {value!r}; write one of {', '.join(allowed)}"
    return None if value != "" else f"{what} is blank; write a text"
