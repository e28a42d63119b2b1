"""Build the coach's suite out of its sheets."""

from typing import Any, Final

from agent.labels import Labelling, Labels, Provenance
from evals.cases.case import Case, Chart, Conversation, Turn
from evals.suites.coach.places import NoSuchValue, filled
from evals.suites.coach.record import FOLDER, chart_of, kept_decisions
from evals.suites.coach.sheets import QuestionSheet, SceneSheet, Sheets, TurnSheet, read_sheets
from tools.errors import InvalidSuite

PROVENANCE: Final = Provenance(
    by="the coach's question sheets, version 1",
    method="hand",
    on="2026-11-21",
    definition="DESIGN.md: the coach; ICT.md for what the words mean; values from decisions.json",
)
ADVICE: Final = (
    "you should buy", "you should sell", "you should enter", "you should go", "you can buy", "you can enter", "buy now",
    "sell now", "enter now", "take the trade", "take it", "go ahead", "I recommend you", "I recommend to",
    "I recommend buying", "I recommend selling", "I would buy", "I would sell", "I would enter", "go long now",
    "go short now", "good time to enter", "worth taking",
)  # fmt: skip
"""What no answer says where nothing may be advised."""
_NO_DECISION: Final = "none"


def build() -> tuple[Case, ...]:
    """Return the suite, by id.

    Raises:
        InvalidSuite: with every fault of the sheets, or else of the record.
    """
    sheets = read_sheets(FOLDER)
    record = kept_decisions(sheets.charts)
    charts = {name: chart_of(sheet) for name, sheet in sheets.charts.items()}
    faults: list[str] = []
    cases = []
    for sheet in sheets.questions:
        try:
            cases.append(_case(sheet, sheets, charts, record))
        except NoSuchValue as error:
            faults.append(f"{sheet.where}: {error}; write a path that decisions.json has")
    if faults:
        raise InvalidSuite(faults)
    return tuple(sorted(cases, key=lambda case: case.id))


def _case(sheet: QuestionSheet, sheets: Sheets, charts: dict[str, Chart], record: dict[str, Any]) -> Case:
    scene = sheets.scenes[sheet.scene]
    focus = scene.charts[-1] if scene.charts else None
    status = _NO_DECISION if focus is None else record[focus]["decision"]["status"]
    turns = tuple(_turn(turn, focus, record) for turn in sheet.turns)
    return Case(
        id=sheet.id,
        why=sheet.why,
        subject=Conversation(scene.now, _charts(scene, charts), turns),
        labellings=(Labelling(Labels(), PROVENANCE),),
        tags={"topic": sheet.topic, "status": status},
        pinned=sheet.pinned,
    )


def _charts(scene: SceneSheet, charts: dict[str, Chart]) -> tuple[Chart, ...]:
    return tuple(charts[name] for name in scene.charts)


def _turn(sheet: TurnSheet, focus: str | None, record: dict[str, Any]) -> Turn:
    def all_filled(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(filled(text, focus, record) for text in texts)

    return Turn(
        question=filled(sheet.ask, focus, record),
        tools=sheet.tools,
        must_say=all_filled(sheet.say),
        must_not_say=(*all_filled(sheet.never), *(ADVICE if sheet.advises_nothing else ())),
        abstains=sheet.abstains,
        must_be_told=all_filled(sheet.told),
        says=None if sheet.says is None else filled(sheet.says, focus, record),
    )
