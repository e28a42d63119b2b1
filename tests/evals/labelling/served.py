"""A chart on the desk, and its page served from a thread, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evals.labelling.application import Door
from evals.labelling.desk import Desk, Labeller
from evals.labelling.opening import CandleOptions, open_desk
from evals.labelling.places import candle_text
from evals.labelling.serving import LabelServer, listen
from tests.tools.picture.charts import walk

DAY = "2026-01-02"
BARS = 60


def labeller(by: str = "anna", *, is_second: bool = False) -> Labeller:
    return Labeller(by, is_second, lambda: DAY)


def candle_file(folder: Path, name: str = "EURUSD_M15.csv") -> Path:
    path = folder / name
    path.write_text(candle_text(walk(BARS)), encoding="utf-8")
    return path


def new_desk(folder: Path) -> Desk:
    return open_desk(candle_file(folder), None, CandleOptions(), labeller())


def moment(bar: int) -> str:
    """Return when a bar of the drawn walk opened."""
    minutes = 15 * bar
    return f"2024-01-08T{minutes // 60:02}:{minutes % 60:02}:00Z"


def said(**labels: Any) -> dict[str, Any]:
    """Return what a page sends."""
    return {"why": "It was drawn so.", "labels": labels}


def event(bar: int = 10, **other: Any) -> dict[str, Any]:
    return {
        "kind": "internal_swing", "direction": "bullish", "timeframe": "15m", "at": moment(bar),
        "detected_at": moment(bar + 2), "price": 1.1, **other,
    }  # fmt: skip


@contextmanager
def served(desk: Desk) -> Iterator[Door]:
    """Serve a desk until the block ends."""
    listening = listen(None)
    door, is_up = Door(listening.getsockname()[1]), threading.Event()
    server = LabelServer(desk, door, is_up.set)
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]))
    thread.start()
    try:
        assert is_up.wait(30)
        yield door
    finally:
        server.should_exit = True
        thread.join(30)
    assert not thread.is_alive()
