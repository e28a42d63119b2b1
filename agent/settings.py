"""What the service is told when it starts. Who reads the environment builds one of these; nothing in here reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from agent.analysis.request import AnalysisRequest

DEFAULT_OWNER: Final = "default"
"""Whom everything belongs to while nobody signs in."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model that speaks OpenAI's chat-completions protocol.

    Attributes:
        model: its name at the provider.
        base_url: where it listens; None is OpenAI.
        api_key: None where the provider wants none.
        input_cost: US dollars for a million tokens read; None where nobody has said, and then no cost is counted.
        output_cost: the same for a million tokens written.
        timeout_s: seconds without a byte after which a call is given up.
        retries: further attempts at a call that was refused before it answered (429, 5xx, no connection).
    """

    model: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    input_cost: float | None = None
    output_cost: float | None = None
    timeout_s: float = 60.0
    retries: int = 2


@dataclass(frozen=True, slots=True)
class CoachLimits:
    """How far one conversation may go.

    Attributes:
        steps: the most calls of the model in one turn.
        thread_tokens: the most tokens of one thread, read and written.
        thread_cost: the most US dollars of one thread; None for no limit, and where no prices are known.
        turns: the most questions of one thread, whoever answers them: its state grows with each.
    """

    steps: int = 8
    thread_tokens: int = 500_000
    thread_cost: float | None = None
    turns: int = 500


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """Where LangSmith traces go: its key, the project, and a server other than the usual one."""

    api_key: str = field(repr=False)
    project: str = "ict-agent"
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything ``open_service`` needs to know.

    Attributes:
        data_dir: folder for what the service keeps itself; the embedded Postgres lives in ``<data_dir>/postgres``.
        clock: the time now, as UTC epoch seconds; the demo market shows nothing after it.
        code_version: written beside every decision.
        database_url: a Postgres to use; None starts the embedded one.
        redis_url: a Redis for wake-ups between workers; None keeps them inside the process.
        market_folder: a folder of candle files; None takes the seeded demo market.
        market_time_zone: time zone of naive times in those files.
        demo_seed: seed of the demo market.
        calendar_file: a CSV, iCalendar or JSON file of economic events; None knows no calendar.
        calendar_time_zone: time zone of days, and of naive times, in that file.
        rulebook_folder: folder of a trader's own rulebook, with rules/ and profiles/; None takes the one shipped.
        calibration_file: what `ict eval calibrate` wrote; profiles with the rules it was fitted on say measured
            confidences, also a trader's own. None leaves every confidence a grade.
        pool_size: the most connections the pool opens; one more holds the worker's lock.
        concurrent_runs: the most walks this process executes at once; further accepted runs wait.
        sweep_interval_s: seconds between two looks for runs whose worker has vanished.
        takes_up_orphans: whether this process executes runs that others left; a single command does not.
        shutdown_grace_s: seconds that running walks are given to end when the service closes.
        model: what the coach speaks with; None is the offline model.
        coach: how far one conversation may go.
        tracing: where traces of the coach go; None traces nothing.
        concurrent_threads: the most runs of threads this process executes at once; further ones wait.
        read_analysis: reads the input of the `analysis` assistant and raises a `DataError` where it is at fault; None
            offers no such assistant.
    """

    data_dir: Path
    clock: Callable[[], int]
    code_version: str
    database_url: str | None = None
    redis_url: str | None = None
    market_folder: Path | None = None
    market_time_zone: str = "UTC"
    demo_seed: int = 7
    calendar_file: Path | None = None
    calendar_time_zone: str = "UTC"
    rulebook_folder: Path | None = None
    calibration_file: Path | None = None
    pool_size: int = 8
    concurrent_runs: int = 4
    sweep_interval_s: float = 5.0
    shutdown_grace_s: float = 5.0
    takes_up_orphans: bool = True
    model: ModelSettings | None = None
    coach: CoachLimits = CoachLimits()
    tracing: TracingSettings | None = None
    concurrent_threads: int = 256
    read_analysis: Callable[[Mapping[str, Any]], AnalysisRequest] | None = None
