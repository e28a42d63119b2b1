"""Which suites ship, and where they lie; each is a package whose ``build`` gives its cases when it is loaded."""

from pathlib import Path
from typing import Final

SHIPPED: Final = ("textbook", "simulated", "noisy", "adversarial", "coach")


def shipped_folder(name: str) -> Path:
    """Return the folder of a suite that ships."""
    return Path(__file__).parents[1] / "suites" / name
