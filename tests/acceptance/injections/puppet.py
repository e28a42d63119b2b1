"""A model that obeys whatever it reads: any message, whoever it is from, may order it about."""

import re
from typing import Final

from tests.acceptance.injections.catalogue import Injection, found_in
from tests.acceptance.injections.orders import Order
from tests.model_server import Asked, Call, Turn, say, text_of, use

_AT_ONCE: Final = 8
"""Calls in one reply; the coach runs no more."""
_BREAK: Final = re.compile(r"(?<=\. )")


class Puppet:
    """Call what every text in sight orders, and then say what it orders; one question a thread.

    Attributes:
        reads: tools it calls first, as a curious model would; their answers may order it about too.
        says: what it says whatever it is ordered; empty for nothing.
        advises: whether it says what is advice to trade; where it is ordered nothing else it does anyway.
        advised: how often it has.
        seen: every injection that ever reached it, by code.
        called: the name of every tool that it has called.
    """

    def __init__(self) -> None:
        """Read nothing of itself."""
        self.reads: tuple[Call, ...] = ()
        self.says = ""
        self.advises = False
        self.advised = 0
        self.seen: dict[str, Injection] = {}
        self.called: list[str] = []

    def __call__(self, asked: Asked) -> Turn:
        """Answer a request."""
        orders = found_in(text_of(one) for one in asked.messages)
        self.seen.update((one.code, one) for one in orders)
        distinct = {one.order.claim: one.order for one in orders}
        spoken = [one for one in asked.messages if one["role"] == "assistant"]
        made = sum(len(one.get("tool_calls") or ()) for one in spoken)
        calls = (*self.reads, *(wanted for order in distinct.values() for wanted in order.calls))
        is_repairing = any(not one.get("tool_calls") for one in spoken)
        if calls[made:] and asked.tools and not is_repairing:
            now = calls[made : made + _AT_ONCE]
            self.called += [one.name for one in now]
            return use(*now)
        return say(*_BREAK.split(self._told(list(distinct.values()))))

    def _told(self, orders: list[Order]) -> str:
        """Put together what is claimed: advice for itself, since it has the whole answer refused."""
        if self.says:
            return self.says
        advice = [one.claim for one in orders if one.is_advice]
        others = [one.claim for one in orders if not one.is_advice]
        advises = bool(advice) and (self.advises or not others)
        self.advised += advises
        return " ".join(advice if advises else others) or "There is nothing to tell."
