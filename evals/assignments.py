"""What ``--set RULE.PARAMETER=VALUE`` says, for every command that takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from rulebook.facts import Scalar
from tools.errors import InvalidParameter

Tuning = Mapping[str, Mapping[str, Scalar]]
"""Parameters replaced, ``{rule id: {parameter: value}}``."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One parameter of one rule, and the values it is set to, at least one."""

    rule: str
    parameter: str
    values: tuple[Scalar, ...]


def assignments(said: Iterable[str], *, takes_lists: bool = False) -> tuple[Assignment, ...]:
    """Read what a command line sets.

    Args:
        said: each ``RULE.PARAMETER=VALUE``, such as ``7.2.minimum=2.5``; a value is read as a profile's YAML would be.
        takes_lists: whether several values may stand behind one another with commas.

    Raises:
        InvalidParameter: one is not written so, or a parameter is named twice.
    """
    read = tuple(_assignment(one, takes_lists=takes_lists) for one in said)
    if len({(one.rule, one.parameter) for one in read}) < len(read):
        raise InvalidParameter(
            "--set names a parameter twice", field="--set", expected="each parameter once",
            got=", ".join(f"{one.rule}.{one.parameter}" for one in read),
        )  # fmt: skip
    return read


def tuning(chosen: Iterable[tuple[Assignment, Scalar]]) -> Tuning:
    """Return the tuning of one value for each assignment."""
    made: dict[str, dict[str, Scalar]] = {}
    for one, value in chosen:
        made.setdefault(one.rule, {})[one.parameter] = value
    return made


def _assignment(said: str, *, takes_lists: bool) -> Assignment:
    name, equals, value = said.partition("=")
    rule, dot, parameter = name.strip().rpartition(".")  # a rule's id has dots of its own
    values = [_scalar(one) for one in (value.split(",") if takes_lists else [value])]
    known = tuple(one for one in values if one is not None)
    if not (equals and dot and rule and parameter) or len(known) < len(values):
        form = "RULE.PARAM=VALUE[,VALUE…], as 7.2.minimum=2,3" if takes_lists else "RULE.PARAM=VALUE, as 7.2.minimum=2"
        raise InvalidParameter(f"--set {said} is no assignment", field="--set", expected=form, got=said)
    return Assignment(rule, parameter, known)


def _scalar(said: str) -> Scalar | None:
    """Read a value; None of anything but a number, a flag or a text."""
    try:
        value = yaml.safe_load(said)
    except yaml.YAMLError:
        return None
    return value if isinstance(value, bool | int | float | str) else None
