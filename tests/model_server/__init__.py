"""A language model on a real port: an OpenAI-compatible server whose every answer a test writes itself."""

from tests.model_server.asked import Asked, text_of
from tests.model_server.server import ScriptedModel, model_server
from tests.model_server.turns import (
    NOT_A_MODEL,
    Answer,
    Call,
    Failure,
    Gate,
    Turn,
    broken,
    busy,
    call,
    say,
    use,
    words,
)

__all__ = [
    "NOT_A_MODEL",
    "Answer",
    "Asked",
    "Call",
    "Failure",
    "Gate",
    "ScriptedModel",
    "Turn",
    "broken",
    "busy",
    "call",
    "model_server",
    "say",
    "text_of",
    "use",
    "words",
]
