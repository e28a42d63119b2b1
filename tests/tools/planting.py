"""Faults planted in a copy of the tools: the copy is imported beside the honest modules and thrown away after."""

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final, NamedTuple

_TOOLS: Final = Path(__file__).parents[2] / "tools"


class Fault(NamedTuple):
    """One mistake: in which file of `tools`, which text, what stands there instead."""

    name: str
    file: str
    text: str
    instead: str


@contextmanager
def planted(fault: Fault | None, folder: Path) -> Iterator[SimpleNamespace]:
    """Import a copy of `tools` made in `folder` with the fault in it (None: the honest tools) and give its functions.

    Raises:
        AssertionError: the file does not hold the fault's text exactly once, so the fault would not be what it says.
    """
    copy = folder / "tools"
    shutil.copytree(_TOOLS, copy, ignore=shutil.ignore_patterns("__pycache__", "market"))
    if fault is not None:
        _plant(fault, copy / fault.file)
    honest = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "tools"}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        chart = importlib.import_module("tools.chart")
        assert Path(str(chart.__file__)).is_relative_to(folder)
        yield SimpleNamespace(
            read_chart=chart.read_chart,
            parameters=chart.ChartParameters,
            candles=importlib.import_module("tools.candles").Candles,
            instrument=importlib.import_module("tools.instruments").instrument,
            resample=importlib.import_module("tools.resample").resample,
            timeframe=importlib.import_module("tools.timeframes").Timeframe,
        )
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "tools"]:
            del sys.modules[name]
        sys.modules.update(honest)


def _plant(fault: Fault, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count(fault.text) == 1, f"{fault.name}: {fault.file} holds that text {source.count(fault.text)} times"
    path.write_text(source.replace(fault.text, fault.instead), encoding="utf-8")
