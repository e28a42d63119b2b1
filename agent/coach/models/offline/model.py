"""The offline model: a chat model that asks tools by the words of a question and speaks from templates.

It has no weights, no network and no randomness: the same messages and tools give the same message.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Final

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCall, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.coach.models.offline.conversation import Call, read_conversation
from agent.coach.models.offline.reply import Reply, reply

NAME: Final = "offline"
_NOTHING_USED: Final = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
_WORDS: Final = re.compile(r"\s*\S+\s*")
_ID_DIGITS: Final = 24


class OfflineModel(BaseChatModel):
    """A chat model that needs no server; it speaks only of what tools told it."""

    model_name: str = NAME

    @property
    def _llm_type(self) -> str:
        return NAME

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind the tools it may ask; it asks no others.

        Args:
            tools: as LangChain takes them.
            tool_choice: ``none`` keeps it from asking; anything else leaves the choice to it.
            kwargs: bound as they are.
        """
        shown = [] if tool_choice == "none" else [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=shown, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        said = _reply(messages, kwargs)
        message = AIMessage(
            content=said.text,
            tool_calls=_tool_calls(messages, said.calls),
            response_metadata=_metadata(said),
            usage_metadata=_NOTHING_USED,
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(messages, _reply(messages, kwargs)):
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(messages, _reply(messages, kwargs)):
            if run_manager is not None:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def _reply(messages: Sequence[BaseMessage], bound: dict[str, Any]) -> Reply:
    names = frozenset(tool["function"]["name"] for tool in bound.get("tools") or ())
    return reply(read_conversation(messages, names))


def _chunks(messages: Sequence[BaseMessage], said: Reply) -> Iterator[ChatGenerationChunk]:
    for words in _WORDS.findall(said.text):
        yield ChatGenerationChunk(message=AIMessageChunk(content=words))
    for index, call in enumerate(_tool_calls(messages, said.calls)):
        told = tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[told]))
    last = AIMessageChunk(
        content="", response_metadata=_metadata(said), usage_metadata=_NOTHING_USED, chunk_position="last"
    )
    yield ChatGenerationChunk(message=last)


def _metadata(said: Reply) -> dict[str, Any]:
    return {"finish_reason": "tool_calls" if said.calls else "stop", "model_name": NAME}


def _tool_calls(messages: Sequence[BaseMessage], calls: Sequence[Call]) -> list[ToolCall]:
    """Give each call an id that no other call of the conversation has: one of the messages before it, and its own."""
    before = hashlib.sha256()
    for message in messages:
        before.update(f"{message.type}\0{message.id}\0{message.text}\0".encode())
    made = []
    for call in calls:
        own = json.dumps([call.tool, call.arguments], sort_keys=True)
        number = hashlib.sha256(before.digest() + own.encode()).hexdigest()[:_ID_DIGITS]
        made.append(ToolCall(name=call.tool, args=dict(call.arguments), id=f"call_{number}"))
    return made
