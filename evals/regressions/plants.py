"""What is planted: for each careless change the one place it stands at, before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from evals.cases.shipped import SHIPPED
from tools.errors import InvalidParameter

ROOT: Final = Path(__file__).parents[2]
"""Where the packages lie."""
_PLANTED: Final = Path(__file__).parent / "planted"
_KEYS: Final = ("name", "imitates", "file", "before", "after")


@dataclass(frozen=True, slots=True)
class Plant:
    """One careless change.

    Attributes:
        name: what reports call it.
        imitates: whose mistake it is, in one sentence.
        file: the path from the root.
        before: the text as it is; it stands there exactly once.
        after: what somebody made of it.
        suites: those put to the test, in this order, until one stops it; the rest follows.
        listed: the file that lists it.
    """

    name: str
    imitates: str
    file: str
    before: str
    after: str
    suites: tuple[str, ...]
    listed: str

    def made(self, text: str) -> str:
        """Return the file's text with the change made.

        Raises:
            InvalidParameter: the text before does not stand in it exactly once.
        """
        count = text.count(self.before)
        if count != 1:
            raise InvalidParameter(
                f"the planted regression {self.name} looks for a text in {self.file} and finds it {count} times. If "
                f"the code was changed, change {self.listed} with it: `before` is the code as it is now, `after` the "
                f"same mistake in it; then run python -m evals.regressions --only {self.name}",
                field=self.name, expected="once", got=str(count),
            )  # fmt: skip
        return text.replace(self.before, self.after)


def all_plants() -> tuple[Plant, ...]:
    """Return every plant, in the order of the files that list them."""
    found = [plant for path in sorted(_PLANTED.glob("*.yaml")) for plant in _read(path)]
    names = [plant.name for plant in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidParameter(
            f"two planted regressions are called {twice[0]}", field="name", expected="each name once", got=twice[0]
        )
    return tuple(found)


def chosen_plants(names: Sequence[str]) -> tuple[Plant, ...]:
    """Return the plants of some names, all of them where none is given.

    Raises:
        InvalidParameter: none has that name.
    """
    plants = all_plants()
    unknown = sorted(set(names) - {plant.name for plant in plants})
    if unknown:
        raise InvalidParameter(
            f"no planted regression is called {unknown[0]}",
            field="--only", expected="a name of evals/regressions/planted", got=unknown[0],
        )  # fmt: skip
    return tuple(plant for plant in plants if not names or plant.name in names)


def _read(path: Path) -> Iterator[Plant]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    usual = document["suites"]
    for row in document["plants"]:
        yield _plant(row, usual, path)


def _plant(row: dict[str, Any], usual: Sequence[str], path: Path) -> Plant:
    suites = tuple(row.get("suites", usual))
    if set(row) - {"suites"} != set(_KEYS) or not set(suites) <= set(SHIPPED):
        raise InvalidParameter(
            f"{path}: {row.get('name', row)} is no planted regression",
            field="plants", expected=f"{', '.join(_KEYS)}, and suites that ship", got=", ".join(row),
        )  # fmt: skip
    rest = (name for name in SHIPPED if name not in suites)
    name, imitates, file, before, after = (str(row[key]) for key in _KEYS)
    return Plant(name, imitates, file, before, after, (*suites, *rest), str(path.relative_to(ROOT)))
