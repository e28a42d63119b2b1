"""A case as JSON and back, and the digest it is sealed by.

::

    {"id": "gap.one", "why": "one sentence", "pinned": false, "tags": {"rule": "5.1"},
     "chart": {"symbol": "EURUSD", "as_of": "2024-01-10T09:15:00Z",
               "candles": {"15m": {"start": "2024-01-10T08:00:00Z", "bars": [[o, h, l, c], …]},
                           "1h": {"rows": [["2024-01-10T07:00:00Z", o, h, l, c, v], …]},
                           "4h": {"file": "real.csv.gz", "sha256": "…", "from": "…", "to": "…"}}},
     "labels": {"events": […], "zones": […], "complete": {"15m": ["fair_value_gap"]}, "bias": {"15m": "bullish"}},
     "provenance": {"by": "ann", "method": "hand", "on": "2024-02-01", "definition": "ICT.md: fair value gap"},
     "others": [{"labels": {…}, "provenance": {…}}]}

A window of a file holds the bars that opened at or after ``from`` and before ``to``; a bar may have a volume behind its
close. ``instrument`` in place of ``symbol`` describes any market; whatever else `Chart` has stands in ``chart`` by its
own name. ``conversation`` in place of ``chart`` holds ``now``, ``analyses`` (charts) and ``turns``, and has no labels.
"""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from agent.analysis.windows import MINIMUM_BARS
from agent.audit.canonical import canonical_json
from agent.labels import Labelling, Labels, Provenance
from agent.labels.documents import WALK, ChartBars, labels_document, labels_of
from agent.labels.parts import Fault, Part
from evals.cases.candle_documents import CandleFiles, candles_document
from evals.cases.case import Case, Chart, Conversation, Turn
from evals.cases.chart_documents import WrittenCandles, chart_document, chart_of
from tools.errors import InvalidSuite
from tools.times import iso_utc

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_TAG: Final = re.compile(r"\S{1,100}")
_METHODS: Final = ("hand", "builder", "recorded", "model")
_SUBJECTS: Final = ("chart", "conversation")


def case_document(case: Case) -> dict[str, Any]:
    """Return a case as plain JSON values, its candles written out; `read_case` reads it back to an equal case."""
    return _document(case, candles_document)


def case_digest(case: Case) -> str:
    """Return the SHA-256 of a case, hexadecimal: of its document in RFC 8785 form, with each window's own SHA-256.

    It does not depend on how the case was written: in one file or several, its candles inside or in a file of theirs.
    """
    return hashlib.sha256(canonical_json(_document(case, lambda candles: candles.sha256))).hexdigest()


def read_case(document: Any, folder: Path | None = None) -> Case:
    """Read what `case_document` writes.

    Args:
        document: JSON values.
        folder: what the paths of candle files are relative to; None where it refers to none.

    Raises:
        InvalidSuite: it has faults; each is named by its path in the document.
    """
    faults: list[Fault] = []
    case = case_of(Part(document, (), faults), CandleFiles.beside(folder))
    if case is None:
        raise InvalidSuite([f"{one.where}: {one.wrong}; {one.instead}".removeprefix(": ") for one in faults])
    return case


def case_of(part: Part, files: CandleFiles) -> Case | None:
    """Read a case; None where it has faults, which `part` then has noted."""
    before = len(part.faults)
    said = part.members(("id", "why", "provenance"), (*_SUBJECTS, "labels", "others", "tags", "pinned"))
    name, why = said["id"].text(), said["why"].text()
    if name and not _ID.fullmatch(name):
        said["id"].fault(f"{name!r} is no id", "write lower-case letters, digits, dots and hyphens")
    subject = _subject(part, said, files)
    labellings = _labellings(part, said, subject)
    tags = {key: _tag(one) for key, one in said["tags"].entries().items()} if "tags" in said else {}
    pinned = said["pinned"].flag() if "pinned" in said else False
    if subject is None or not part.is_sound_since(before):
        return None
    return Case(name, why, subject, labellings, tags, pinned)


def _document(case: Case, candles: WrittenCandles) -> dict[str, Any]:
    document: dict[str, Any] = {"id": case.id, "why": case.why}
    if isinstance(case.subject, Chart):
        document["chart"] = chart_document(case.subject, candles)
    else:
        document["conversation"] = _conversation_row(case.subject, candles)
    first, *others = [_labelling_row(one) for one in case.labellings]
    document |= first if isinstance(case.subject, Chart) else {"provenance": first["provenance"]}
    if others:
        document["others"] = others
    if case.tags:
        document["tags"] = dict(case.tags)
    if case.pinned:
        document["pinned"] = True
    return document


def _subject(part: Part, said: dict[str, Part], files: CandleFiles) -> Chart | Conversation | None:
    if all(name in said for name in _SUBJECTS) or not any(name in said for name in _SUBJECTS):
        if isinstance(part.value, dict):
            part.fault("it is about not one thing", "write a chart or a conversation")
        return None
    return chart_of(said["chart"], files) if "chart" in said else _conversation(said["conversation"], files)


def _labellings(part: Part, said: dict[str, Part], subject: Chart | Conversation | None) -> tuple[Labelling, ...]:
    if "labels" not in said and isinstance(subject, Chart):
        part.fault("'labels' is missing", "write what is true of the chart")
    found = [_labelling(said.get("labels"), said["provenance"], subject)]
    for one in said["others"].items() if "others" in said else ():
        beside = one.members(("labels", "provenance"))
        found.append(_labelling(beside["labels"], beside["provenance"], subject))
    return tuple(found)


def _labelling(part: Part | None, provenance: Part, subject: Chart | Conversation | None) -> Labelling:
    labels: Labels | None = Labels(complete={}, bias={}, rules={})
    if part is not None:
        bars = ChartBars.of(subject.windows, subject.after) if isinstance(subject, Chart) else None
        labels = labels_of(part, bars) or labels
        if isinstance(subject, Chart) and len(subject.base) < MINIMUM_BARS:
            _refuse_walk(part, subject)
        if isinstance(subject, Conversation) and part.value:
            part.fault("a conversation has no labels", "leave them out")
    assert labels is not None
    return Labelling(labels, _provenance(provenance))


def _refuse_walk(part: Part, chart: Chart) -> None:
    said = part.value if isinstance(part.value, dict) else {}
    bias = said.get("bias")
    walked = [name for name in ("rules", "decision", "setup", "outcome") if said.get(name)]
    walked += [f"bias.{WALK}"] if isinstance(bias, dict) and WALK in bias else []
    for name in walked:
        Part(None, (*part.path, *name.split(".")), part.faults).fault(
            f"a chart of {len(chart.base)} bars has no walk, which takes {MINIMUM_BARS}", "leave it out"
        )


def _provenance(part: Part) -> Provenance:
    said = part.members(("by", "method", "on", "definition"), ("licence",))
    on = said["on"].text()
    try:
        date.fromisoformat(on or "2000-01-01")
    except ValueError:
        said["on"].fault(f"{on!r} is no day", "write it as 2024-01-31")
    return Provenance(
        by=said["by"].text(),
        method=cast(Any, said["method"].one_of(_METHODS)),
        on=on,
        definition=said["definition"].text(),
        licence=said["licence"].text() if "licence" in said else "MIT",
    )


def _labelling_row(one: Labelling) -> dict[str, Any]:
    return {"labels": labels_document(one.labels), "provenance": one.provenance.to_dict()}


def _conversation_row(conversation: Conversation, candles: WrittenCandles) -> dict[str, Any]:
    return {
        "now": iso_utc(conversation.now),
        "analyses": [chart_document(one, candles) for one in conversation.analyses],
        "turns": [_turn_row(one) for one in conversation.turns],
    }


def _turn_row(turn: Turn) -> dict[str, Any]:
    lists = {name: list(getattr(turn, name)) for name in ("tools", "must_say", "must_not_say", "must_be_told")}
    row = {"question": turn.question, **{name: texts for name, texts in lists.items() if texts}}
    rest = {name: getattr(turn, name) for name in ("abstains", "says")}
    return {**row, **{name: value for name, value in rest.items() if value is not None}}


def _conversation(part: Part, files: CandleFiles) -> Conversation | None:
    before, said = len(part.faults), part.members(("now", "analyses", "turns"))
    now = said["now"].moment()
    analyses = [chart_of(one, files) for one in said["analyses"].items()]
    turns = tuple(_turn(one) for one in said["turns"].items())
    if not turns and part.is_sound_since(before):
        said["turns"].fault("nothing is asked", "write at least one question")
    if not part.is_sound_since(before):
        return None
    return Conversation(now, tuple(one for one in analyses if one is not None), turns)


def _turn(part: Part) -> Turn:
    lists = ("tools", "must_say", "must_not_say", "must_be_told")
    said = part.members(("question",), (*lists, "abstains", "says"))
    texts = {name: tuple(one.text() for one in said[name].items()) for name in lists if name in said}
    abstains = said["abstains"].flag() if "abstains" in said else None
    says = said["says"].text() if "says" in said else None
    return Turn(question=said["question"].text(), abstains=abstains, says=says, **texts)


def _tag(part: Part) -> str:
    word = part.text()
    if word and not _TAG.fullmatch(word):
        part.fault(f"{word!r} is not one word", "write it with hyphens")
    return word
