"""Say what a request got wrong: pydantic's errors as field faults, and the handlers that answer with them."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from api.problems import FieldFault, Problem, ProblemError, problem_of, problem_response
from tools.errors import IctError

_log = logging.getLogger(__name__)
_MOST_FAULTS: Final = 50
_LONGEST_GOT: Final = 80
_BODYLESS: Final = frozenset(("GET", "HEAD", "OPTIONS", "DELETE"))
_EXPECTATIONS: Final = ("expected", "pattern", "expected_schemes", "class_name")
_BOUNDS: Final = {
    "gt": "above", "ge": "at least", "lt": "below", "le": "at most",
    "min_length": "a length of at least", "max_length": "a length of at most",
}  # fmt: skip
_TITLES: Final = {
    400: ("bad-request", "The request cannot be read"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not take that method"),
}


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
    app.add_exception_handler(IctError, _answer_core_error)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, ProblemError):
        return problem_response(error.problem, request.scope, error.headers)
    slug, title = _TITLES.get(error.status_code, ("http-error", "The request was refused"))
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _methods_at(request.app, request.url.path)):
        headers["Allow"] = ", ".join(methods)  # an address that the description leaves out has its route's own
    problem = Problem(slug, title, error.status_code, f"{request.method} {request.url.path}: {error.detail}")
    return problem_response(problem, request.scope, headers)


def _methods_at(app: FastAPI, path: str) -> list[str]:
    """Return every method an address takes (a route by itself knows its own); the plainest pattern goes first."""
    paths = app.openapi()["paths"]
    fitting = [one for one in paths if compile_path(one)[0].match(path)]
    plainest = min((one.count("{") for one in fitting), default=0)
    return sorted({method.upper() for one in fitting if one.count("{") == plainest for method in paths[one]})


async def _answer_core_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, IctError)
    problem = problem_of(error, in_query=request.method in _BODYLESS)
    if problem.status >= 500:
        _log.warning("%s %s: %s", request.method, request.url.path, error)
    return problem_response(problem, request.scope)


async def _answer_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(problem_of_faults(error.errors()), request.scope)


def problem_of_validation(error: ValidationError) -> Problem:
    """Turn a pydantic error met while reading a body into a problem."""
    return problem_of_faults([{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)])


def problem_of_faults(faults: Sequence[Mapping[str, Any]]) -> Problem:
    """Turn pydantic's list of errors, their first location ``body``, ``query`` or ``path``, into one problem."""
    outside_body = [fault for fault in faults if fault["loc"][0] != "body"]
    named = tuple(_fault(one) for one in (outside_body or faults)[:_MOST_FAULTS])
    detail = "; ".join(f"{one.field}: {one.message}" for one in named[:3])
    if outside_body:
        return Problem("invalid-query", "The query is not what this takes", 400, detail, named)
    return Problem("invalid-body", "The body is not what this takes", 422, detail, named)


def _fault(error: Mapping[str, Any]) -> FieldFault:
    where, *path = error["loc"]
    names = [part for part in path if isinstance(part, str)]
    positions = [part for part in path if isinstance(part, int)]
    context = error.get("ctx") or {}
    given = error.get("input")
    return FieldFault(
        field=".".join(names) or str(where),
        index=positions[-1] if positions else None,
        message=str(error["msg"]),
        expected=_expected(context, error["type"]),
        got=None if error["type"] == "missing" else _shown(given),
    )


def _expected(context: Mapping[str, Any], kind: str) -> str | None:
    for name in _EXPECTATIONS:
        if name in context:
            return str(context[name])
    for name, words in _BOUNDS.items():
        if name in context:
            return f"{words} {context[name]}"
    return "no such field" if kind == "extra_forbidden" else None


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST_GOT:  # Python refuses to write very long ones
        return "a very large whole number"
    return repr(value)[:_LONGEST_GOT]
