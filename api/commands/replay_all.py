"""``ict replay --all``: every recorded decision walked again, in processes of their own."""

import asyncio

from agent.audit.replay import ReplayReport, replay_all
from agent.service import open_service
from agent.settings import Settings
from api.commands.bulk import moment_of, progress, worker_count
from api.state import DEFAULT_OWNER
from api.terminal.screen import Screen


async def replay_everything(since: str | None, workers: int | None, settings: Settings, *, as_json: bool) -> bool:
    """Walk again over every decision's recorded inputs; list those that differ and return whether none does.

    Args:
        since: only decisions recorded at or after this moment, ISO-8601 with an offset.
        workers: processes to walk in; None takes one a core, up to eight.
        settings: where the record lies.
        as_json: print JSON instead.

    Raises:
        InvalidParameter: `since` is no moment.
        StoreUnavailable: the database did not answer.
    """
    moment = moment_of(since)
    async with open_service(settings) as service:
        report = await asyncio.to_thread(
            replay_all,
            service.database.conninfo,
            DEFAULT_OWNER,
            since=moment,
            workers=worker_count(workers),
            on_progress=progress("replayed"),
        )
    screen = Screen()
    if as_json:
        screen.json(_document(report))
    else:
        _show(screen, report)
    return report.is_identical


def _document(report: ReplayReport) -> dict[str, object]:
    return {
        "decisions": report.decisions,
        "identical": report.is_identical,
        "differing": [
            {
                "decision_id": one.decision_id,
                "run_id": one.run_id,
                "symbol": one.symbol,
                "reason": one.reason,
                "recorded_hash": one.recorded_hash,
                "replayed_hash": one.replayed_hash,
            }
            for one in report.differing
        ],
    }


def _show(screen: Screen, report: ReplayReport) -> None:
    same = report.decisions - len(report.differing)
    screen.line(f"{same:,} of {report.decisions:,} decisions come out in the same bytes", "bold")
    for one in report.differing:
        screen.field(one.symbol, f"{one.decision_id}: {one.reason}")
