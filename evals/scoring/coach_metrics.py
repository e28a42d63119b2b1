"""Scores of the coach: each check, and pass^k over repeats."""

from collections.abc import Iterable, Sequence
from functools import partial
from math import comb

from evals.scoring.coach import CHECKS
from evals.scoring.metric import Metric, Parts, share


def coach_metrics(repeats: int) -> Iterable[Metric]:
    """Yield the share of each check that was met, and pass^k.

    pass^k is the chance that k repeats of a conversation all pass, of n held with c passed C(c, k) / C(n, k) (S. Yao et
    al., τ-bench, 2024). ``pass_all`` asks all the repeats of each conversation, however many.

    Args:
        repeats: how often the conversation with the most repeats was held; 0 where none was.
    """
    for name in CHECKS:
        yield share(f"coach.{name}", partial(_check, name))
    for k in range(1, repeats + 1):
        yield share(f"coach.pass_{k}", partial(_pass_hat, k))
    yield share("coach.pass_all", _every)


def _check(name: str, parts: Parts) -> Sequence[float] | None:
    if "coach" not in parts:
        return None
    counted: Sequence[float] = parts["coach"]["checks"][name]
    return counted if counted[1] else None


def _pass_hat(k: int, parts: Parts) -> Sequence[float] | None:
    coach = parts.get("coach")
    if coach is None or coach["repeats"] < k:
        return None
    return comb(coach["passes"], k) / comb(coach["repeats"], k), 1.0


def _every(parts: Parts) -> Sequence[float] | None:
    coach = parts.get("coach")
    return None if coach is None else (float(coach["passes"] == coach["repeats"]), 1.0)
