"""A model over the network, by OpenAI's chat-completions protocol: the one place that knows its client and its errors.

Nothing of it is read from the environment: no key, no address, no organisation, no proxy.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.coach.models.streams import closing
from agent.settings import ModelSettings
from tools.errors import IctError, ModelOutputInvalid, ModelUnavailable

OPENAI_URL: Final = "https://api.openai.com/v1"
_NO_KEY: Final = "none"
_CONNECT_S: Final = 10.0
_CONNECTIONS: Final = openai.DEFAULT_CONNECTION_LIMITS
_LONGEST_REASON: Final = 200
_TELLING: Final = (openai.BadRequestError, openai.NotFoundError, openai.UnprocessableEntityError)


class _OwnClient(openai.AsyncOpenAI):
    """A client that sends what it was told, and no header that an environment variable adds."""

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        """The headers of every request, without the key's."""
        return {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "ict-agent"}


class ConnectedChat(ChatOpenAI):
    """A chat model over the network whose every failure is one of this project's errors."""

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        has_begun = False
        try:
            async with closing(super()._astream(messages, *args, **kwargs)) as stream:
                async for chunk in stream:
                    has_begun = True
                    yield chunk
        except openai.OpenAIError as error:
            raise self._translated(error) from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ModelOutputInvalid(f"{self._who} sent what is no JSON") from error
        if not has_begun:
            raise ModelOutputInvalid(f"{self._who} answered what is no stream of a chat completion")

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        plain = _plain(chunk)
        converted = super()._convert_chunk_to_generation_chunk(plain, default_chunk_class, base_generation_info)
        if converted is not None:
            converted.message.id = None  # the graph's own ids stand: a server cannot name an earlier message
        return converted

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        tools = payload.pop("tools", None)
        if tools:  # beside the body, and so into it as they are: the client would walk through every schema, every time
            payload["extra_body"] = {"tools": tools}
        return payload

    async def close(self) -> None:
        """Close every connection."""
        await self.root_async_client.close()

    @property
    def _who(self) -> str:
        return f"the model {self.model_name} at {urlsplit(str(self.openai_api_base)).netloc}"

    def _translated(self, error: openai.OpenAIError) -> IctError:
        match error:
            case openai.APITimeoutError():
                return ModelUnavailable(f"{self._who} did not answer in time")
            case openai.APIConnectionError():
                return ModelUnavailable(f"{self._who} cannot be reached, or the connection was lost")
            case openai.APIResponseValidationError():
                return ModelOutputInvalid(f"{self._who} answered what is no chat completion")
            case openai.APIStatusError():
                return ModelUnavailable(f"{self._who} refused the call: {_reason(error)}")
            case openai.APIError():
                return ModelUnavailable(f"{self._who} broke off its answer: {error.message[:_LONGEST_REASON]}")
        return ModelUnavailable(f"{self._who} cannot be called: {type(error).__name__}")


def connected_chat(settings: ModelSettings) -> ConnectedChat:
    """Return a model that streams, counts tokens, and retries what was refused before it answered."""
    key = settings.api_key or _NO_KEY
    timeout = openai.Timeout(settings.timeout_s, connect=min(settings.timeout_s, _CONNECT_S))
    base_url = settings.base_url or OPENAI_URL
    client = _OwnClient(
        api_key=key,
        base_url=base_url,
        max_retries=settings.retries,
        timeout=timeout,
        http_client=openai.DefaultAsyncHttpxClient(
            trust_env=False, timeout=timeout, limits=_CONNECTIONS, follow_redirects=False
        ),
    )

    async def asynchronous_key() -> str:  # an asynchronous key keeps a second, synchronous client from being made
        return key

    return ConnectedChat(
        model=settings.model,
        base_url=base_url,
        api_key=asynchronous_key if settings.api_key else SecretStr(key),
        async_client=client.chat.completions,
        root_async_client=client,
        openai_proxy=None,
        http_socket_options=(),
        output_version=None,
        stream_chunk_timeout=None,
        max_retries=settings.retries,
        timeout=timeout,
        streaming=True,
        stream_usage=True,
        use_responses_api=False,
    )


def _plain(chunk: dict[str, Any]) -> dict[str, Any]:
    """Return a piece as the protocol has it: a refusal is what is said, and every call has its place."""
    choices = chunk.get("choices") or []
    delta = choices[0].get("delta") if choices and isinstance(choices[0], Mapping) else None
    if not isinstance(delta, Mapping):
        return {**chunk, "choices": []}
    calls = [
        {**call, "index": place if call.get("index") is None else call["index"]}
        for place, call in enumerate(delta.get("tool_calls") or [])
        if isinstance(call.get("function"), Mapping)
    ]
    said = delta.get("content") or delta.get("refusal")
    changed = {**delta, "role": "assistant", "content": said, "tool_calls": calls or None}
    return {**chunk, "choices": [{**choices[0], "delta": changed}]}


def _reason(error: openai.APIStatusError) -> str:
    """Say why a call was refused; a provider's own words only where they are about the request, not about the key."""
    said = f"HTTP {error.status_code}"
    if error.code:
        said = f"{said} ({str(error.code)[:_LONGEST_REASON]})"
    return f"{said}: {error.message[:_LONGEST_REASON]}" if isinstance(error, _TELLING) else said
