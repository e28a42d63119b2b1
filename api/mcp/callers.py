"""Who may call ``/mcp``: a page of another site that was led here by its DNS name may not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from starlette.datastructures import Headers

from api.problems import Problem, ProblemError
from api.settings import Environment

_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
_EVERYWHERE: Final = ("0.0.0.0", "::", "")
_ANY_ORIGIN: Final = "*"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Callers:
    """The names this service may be called by, and the pages that may call it.

    Attributes:
        names: host names, lower case; each stands for itself with any port, or with its own if it has one.
        origins: of pages elsewhere, as browsers send them.
    """

    names: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def of(cls, environment: Environment) -> Self:
        """Take the names of this machine, the one listened on and ``ICT_MCP_HOSTS``, and the origins CORS allows."""
        listened_on = () if environment.host in _EVERYWHERE else (environment.host,)
        names = (_bracketed(one).lower() for one in (*_LOCAL, *listened_on, *environment.mcp_hosts))
        return cls(frozenset(names), frozenset(environment.cors_origins) - {_ANY_ORIGIN})

    def check(self, headers: Headers) -> None:
        """Refuse a request from elsewhere, and one whose body is not declared as JSON.

        Raises:
            ProblemError: 421 for the name it called by, 403 for its page, 415 for its body.
        """
        host = headers.get("host", "").lower()
        if host not in self.names and _without_port(host) not in self.names:
            detail = f"expected one of {_listed(self.names)} (ICT_MCP_HOSTS adds to them); got {host!r}"
            raise ProblemError(Problem("host-not-allowed", "The service is not called by that name here", 421, detail))
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins and not _is_own(origin.lower(), host):
            known = _listed((*self.origins, "the service's own"))
            detail = f"Origin: expected {known} (ICT_CORS_ORIGINS adds to them); got {origin!r}"
            raise ProblemError(Problem("origin-not-allowed", "Pages of that origin may not call this", 403, detail))
        kind = headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != _JSON:
            detail = f"Content-Type: expected {_JSON}, got {kind or 'none'}"
            raise ProblemError(Problem("not-json", "The body is not declared as JSON", 415, detail))


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def _is_own(origin: str, host: str) -> bool:
    """Tell whether a page was served under the very name and port that it calls; a proxy may have spoken TLS."""
    return origin in {f"http://{host}", f"https://{host}"}


def _bracketed(name: str) -> str:
    is_bare_ipv6 = name.count(":") > 1 and not name.startswith("[")
    return f"[{name}]" if is_bare_ipv6 else name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
