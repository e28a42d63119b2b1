"""Who speaks: the model that the settings name, or the offline one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel

from agent.coach.models.offline.model import OfflineModel
from agent.settings import ModelSettings

_OFFLINE = "offline"


async def _nothing_is_open() -> None:
    """Close a model that holds no connection."""


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A chat model under the name that answers carry.

    Attributes:
        chat: streams, and binds tools.
        name: as an answer says it.
        is_offline: whether it is the one that needs no network.
        settings: what it was made from; None for one that costs nothing.
        close: closes its connections; whoever made it awaits this at the end.
    """

    chat: BaseChatModel
    name: str
    is_offline: bool
    settings: ModelSettings | None
    close: Callable[[], Awaitable[None]] = _nothing_is_open


def speaking_model(settings: ModelSettings | None) -> NamedModel:
    """Return the model to speak with; None of settings gives the offline one, which needs nothing."""
    if settings is None:
        return NamedModel(OfflineModel(), _OFFLINE, True, None)
    from agent.coach.models.chat import connected_chat  # its client costs a second of start-up: only who has one pays

    chat = connected_chat(settings)
    return NamedModel(chat, settings.model, False, settings, chat.close)
