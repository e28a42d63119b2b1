"""Options of LangGraph's platform that this service does not have: refused, so that none does nothing in silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.langgraph.bodies import Checkpoint, Wire
from api.problems import FieldFault, Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why an option is refused, and what there is instead."""

    why: str
    instead: str


OF_RUNS: Final[Mapping[str, Unsupported]] = {
    "webhook": Unsupported("nothing is called when a run ends", "join the run, or read its stream"),
    "after_seconds": Unsupported("a run begins at once, or when those before it have ended", "leave it out"),
    "feedback_keys": Unsupported("there are no feedback links", "leave it out"),
    "context": Unsupported("the assistants take no context of a caller", "put what is meant into input"),
    "langsmith_tracer": Unsupported("where traces go is a setting of the service", "leave it out"),
    "strict_resume": Unsupported("no node asks a question that could be answered twice", "leave it out"),
}
OF_COMMANDS: Final[Mapping[str, Unsupported]] = {
    "update": Unsupported("a caller does not write into a state", "send it as input"),
    "goto": Unsupported("a caller does not choose the next node", "leave it out"),
    "graph": Unsupported("a command cannot reach another graph", "leave it out"),
}
OF_THREADS: Final[Mapping[str, Unsupported]] = {
    "supersteps": Unsupported("a caller does not write into a state", "run an assistant on the thread"),
    "ttl": Unsupported("a thread stays until it is deleted", "delete it when it is done with"),
}
OF_SEARCHES: Final[Mapping[str, Unsupported]] = {
    "values": Unsupported("threads are not looked up by their state", "filter by metadata, status or ids"),
    "extract": Unsupported("nothing is cut out of a state", "select values, and take out what is wanted"),
}


def refuse(body: Wire, unsupported: Mapping[str, Unsupported], *, under: str = "") -> None:
    """Refuse a body that asks for what is not there; an option that is null, false, 0 or empty asks for nothing.

    Raises:
        ProblemError: 422, with each option by name and what is there instead.
    """
    asked = {name: value for name, value in (body.model_extra or {}).items() if name in unsupported and value}
    if not asked:
        return
    faults = tuple(_fault(f"{under}{name}", unsupported[name], value) for name, value in asked.items())
    raise not_supported(faults)


def refuse_checkpoint(named: Checkpoint | None, thread_id: str | None, *, field: str = "checkpoint") -> None:
    """Refuse a checkpoint of another thread than the one that is spoken of, and one of a graph within a graph.

    Raises:
        ProblemError: 422.
    """
    if named is None:
        return
    if named.thread_id is not None and thread_id is not None and named.thread_id.lower() != thread_id.lower():
        message = f"{field}.thread_id is of another thread than the one in the path"
        raise not_supported((FieldFault(f"{field}.thread_id", None, message, thread_id, named.thread_id[:80]),))
    if named.checkpoint_map:
        message = f"{field}.checkpoint_map names states of graphs within a graph, and the graphs have none"
        fault = FieldFault(f"{field}.checkpoint_map", None, message, "leave it out", repr(named.checkpoint_map)[:80])
        raise not_supported((fault,))


def not_supported(faults: tuple[FieldFault, ...]) -> ProblemError:
    """Return the problem of options that are not there."""
    detail = "; ".join(f"{one.message}: {one.expected}" for one in faults)
    return ProblemError(Problem("not-supported", "The service does not have this option", 422, detail, faults))


def _fault(field: str, option: Unsupported, value: Any) -> FieldFault:
    return FieldFault(field, None, f"{field} is not supported, {option.why}", option.instead, repr(value)[:80])
