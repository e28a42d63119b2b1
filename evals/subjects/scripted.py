"""A speaker that says what a case makes it say, so that what is judged is the check of it and no model's wit."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Final

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from agent.coach.models.context import REPAIR_BEGINS

NAME: Final = "scripted"
_NOTHING_USED: Final = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)


class ScriptedSpeaker(BaseChatModel):
    """A chat model for one turn: it calls its tools, all at once and without arguments, and then says its text.

    Asked to repair the text, it says it again: what nothing supports is then marked, or refused.

    Attributes:
        text: what it says.
        tools: names of what it calls before; none for a text that needs none.
    """

    text: str
    tools: tuple[str, ...] = ()

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return this speaker: which tools it calls is settled, whatever is offered."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._chunks(messages))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages):
            yield chunk

    def _chunks(self, messages: Sequence[BaseMessage]) -> Iterator[ChatGenerationChunk]:
        last = messages[-1]
        is_asked = isinstance(last, HumanMessage) and not str(last.text).startswith(REPAIR_BEGINS)
        called = self.tools if is_asked else ()
        calls = [
            tool_call_chunk(name=name, args="{}", id=f"call_{len(messages)}_{number}", index=number)
            for number, name in enumerate(called)
        ]
        whole = AIMessageChunk(
            content="" if called else self.text,
            tool_call_chunks=calls,
            response_metadata={"finish_reason": "tool_calls" if called else "stop"},
            usage_metadata=_NOTHING_USED,
            chunk_position="last",
        )
        yield ChatGenerationChunk(message=whole)
