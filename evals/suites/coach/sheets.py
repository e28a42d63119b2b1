"""The suite's YAML sheets read strictly: every fault of every file at once, with its line; no key goes unread."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rulebook.located import Located, Problems, nearest, read_yaml
from tools.errors import DataError, InvalidSuite
from tools.times import parse_time

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ChartSheet:
    """One simulated chart: which market, as of when, and what was known of news and trades.

    Attributes:
        calendar: scheduled events, each ``{time, currency, impact, title}``.
        discipline: fields of `agent.analysis.discipline.Discipline`.
        rate: one unit of the quote currency in the account's; None where they are the same.
        simulated: whether the decision says itself that its candles are made up.
    """

    name: str
    symbol: str
    profile: str
    as_of: int
    mode: str | None = None
    calendar: tuple[Mapping[str, Any], ...] = ()
    discipline: Mapping[str, Any] = field(default_factory=dict)
    rate: float | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class SceneSheet:
    """Where conversations begin: the charts decided on, oldest first, and where the clock stands."""

    name: str
    now: int
    charts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnSheet:
    """One question as it is written, with places for values of the record; see `evals.suites.coach.places`."""

    ask: str
    tools: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    advises_nothing: bool = False
    abstains: bool | None = None
    told: tuple[str, ...] = ()
    says: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """One case as it is written; `where` is the file and line it stands at."""

    id: str
    topic: str
    scene: str
    why: str
    turns: tuple[TurnSheet, ...]
    pinned: bool
    where: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """Everything the suite is written in."""

    charts: Mapping[str, ChartSheet]
    scenes: Mapping[str, SceneSheet]
    questions: tuple[QuestionSheet, ...]


def read_sheets(folder: Path) -> Sheets:
    """Read ``charts.yaml``, ``scenes.yaml`` and every sheet in ``questions/``.

    Raises:
        InvalidSuite: with every fault of every file: a key that is unknown, missing or of another kind, a name that is
            used twice or stands for nothing.
    """
    problems = Problems()
    charts = [_chart(one) for one in _entries(folder / "charts.yaml", problems)]
    scenes = [_scene(one) for one in _entries(folder / "scenes.yaml", problems)]
    questions = [
        _question(one, path.stem)
        for path in sorted((folder / "questions").glob("*.yaml"))
        for one in _entries(path, problems)
    ]
    known_charts, known_scenes = {one.name for one in charts}, {one.name for one in scenes}
    for path, rows in ((folder / "charts.yaml", charts), (folder / "scenes.yaml", scenes)):
        _refuse_twice([one.name for one in rows], str(path), problems)
    for scene in scenes:
        for chart in scene.charts:
            if chart not in known_charts:
                wrong = f"scene {scene.name} has no chart {chart!r}"
                problems.add(str(folder / "scenes.yaml"), 1, wrong, nearest(chart, sorted(known_charts)))
    _refuse_twice([one.id for one in questions], str(folder / "questions"), problems)
    for question in questions:
        if question.scene not in known_scenes:
            path_of, _, line = question.where.rpartition(":")
            wrong = f"there is no scene {question.scene!r}"
            problems.add(path_of, int(line), wrong, nearest(question.scene, sorted(known_scenes)))
    if problems.found:
        raise InvalidSuite(problems.messages())
    return Sheets({one.name: one for one in charts}, {one.name: one for one in scenes}, tuple(questions))


@dataclass(slots=True)
class _Entry:
    """One mapping of a sheet, of which every key must be taken."""

    path: str
    line: int
    left: dict[str, Located]
    known: list[str]
    problems: Problems

    def text(self, key: str, usual: str | None = None) -> str:
        """Take a text that is not empty; `usual` stands where the key may be left out."""
        found = self._take(key, is_needed=usual is None)
        if found is None:
            return usual or ""
        if not isinstance(found.value, str) or not found.value.strip():
            self._fault(found.line, f"{key} is {found.spoken()}", "write a text")
            return ""
        return " ".join(found.value.split())

    def name(self, key: str) -> str:
        """Take a name: lower-case letters, digits and single hyphens."""
        said = self.text(key)
        if said and not _NAME.fullmatch(said):
            self._fault(self.line, f"{key} is {said!r}", "write lower-case letters, digits and hyphens")
        return said

    def moment(self, key: str) -> int:
        """Take a moment with its offset, as epoch seconds."""
        said = self.text(key)
        try:
            return parse_time(said, field=key) if said else 0
        except DataError as error:
            self._fault(self.line, str(error), "write it as 2024-09-03T13:00:00Z")
            return 0

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; none where the key is left out."""
        found = self._take(key, is_needed=False)
        if found is None:
            return ()
        rows = found.value
        if not isinstance(rows, list) or not all(isinstance(one.value, str) and one.value for one in rows):
            self._fault(found.line, f"{key} is {found.spoken()}", "write a list of texts, numbers in quotes")
            return ()
        return tuple(" ".join(str(one.value).split()) for one in rows)

    def flag(self, key: str) -> bool | None:
        """Take true or false; None where the key is left out."""
        found = self._take(key, is_needed=False)
        if found is None or isinstance(found.value, bool):
            return None if found is None else bool(found.value)
        self._fault(found.line, f"{key} is {found.spoken()}", "write true or false")
        return None

    def number(self, key: str) -> float | None:
        """Take a number; None where the key is left out."""
        found = self._take(key, is_needed=False)
        if found is None or (isinstance(found.value, int | float) and not isinstance(found.value, bool)):
            return None if found is None else float(found.raw)
        self._fault(found.line, f"{key} is {found.spoken()}", "write a number")
        return None

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Take a mapping of plain values; empty where the key is left out."""
        found = self._take(key, is_needed=False)
        if found is None or isinstance(found.value, dict):
            return {} if found is None else dict(found.plain())
        self._fault(found.line, f"{key} is {found.spoken()}", "write a mapping")
        return {}

    def entries(self, key: str) -> Sequence["_Entry"]:
        """Take a list of mappings; none where the key is left out."""
        found = self._take(key, is_needed=False)
        return () if found is None else _listed(found, self.path, self.problems, key)

    def has(self, key: str) -> bool:
        """Tell whether a key is there that was not taken yet."""
        return key in self.left

    def done(self) -> None:
        """Refuse what was not taken."""
        for key, value in self.left.items():
            self._fault(value.line, f"there is no key {key!r} here", nearest(key, self.known))

    def _take(self, key: str, *, is_needed: bool) -> Located | None:
        self.known.append(key)
        found = self.left.pop(key, None)
        if found is None and is_needed:
            self._fault(self.line, f"the key {key!r} is missing", "write it")
        return found

    def _fault(self, line: int, wrong: str, instead: str) -> None:
        self.problems.add(self.path, line, wrong, instead)


def _entries(path: Path, problems: Problems) -> Sequence[_Entry]:
    read = read_yaml(path, problems)
    return () if read is None else _listed(read, str(path), problems, "the sheet")


def _listed(found: Located, path: str, problems: Problems, name: str) -> Sequence[_Entry]:
    rows = found.value if isinstance(found.value, list) else []
    if not rows or not all(isinstance(one.value, dict) for one in rows):
        problems.add(path, found.line, f"{name} is {found.spoken()}", "write a list of mappings")
        return ()
    return [_Entry(path, one.line, dict(one.value), [], problems) for one in rows if isinstance(one.value, dict)]


def _chart(entry: _Entry) -> ChartSheet:
    events = [_event(one) for one in entry.entries("calendar")]
    made = ChartSheet(
        name=entry.name("name"),
        symbol=entry.text("symbol"),
        profile=entry.text("profile"),
        as_of=entry.moment("as_of"),
        mode=entry.text("mode", "") or None,
        calendar=tuple(events),
        discipline=entry.mapping("discipline"),
        rate=entry.number("rate"),
        simulated=entry.flag("simulated") is True,
    )
    entry.done()
    return made


def _event(entry: _Entry) -> Mapping[str, Any]:
    told = {
        "time": entry.moment("time"),
        "currency": entry.text("currency"),
        "impact": entry.text("impact"),
        "title": entry.text("title"),
    }
    entry.done()
    return told


def _scene(entry: _Entry) -> SceneSheet:
    made = SceneSheet(entry.name("name"), entry.moment("now"), entry.texts("charts"))
    entry.done()
    return made


def _question(entry: _Entry, topic: str) -> QuestionSheet:
    where = f"{entry.path}:{entry.line}"
    turns = [_turn(one) for one in entry.entries("turns")] if entry.has("turns") else []
    made = QuestionSheet(
        id=f"{topic}-{entry.name('id')}",
        topic=topic,
        scene=entry.name("scene"),
        why=entry.text("why"),
        pinned=entry.flag("pinned") is True,
        turns=tuple(turns) or (_turn(entry, is_whole=False),),
        where=where,
    )
    entry.done()
    return made


def _turn(entry: _Entry, *, is_whole: bool = True) -> TurnSheet:
    made = TurnSheet(
        ask=entry.text("ask"),
        tools=entry.texts("tools"),
        say=entry.texts("say"),
        never=entry.texts("never"),
        advises_nothing=entry.flag("advises_nothing") is True,
        abstains=entry.flag("abstains"),
        told=entry.texts("told"),
        says=entry.text("says", "") or None,
    )
    if is_whole:
        entry.done()
    return made


def _refuse_twice(names: Sequence[str], path: str, problems: Problems) -> None:
    for name in sorted({one for one in names if names.count(one) > 1}):
        problems.add(path, 1, f"the name {name!r} is used twice", "name one otherwise")
