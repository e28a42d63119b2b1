"""Speaking without a tool: greetings, what it can, what it does not do and does not know."""

from agent.coach.models.offline.said.fill import say
from agent.coach.models.offline.turn import Turn


def greeting(_: Turn) -> list[str]:
    """Greet, and say what can be asked."""
    return [*say("greeting"), *say("can")]


def thanks(_: Turn) -> list[str]:
    """Answer thanks."""
    return say("thanks")


def change(_: Turn) -> list[str]:
    """Refuse to change anything."""
    return [*say("change_refused"), *say("can")]


def foretell(_: Turn) -> list[str]:
    """Refuse to foretell."""
    return [*say("foretell"), *say("can")]


def abstains(_: Turn) -> list[str]:
    """Say plainly that it has no answer, and what it has."""
    return [*say("abstain"), *say("can")]
