"""A tool for a language model: typed, strict, and polite about its mistakes."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any, Final, TypeVar, cast

from langchain_core.tools import ArgsSchema, BaseTool, StructuredTool, ToolException
from pydantic import ValidationError

from agent.coach.toolbox.arguments import Arguments, schema_of
from agent.coach.toolbox.compact import message
from tools.errors import DataError, NodeFailed, RunNotDecided, RunNotFound

_REFUSALS: Final = (DataError, RunNotFound, RunNotDecided, NodeFailed)
_Arguments = TypeVar("_Arguments", bound=Arguments)


class ChartTool(StructuredTool):
    """A structured tool that shows a model its schema in few words, and that it takes no other arguments."""

    @property
    def tool_call_schema(self) -> ArgsSchema:
        """The JSON Schema a model is shown; `args_schema` is what validates a call."""
        shown = deepcopy(schema_of(cast("type[Arguments]", self.args_schema)))
        return {"title": self.name, "description": self.description, **shown}


def chart_tool(
    name: str, description: str, arguments: type[_Arguments], answer: Callable[[_Arguments], Awaitable[str]]
) -> BaseTool:
    """Make a tool whose refusals reach the model as sentences; every other error is the caller's to see.

    Args:
        name: what a model calls it.
        description: what a model chooses it by.
        arguments: what it may be asked.
        answer: gives the text; a `DataError`, a run that is not there or has no decision, and a walk that comes to
            none are refusals.
    """

    async def run(**given: Any) -> str:
        try:
            return await answer(arguments.model_construct(**given))
        except _REFUSALS as refusal:
            raise ToolException(_sentence(refusal)) from refusal

    def refused(error: Exception) -> str:
        if not isinstance(error, ValidationError) or error.title != arguments.__name__:
            raise error  # not about the arguments: a fault of the program
        return _fault_of_arguments(error, arguments)

    return ChartTool(
        name=name,
        description=description,
        args_schema=arguments,
        coroutine=run,
        handle_tool_error=True,
        handle_validation_error=refused,
    )


def _sentence(refusal: Exception) -> str:
    said = str(refusal)
    if isinstance(refusal, DataError) and refusal.expected is not None and refusal.expected not in said:
        said = f"{said}; expected {refusal.expected}"
    return message(f"Error: {said}")


def _fault_of_arguments(error: ValidationError, arguments: type[Arguments]) -> str:
    told = [fault for fault in error.errors(include_url=False) if fault["type"] != "none_required"]
    faults = dict.fromkeys(_fault(fault["loc"], fault["msg"]) for fault in told)
    return message(f"Error: {'; '.join(list(faults)[:5])}. The arguments are {', '.join(arguments.model_fields)}")


def _fault(where: tuple[int | str, ...], said: str) -> str:
    return f"{str(where[0])[:40]}: {said}" if where else said
