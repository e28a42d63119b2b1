"""One chart on the desk of a labeller: what was said so far, what the program finds, and saving what is said now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agent.labels import EVENT_KINDS, ZONE_KINDS, Labels
from agent.labels.documents import labels_document
from agent.labels.parts import Fault, Part
from evals.cases.candle_documents import CandleFiles
from evals.cases.case import Chart
from evals.cases.documents import case_of
from evals.labelling.places import Document, Place
from evals.subjects.chart_finds import events_of, zones_of
from tools.chart import ChartParameters, read_chart

DEFINITION: Final = "ICT.md"
SEEN: Final = "; marked with the program’s facts in view"
_SAID: Final = ("labels", "why")


@dataclass(frozen=True, slots=True)
class Labeller:
    """Who labels, and how what is said is kept.

    Attributes:
        by: a name or handle.
        is_second: whether it is a further opinion beside the reference, for the agreement of labellers.
        today: gives the day, ISO-8601.
    """

    by: str
    is_second: bool
    today: Callable[[], str]


@dataclass(slots=True)
class Desk:
    """A chart that is being labelled.

    Attributes:
        chart: what is looked at.
        document: the case as it was written so far, with its chart; labels may be missing.
        place: where it goes.
        labeller: who.
        unsaved: how many changes the page has told of since it was saved.
        has_saved: whether anything was saved, after which the program's facts may be shown.
        has_seen: whether they were.
    """

    chart: Chart
    document: Document
    place: Place
    labeller: Labeller
    unsaved: int = 0
    has_saved: bool = False
    has_seen: bool = field(default=False, init=False)

    def said(self) -> Document:
        """Return ``labels`` and ``why`` as this labeller said them so far, and nothing of what another said.

        A second opinion has no ``why`` of its own, and the reference's would give its answer away.
        """
        if not self.labeller.is_second:
            return {"labels": self.document.get("labels") or {}, "why": self.document.get("why", "")}
        own = self._own()
        return {"labels": {} if own is None else self._others()[own]["labels"], "why": ""}

    def facts(self) -> Document | None:
        """Return the events and zones that the program finds, as labels; None before anything was saved."""
        if not self.has_saved:
            return None
        self.has_seen = True
        parameters = ChartParameters.of_names(dict(self.chart.parameters))
        companion = self.chart.companion
        read = [
            read_chart(
                window,
                self.chart.instrument,
                parameters,
                companion if companion is not None and companion.timeframe is frame else None,
            )
            for frame, window in self.chart.windows.items()
        ]
        events = tuple(one for chart in read for one in events_of(chart, frozenset(EVENT_KINDS)))
        zones = tuple(one for chart in read for one in zones_of(chart, frozenset(ZONE_KINDS)))
        return labels_document(Labels(events=events, zones=zones))

    def save(self, said: Any) -> list[Document]:
        """Save what is said, whole or not at all.

        Args:
            said: ``labels`` and ``why``, as `said` returns them.

        Returns:
            Every fault, each with ``where`` it stands in `said`, what is ``wrong`` and what to write ``instead``; then
            nothing was saved. Empty where it was.

        Raises:
            InvalidParameter: it cannot be written.
        """
        faults: list[Fault] = []
        Part(said, (), faults).members(_SAID)
        if faults:
            return _told(faults, ())
        document, beneath = self._with(said)
        case = case_of(Part(document, (), faults), CandleFiles.beside(self.place.folder))
        if case is None or faults:
            return _told(faults, beneath)
        _tidy(document, case.labellings[beneath[1] + 1 if beneath else 0].labels, beneath)
        self.place.write(document)
        self.document, self.unsaved, self.has_saved = document, 0, True
        return []

    def _with(self, said: Document) -> tuple[Document, tuple[()] | tuple[str, int]]:
        """Return the case with what is said, and the path that leads to it there."""
        if not self.labeller.is_second:
            provenance = self._provenance(self.document.get("provenance"))
            document = {**self.document, **said, "provenance": provenance}
            return _ordered(document), ()
        others, own = self._others(), self._own()
        place = len(others) if own is None else own
        before = others[place]["provenance"] if own is not None else None
        row = {"labels": said["labels"], "provenance": self._provenance(before)}
        return _ordered({**self.document, "others": [*others[:place], row, *others[place + 1 :]]}), ("others", place)

    def _provenance(self, before: Any) -> Document:
        told = before or {}
        definition = str(told.get("definition") or DEFINITION)
        if self.has_seen and not definition.endswith(SEEN):
            definition += SEEN
        kept = {"licence": told["licence"]} if "licence" in told else {}
        return {"by": self.labeller.by, "method": "hand", "on": self.labeller.today(), "definition": definition, **kept}

    def _others(self) -> list[Document]:
        return list(self.document.get("others") or ())

    def _own(self) -> int | None:
        found = (
            place
            for place, one in enumerate(self._others())
            if is_same_person(one["provenance"]["by"], self.labeller.by)
        )
        return next(found, None)


def is_same_person(one: str, other: str) -> bool:
    """Whether two labellers are one, letter case and space around a name apart."""
    return one.strip().casefold() == other.strip().casefold()


def _ordered(document: Document) -> Document:
    first = ("id", "why", "chart", "labels", "provenance", "others")
    return {name: document[name] for name in (*(one for one in first if one in document), *document)}


def _tidy(document: Document, labels: Labels, beneath: tuple[()] | tuple[str, int]) -> None:
    """Put labels into a case as they are usually written, without what nobody said."""
    holder = document[beneath[0]][beneath[1]] if beneath else document
    holder["labels"] = labels_document(labels)


def _told(faults: Sequence[Fault], beneath: tuple[()] | tuple[str, int]) -> list[Document]:
    """Write faults by where they stand in what the page sent."""
    told = []
    for one in faults:
        path = one.path[len(beneath) :] if beneath and one.path[: len(beneath)] == beneath else one.path
        told.append({"where": Fault(path, "", "").where, "wrong": one.wrong, "instead": one.instead})
    return told
