"""What `ict eval` needs beyond the service: told in one line where it is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

from tools.errors import InvalidParameter

_EVALS: Final = ("arch", "krippendorff", "scipy", "sklearn", "statsmodels")


def check_evals_extra() -> None:
    """Refuse, before anything is computed, to begin without a package of the extra ``evals``.

    Raises:
        InvalidParameter: one is not installed.
    """
    for package in _EVALS:
        if find_spec(package) is None:
            raise _lacking(package)


@contextmanager
def evals_extra() -> Iterator[None]:
    """Turn the absence of a package of the extra ``evals`` into one sentence.

    Raises:
        InvalidParameter: one was imported in the block and is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        if package not in _EVALS:
            raise
        raise _lacking(package) from problem


def _lacking(package: str) -> InvalidParameter:
    return InvalidParameter(
        f"ict eval needs the package {package}: pip install 'ict-agent[evals]'", field="installation"
    )
