"""What labels say otherwise than a decision does, which then cannot be right as well."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.labels import Labels, SetupLabel
from agent.labels.documents import WALK

Contradiction = tuple[str, str, str]
_UNCLEAR: Final = "unclear"  # whoever says so holds it against nobody
_EXACT: Final = 6  # digits of a distance in ticks, without the noise of binary fractions


def contradictions(labels: Labels, decision: Mapping[str, Any], tick: float) -> Iterator[Contradiction]:
    """Yield where labels contradict a decision: its bias, its status, a rule that decided it, the setup it offers.

    Args:
        labels: what somebody says is true of the chart.
        decision: the document of the decision.
        tick: of the market; prices a tick apart are the same.

    Yields:
        Where in the labels, what is wrong, and what to write instead.
    """
    said, status = labels.bias.get(WALK, _UNCLEAR), decision["status"]
    bias = decision["htf_bias"]["value"]
    if said not in (_UNCLEAR, bias):
        yield _otherwise(f"bias.{WALK}", bias)
    if labels.decision is not None:
        if labels.decision.status != status:
            yield _otherwise("decision.status", status)
        elif labels.decision.rule is not None:
            yield from _of_rule(labels.decision.rule, _deciding(decision))
    if labels.setup is not None:
        yield from _of_setup(labels.setup, decision["setup"], tick)


def _deciding(decision: Mapping[str, Any]) -> Sequence[str]:
    setup = decision["setup"]
    return decision["deciding_rules"] or ([] if setup is None else setup["rule_refs"][:1])


def _of_rule(rule: str, deciding: Sequence[str]) -> Iterator[Contradiction]:
    if rule not in deciding:
        yield _otherwise("decision.rule", " or ".join(deciding) or "none")


def _of_setup(said: SetupLabel, offered: Mapping[str, Any] | None, tick: float) -> Iterator[Contradiction]:
    if offered is None:
        yield "labels.setup", "the verdict is right, and the run offered no setup", "leave it out, or the verdict wrong"
        return
    if said.direction != offered["direction"]:
        yield _otherwise("setup.direction", offered["direction"])
        return  # whose prices can be no others' either
    targets = offered["take_profit"]
    prices = [("entry", said.entry, offered["entry_price"]), ("stop", said.stop, offered["stop_loss"])]
    prices += [(f"targets[{place}]", *pair) for place, pair in enumerate(zip(said.targets, targets, strict=False))]
    for name, price, there in prices:
        if round(abs(price - there) / tick, _EXACT) > 1:
            yield _otherwise(f"setup.{name}", f"{there:.10g}")
    if len(said.targets) > len(targets):
        yield _otherwise("setup.targets", ", ".join(f"{one:.10g}" for one in targets) or "none")
    if said.rule is not None and said.rule != offered["rule_refs"][0]:
        yield _otherwise("setup.rule", offered["rule_refs"][0])


def _otherwise(where: str, decided: str) -> Contradiction:
    return (
        f"labels.{where}",
        f"the verdict is right, and the run says {decided}",
        f"write {decided}, or the verdict wrong",
    )
