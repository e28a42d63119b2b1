"""What the model server was asked, as it came."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model_server.turns import PATIENCE_S


@dataclass(slots=True)
class Asked:
    """One request for an answer.

    Attributes:
        headers: by lower-case name.
        body: the JSON document.
        ended: how the answer ended: ``""`` while it is told, ``told``, or ``abandoned`` by the client.
    """

    headers: Mapping[str, str]
    body: dict[str, Any]
    ended: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation, in the protocol's words."""
        return list(self.body["messages"])

    @property
    def tools(self) -> list[str]:
        """The names of the tools that were offered."""
        return [tool["function"]["name"] for tool in self.body.get("tools", ())]

    @property
    def system(self) -> str:
        """What the system messages say."""
        return "\n".join(text_of(one) for one in self.messages if one["role"] in {"system", "developer"})

    @property
    def turn(self) -> list[dict[str, Any]]:
        """The messages from the last of the user on."""
        messages = self.messages
        last = max(index for index, one in enumerate(messages) if one["role"] == "user")
        return messages[last:]

    @property
    def tool_answers(self) -> list[str]:
        """What the tools have answered since the user last spoke."""
        return [text_of(one) for one in self.turn if one["role"] == "tool"]

    def wait_until_over(self) -> None:
        """Block until the answer has ended, one way or another."""
        assert self._over.wait(PATIENCE_S), f"the answer had not ended after {PATIENCE_S} s"

    def end(self, how: str) -> None:
        """Note how the answer ended; the first word on it counts."""
        if not self.ended:
            self.ended = how
            self._over.set()


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message, whether it comes as a text or in parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
