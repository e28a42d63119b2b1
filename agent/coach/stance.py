"""How the coach stands towards the moment: its prompt, made of files, by the phase of the day and the trading mode."""

from functools import cache
from pathlib import Path
from typing import Final

from agent.analysis.permission import EMERGENCY_STOP

_PROMPTS: Final = Path(__file__).parent / "prompts"


def prompt(phase: str, mode: str, context: str) -> str:
    """Return what the model is told before every turn: who it is, then its stance, the emergency stop before all else.

    Args:
        phase: one of `agent.coach.state.Phase`.
        mode: one of `agent.analysis.permission.MODES`.
        context: the line that `agent.coach.models.context.write_context` writes; it stands last.
    """
    who, stance, conduct = _read("coach.md"), _read(f"phases/{phase}.md"), _read(f"modes/{mode}.md")
    parts = (conduct, who, stance) if mode == EMERGENCY_STOP else (who, stance, conduct)
    return "\n\n".join((*parts, context))


@cache
def _read(name: str) -> str:
    return (_PROMPTS / name).read_text(encoding="utf-8").strip()
