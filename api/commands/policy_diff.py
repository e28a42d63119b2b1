"""``ict rules diff``: which recorded decisions another policy would have made otherwise."""

import asyncio
from pathlib import Path
from typing import Any

from agent.audit.policy_diff import Judged, PolicyDiff, Ruling, policy_diff
from agent.desk.desk import OWN_PROFILE
from agent.service import Service, open_service
from agent.settings import Settings
from api.commands.bulk import moment_of, progress, worker_count
from api.state import DEFAULT_OWNER
from api.terminal.screen import Screen
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tools.times import iso_utc


async def diff(
    before: str, after: str, since: str | None, workers: int | None, settings: Settings, *, as_json: bool
) -> None:
    """Judge the recorded history by two profiles, and print the decisions whose status changes.

    Args:
        before: a profile's name, ``own`` for the one that is set, or the path of a profile file (``.yaml``, ``.yml``).
        after: likewise.
        since: only decisions recorded at or after this moment, ISO-8601 with an offset.
        workers: processes to walk in; None takes one a core, up to eight.
        settings: where the record and the profiles lie.
        as_json: print JSON instead.

    Raises:
        UnknownProfile, RulebookError: a profile is not there, or at fault.
        InvalidParameter: `since` is no moment.
    """
    moment = moment_of(since)
    async with open_service(settings) as service:
        rulebooks = [await _rulebook(profile, service, settings) for profile in (before, after)]
        found = await asyncio.to_thread(
            policy_diff,
            service.database.conninfo,
            DEFAULT_OWNER,
            rulebooks[0],
            rulebooks[1],
            since=moment,
            workers=worker_count(workers),
            on_progress=progress("judged"),
        )
    screen = Screen()
    if as_json:
        screen.json(_document(found, rulebooks))
    else:
        _show(screen, found, rulebooks)


async def _rulebook(profile: str, service: Service, settings: Settings) -> Rulebook:
    if profile == OWN_PROFILE:
        return await service.desk.rulebook(profile, owner_id=DEFAULT_OWNER)
    path = Path(profile)
    if path.suffix not in {".yaml", ".yml"}:
        return service.rulebooks.get(profile)
    return service.rulebooks.calibrated(load_rulebook(path, folder=settings.rulebook_folder))


def _document(found: PolicyDiff, rulebooks: list[Rulebook]) -> dict[str, Any]:
    return {
        "before": {"profile": rulebooks[0].profile, "rulebook_hash": rulebooks[0].hash},
        "after": {"profile": rulebooks[1].profile, "rulebook_hash": rulebooks[1].hash},
        "decisions": found.decisions,
        "pairs": [{"before": first, "after": second, "decisions": count} for first, second, count in found.pairs],
        "flips": [_row(one) for one in found.flips],
        "failures": [
            {"decision_id": one.decision_id, "run_id": one.run_id, "reason": one.failure} for one in found.failures
        ],
    }


def _row(one: Judged) -> dict[str, Any]:
    return {
        "decision_id": one.decision_id,
        "run_id": one.run_id,
        "symbol": one.symbol,
        "as_of": iso_utc(one.as_of),
        "before": _ruling(one.before),
        "after": _ruling(one.after),
    }


def _ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {"status": ruling.status, "deciding_rules": list(ruling.deciding_rules), "reason": ruling.reason}


def _show(screen: Screen, found: PolicyDiff, rulebooks: list[Rulebook]) -> None:
    names = f"{rulebooks[0].profile} → {rulebooks[1].profile}"
    screen.line(f"{names}: {len(found.flips):,} of {found.decisions:,} decisions flip", "bold")
    for first, second, count in found.pairs:
        screen.field(f"{count:,}", first if first == second else f"{first} → {second}")
    for one in found.flips:
        screen.line()
        screen.line(f"{one.symbol} {iso_utc(one.as_of)}  run {one.run_id}")
        for ruling in (one.before, one.after):
            if ruling is not None:
                rules = ", ".join(ruling.deciding_rules) or "no rule against it"
                screen.field(ruling.status, f"[{rules}] {ruling.reason}")
    for one in found.failures:
        screen.field("FAILED", f"{one.decision_id}: {one.failure}")
