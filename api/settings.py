"""The environment, read once by the composition roots and handed on as plain values."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.settings import Settings


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class Environment(BaseSettings):
    """What the service reads from its environment; an empty variable counts as unset.

    Attributes:
        database_url: ``DATABASE_URL``; unset starts an embedded Postgres in the data folder.
        redis_url: ``REDIS_URL``; unset keeps wake-ups inside the process.
        host: ``HOST`` to listen on.
        port: ``PORT`` to listen on.
        data_dir: ``ICT_DATA_DIR``, the folder for what the service keeps itself.
        market_data: ``ICT_MARKET_DATA``, ``demo`` (a seeded simulator) or ``files``.
        market_folder: ``ICT_MARKET_FOLDER``, the folder of candle files; needed with ``files``.
        market_time_zone: ``ICT_MARKET_TIME_ZONE`` of naive times in those files.
        demo_seed: ``ICT_DEMO_SEED`` of the simulator.
        calendar_file: ``ICT_CALENDAR_FILE``, a CSV, iCalendar or JSON file of economic events; unset knows no calendar.
        calendar_time_zone: ``ICT_CALENDAR_TIME_ZONE`` of days, and of naive times, in that file.
        rulebook_folder: ``ICT_RULEBOOK_FOLDER``, a folder with ``rules/`` and ``profiles/``; unset takes those shipped.
        max_body_mb: ``ICT_MAX_BODY_MB``, the most mebibytes a request's body may have.
        cors_origins: ``ICT_CORS_ORIGINS``, comma-separated origins whose pages may call the service.
        log_level: ``ICT_LOG_LEVEL``.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    database_url: str | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL"))
    redis_url: str | None = Field(default=None, validation_alias=AliasChoices("REDIS_URL"))
    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST"))
    port: int = Field(default=8000, ge=0, le=65_535, validation_alias=AliasChoices("PORT"))
    data_dir: Path = Field(default=Path(".data"), validation_alias=AliasChoices("ICT_DATA_DIR"))
    market_data: Literal["demo", "files"] = Field(default="demo", validation_alias=AliasChoices("ICT_MARKET_DATA"))
    market_folder: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_MARKET_FOLDER"))
    market_time_zone: str = Field(default="UTC", validation_alias=AliasChoices("ICT_MARKET_TIME_ZONE"))
    demo_seed: int = Field(default=7, ge=0, validation_alias=AliasChoices("ICT_DEMO_SEED"))
    calendar_file: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_CALENDAR_FILE"))
    calendar_time_zone: str = Field(default="UTC", validation_alias=AliasChoices("ICT_CALENDAR_TIME_ZONE"))
    rulebook_folder: Path | None = Field(default=None, validation_alias=AliasChoices("ICT_RULEBOOK_FOLDER"))
    max_body_mb: float = Field(default=32, gt=0, le=1024, validation_alias=AliasChoices("ICT_MAX_BODY_MB"))
    cors_origins: Annotated[list[str], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default=["http://localhost:3000"], validation_alias=AliasChoices("ICT_CORS_ORIGINS")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias=AliasChoices("ICT_LOG_LEVEL")
    )

    @model_validator(mode="after")
    def _files_need_a_folder(self) -> Self:
        if self.market_data == "files" and self.market_folder is None:
            raise ValueError("ICT_MARKET_DATA=files needs ICT_MARKET_FOLDER, the folder that holds the candle files")
        return self

    @property
    def max_body_bytes(self) -> int:
        """The body limit in bytes."""
        return int(self.max_body_mb * 2**20)

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
        )
