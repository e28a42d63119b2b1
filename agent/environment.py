"""The service's settings as the environment holds them, read once by whoever opens the service."""

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar

from pydantic import AliasChoices, Field, HttpUrl, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.settings import CoachLimits, ModelSettings, Settings, TracingSettings
from tools.errors import InvalidParameter

SETTINGS_FILE: Final = ".env"
USUAL_MODEL: Final = "gpt-4.1-mini"
"""What speaks where a key is set and no model is named: inexpensive, quick to its first word, good at calling tools."""


class ServiceEnvironment(BaseSettings):
    """What the service reads from its environment; an empty variable counts as unset.

    Attributes:
        database_url: ``DATABASE_URL``; unset starts an embedded Postgres in the data folder.
        redis_url: ``REDIS_URL``; unset keeps wake-ups inside the process.
        data_dir: ``ICT_DATA_DIR``, the folder for what the service keeps itself.
        market_data: ``ICT_MARKET_DATA``, ``demo`` (a seeded simulator) or ``files``.
        market_folder: ``ICT_MARKET_FOLDER``, the folder of candle files; needed with ``files``.
        market_time_zone: ``ICT_MARKET_TIME_ZONE`` of naive times in those files.
        demo_seed: ``ICT_DEMO_SEED`` of the simulator.
        calendar_file: ``ICT_CALENDAR_FILE``, a CSV, iCalendar or JSON file of economic events; unset knows no calendar.
        calendar_time_zone: ``ICT_CALENDAR_TIME_ZONE`` of days, and of naive times, in that file.
        rulebook_folder: ``ICT_RULEBOOK_FOLDER``, a folder with ``rules/`` and ``profiles/``; unset takes those shipped.
        calibration_file: ``ICT_CALIBRATION_FILE`` of ``ict eval calibrate``; unset leaves confidences uncalibrated.
        model_key: ``OPENAI_API_KEY``; with it, or a base URL, that model speaks for the coach, else the offline one.
        model_url: ``OPENAI_BASE_URL`` of a server that speaks OpenAI's protocol; unset is OpenAI.
        model: ``ICT_MODEL``, its name there; needed with a base URL, ``gpt-4.1-mini`` with a key alone.
        model_input_cost: ``ICT_MODEL_INPUT_COST``, US dollars for a million tokens read; unset counts no cost.
        model_output_cost: ``ICT_MODEL_OUTPUT_COST``, the same for a million tokens written.
        model_timeout_s: ``ICT_MODEL_TIMEOUT_S``, seconds without a byte after which a call is given up.
        model_retries: ``ICT_MODEL_RETRIES``, further attempts at a call that was refused before it answered.
        pool_size: ``ICT_POOL_SIZE``, the most connections this process pools; a few more hold its locks.
        thread_runs: ``ICT_THREAD_RUNS``, the most runs of threads this process executes at once; further ones wait.
        coach_steps: ``ICT_COACH_STEPS``, the most calls of the model in one turn.
        coach_tokens: ``ICT_COACH_TOKENS``, the most tokens of one thread.
        coach_cost: ``ICT_COACH_COST``, the most US dollars of one thread; needs the model's costs.
        tracing_key: ``LANGSMITH_API_KEY`` or ``LANGCHAIN_API_KEY``; unset traces nothing.
        tracing_project: ``LANGSMITH_PROJECT``, the project that traces go to.
        tracing_url: ``LANGSMITH_ENDPOINT``, a server other than the usual one.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    database_url: str | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL"))
    redis_url: str | None = Field(default=None, validation_alias=AliasChoices("REDIS_URL"))
    data_dir: Path = Field(default=Path(".data"), validation_alias=AliasChoices("ICT_DATA_DIR"))
    market_data: Literal["demo", "files"] = Field(default="demo", validation_alias=AliasChoices("ICT_MARKET_DATA"))
    market_folder: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_MARKET_FOLDER"))
    market_time_zone: str = Field(default="UTC", validation_alias=AliasChoices("ICT_MARKET_TIME_ZONE"))
    demo_seed: int = Field(default=7, ge=0, validation_alias=AliasChoices("ICT_DEMO_SEED"))
    calendar_file: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_CALENDAR_FILE"))
    calendar_time_zone: str = Field(default="UTC", validation_alias=AliasChoices("ICT_CALENDAR_TIME_ZONE"))
    rulebook_folder: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_RULEBOOK_FOLDER"))
    calibration_file: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_CALIBRATION_FILE"))
    model_key: str | None = Field(default=None, repr=False, validation_alias=AliasChoices("OPENAI_API_KEY"))
    model_url: HttpUrl | None = Field(default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"))
    model: str | None = Field(default=None, validation_alias=AliasChoices("ICT_MODEL"))
    model_input_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, validation_alias=AliasChoices("ICT_MODEL_INPUT_COST")
    )
    model_output_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, validation_alias=AliasChoices("ICT_MODEL_OUTPUT_COST")
    )
    model_timeout_s: float = Field(default=60.0, gt=0, le=3600, validation_alias=AliasChoices("ICT_MODEL_TIMEOUT_S"))
    model_retries: int = Field(default=2, ge=0, le=10, validation_alias=AliasChoices("ICT_MODEL_RETRIES"))
    pool_size: int = Field(default=8, ge=2, le=200, validation_alias=AliasChoices("ICT_POOL_SIZE"))
    thread_runs: int = Field(default=256, ge=1, le=10_000, validation_alias=AliasChoices("ICT_THREAD_RUNS"))
    coach_steps: int = Field(default=8, ge=1, le=50, validation_alias=AliasChoices("ICT_COACH_STEPS"))
    coach_tokens: int = Field(default=500_000, ge=1, validation_alias=AliasChoices("ICT_COACH_TOKENS"))
    coach_cost: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, validation_alias=AliasChoices("ICT_COACH_COST")
    )
    tracing_key: str | None = Field(
        default=None, repr=False, validation_alias=AliasChoices("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")
    )
    tracing_project: str = Field(default="ict-agent", validation_alias=AliasChoices("LANGSMITH_PROJECT"))
    tracing_url: HttpUrl | None = Field(default=None, validation_alias=AliasChoices("LANGSMITH_ENDPOINT"))

    @model_validator(mode="after")
    def _files_need_a_folder(self) -> Self:
        if self.market_data == "files" and self.market_folder is None:
            raise ValueError("ICT_MARKET_DATA=files needs ICT_MARKET_FOLDER, the folder that holds the candle files")
        return self

    @model_validator(mode="after")
    def _a_server_needs_a_model(self) -> Self:
        if self.model_url is not None and self.model is None:
            raise ValueError("OPENAI_BASE_URL needs ICT_MODEL, the name of a model which that server offers")
        if self.model is not None and self.model_url is None and self.model_key is None:
            raise ValueError("ICT_MODEL needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that takes none")
        return self

    @model_validator(mode="after")
    def _a_cost_limit_needs_costs(self) -> Self:
        if self.coach_cost is not None and (self.model_input_cost is None or self.model_output_cost is None):
            raise ValueError(
                "ICT_COACH_COST needs ICT_MODEL_INPUT_COST and ICT_MODEL_OUTPUT_COST, else no cost is known"
            )
        return self

    def for_service(self, clock: Callable[[], int], code_version: str) -> Settings:
        """Build what `agent.service.open_service` is told; `clock` gives UTC epoch seconds."""
        return Settings(
            data_dir=self.data_dir,
            clock=clock,
            code_version=code_version,
            database_url=self.database_url,
            redis_url=self.redis_url,
            market_folder=self.market_folder if self.market_data == "files" else None,
            market_time_zone=self.market_time_zone,
            demo_seed=self.demo_seed,
            calendar_file=self.calendar_file,
            calendar_time_zone=self.calendar_time_zone,
            rulebook_folder=self.rulebook_folder,
            calibration_file=self.calibration_file,
            pool_size=self.pool_size,
            concurrent_threads=self.thread_runs,
            model=self._model_settings(),
            coach=CoachLimits(self.coach_steps, self.coach_tokens, self.coach_cost),
            tracing=self._tracing_settings(),
        )

    def _model_settings(self) -> ModelSettings | None:
        if self.model_key is None and self.model_url is None:
            return None
        return ModelSettings(
            model=self.model or USUAL_MODEL,
            base_url=None if self.model_url is None else str(self.model_url),
            api_key=self.model_key,
            input_cost=self.model_input_cost,
            output_cost=self.model_output_cost,
            timeout_s=self.model_timeout_s,
            retries=self.model_retries,
        )

    def _tracing_settings(self) -> TracingSettings | None:
        if self.tracing_key is None:
            return None
        endpoint = None if self.tracing_url is None else str(self.tracing_url)
        return TracingSettings(self.tracing_key, self.tracing_project, endpoint)


EnvironmentT = TypeVar("EnvironmentT", bound=ServiceEnvironment)


def read_environment(kind: type[EnvironmentT], **given: Any) -> EnvironmentT:
    """Read the settings: what the caller gives, else the environment, else ``.env`` in the current folder.

    Args:
        kind: which settings.
        given: values by name; None counts as not given.

    Raises:
        InvalidParameter: a setting cannot be; the message names each variable.
    """
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return kind(**{"_env_file": SETTINGS_FILE, **chosen})
    except ValidationError as faults:
        told = [f"{_variable(fault['loc'])}: {fault['msg']}" for fault in faults.errors(include_url=False)]
        raise InvalidParameter("; ".join(told), field="environment") from faults


def command_settings(environment: ServiceEnvironment, clock_now: int) -> Settings:
    """Return the settings by which one command opens the service, its clock standing at `clock_now` (epoch seconds)."""
    settings = environment.for_service(lambda: clock_now, code_version())
    return replace(settings, takes_up_orphans=False)  # a single command executes its own run and claims nobody else's


def code_version() -> str:
    """Return the version of this code, as every decision records it."""
    return version("ict-agent")


def _variable(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "settings"
