"""The environment, read once by the composition roots and handed on as plain values."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BeforeValidator, Field
from pydantic_settings import NoDecode

from agent.environment import ServiceEnvironment


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class Environment(ServiceEnvironment):
    """What the web service and the command line read beside what opens the service; an empty variable counts as unset.

    Attributes:
        host: ``HOST`` to listen on.
        port: ``PORT`` to listen on.
        max_body_mb: ``ICT_MAX_BODY_MB``, the most mebibytes a request's body may have.
        cors_origins: ``ICT_CORS_ORIGINS``, comma-separated origins whose pages may call the service.
        mcp_hosts: ``ICT_MCP_HOSTS``, comma-separated names of this machine under which ``/mcp`` may be called.
        log_level: ``ICT_LOG_LEVEL``.
    """

    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST"))
    port: int = Field(default=8000, ge=0, le=65_535, validation_alias=AliasChoices("PORT"))
    max_body_mb: float = Field(default=32, gt=0, le=1024, validation_alias=AliasChoices("ICT_MAX_BODY_MB"))
    cors_origins: Annotated[list[str], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default=["http://localhost:3000"], validation_alias=AliasChoices("ICT_CORS_ORIGINS")
    )
    mcp_hosts: Annotated[list[str], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default=[], validation_alias=AliasChoices("ICT_MCP_HOSTS")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias=AliasChoices("ICT_LOG_LEVEL")
    )

    @property
    def max_body_bytes(self) -> int:
        """The body limit in bytes."""
        return int(self.max_body_mb * 2**20)
