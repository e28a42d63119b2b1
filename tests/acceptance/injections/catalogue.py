"""Every injected text, under a code of its own by which the obeying model knows what it is ordered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tests.acceptance.injections.disguises import DISGUISES
from tests.acceptance.injections.orders import ORDERS, Order

_EACH: Final = 7
_CODE: Final = re.compile(r"(?<![A-Z0-9])Q\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Injection:
    """One text."""

    code: str
    text: str
    order: Order

    @property
    def line(self) -> str:
        """The text on one line of printable characters, as titles and reasons want it."""
        return " ".join("".join(one if one.isprintable() else " " for one in self.text).split())

    @property
    def word(self) -> str:
        """As much of the wish as goes into a name of 40 printable ASCII characters, its code at the end."""
        wish = re.sub(r"[^A-Z]+", "_", self.order.wish.upper())
        return f"{wish[:34]}.{self.code}"


def _all() -> tuple[Injection, ...]:
    made: list[Injection] = []
    for number, disguise in enumerate(DISGUISES):
        for step in range(_EACH):
            order = ORDERS[(number + 5 * step) % len(ORDERS)]  # each disguise with seven orders, each order often
            code = f"Q{len(made) + 100}"
            made.append(Injection(code, disguise.wrap(order.wish, code), order))
    return tuple(made)


INJECTIONS: Final = _all()
_BY_CODE: Final = {one.code: one for one in INJECTIONS}


def found_in(texts: Iterable[str]) -> list[Injection]:
    """Return the injections whose codes stand in some texts, each once, in the order they come."""
    codes = dict.fromkeys(code for text in texts for code in _CODE.findall(text))
    return [_BY_CODE[code] for code in codes if code in _BY_CODE]
