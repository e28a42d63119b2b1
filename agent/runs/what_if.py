"""What a recorded run would have come to on other facts, or by another rulebook; nothing is recorded."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from agent.analysis.request import AnalysisRequest
from agent.explanation.what_if import Judgement, WhatIf, what_if_facts, what_if_walked
from agent.runs.walk_port import Walk
from agent.store.records import DecisionRecord, StoredInputs
from rulebook.book import Rulebook
from rulebook.facts import Scalar
from tools.errors import InvalidParameter


@dataclass(frozen=True, slots=True)
class DecidedRun:
    """A run that has a decision, with all that is stored of it.

    Attributes:
        verdicts: the whole trace, in the order of the walk.
        stored: what it was accepted with, the rulebook that judged it included, whatever the files say today.
    """

    record: DecisionRecord
    verdicts: tuple[dict[str, Any], ...]
    stored: StoredInputs

    @property
    def request(self) -> AnalysisRequest:
        """The inputs of the run."""
        return AnalysisRequest.from_inputs(self.stored.inputs, self.stored.windows)

    @property
    def judgement(self) -> Judgement:
        """What was recorded of the judging."""
        return Judgement.from_dicts(self.record.facts, self.verdicts, self.stored.rulebook)


def check_wanted(profile: str | None, facts: Mapping[str, Scalar | None] | None) -> None:
    """Refuse a what-if that supposes nothing, or two things at once.

    Raises:
        InvalidParameter: neither a profile nor a fact is given, or both.
    """
    if (profile is None) == (not facts):
        got = "neither" if profile is None else "both"
        raise InvalidParameter(
            f"a what-if takes either a profile or facts, and got {got}",
            field="profile", expected="a profile, or at least one fact", got=got,
        )  # fmt: skip


def suppose_facts(run: DecidedRun, facts: Mapping[str, Scalar | None]) -> WhatIf:
    """Judge the run's facts again with some of them changed, by its own rulebook.

    Raises:
        InvalidParameter: no rule reads a fact of that name, the judge derives it, or it cannot have that value.
    """
    return what_if_facts(run.record.decision, run.judgement, facts)


async def suppose_rulebook(run: DecidedRun, walk: Walk, request: AnalysisRequest, rulebook: Rulebook) -> WhatIf:
    """Walk again over the run's stored inputs by another rulebook.

    Args:
        run: the recorded run.
        walk: what walks.
        request: the run's inputs, naming the other rulebook's profile.
        rulebook: the other one.

    Raises:
        NodeFailed: the walk does not come to a decision.
    """
    # In a context of its own: asked from a node of another graph, the walk would pass for a part of that one.
    outcome = await asyncio.create_task(_outcome(walk, request, rulebook), context=Context())
    judgement = Judgement.from_dicts(outcome["facts"], outcome["verdicts"], rulebook)
    return what_if_walked(run.record.decision, run.judgement, judgement, outcome["decision"])


async def _outcome(walk: Walk, request: AnalysisRequest, rulebook: Rulebook) -> dict[str, Any]:
    walked = [event async for event in walk(request, rulebook)]
    return walked[-1].data
