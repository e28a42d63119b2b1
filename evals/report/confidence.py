"""What became of the trades that were offered: calibration of their confidence, and their results where labelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evals.report.plots import reliability_plot
from evals.report.tables import Cell, Content, table
from evals.report.words import figure, size
from evals.scoring.estimates import clusters_of, share_of
from evals.scoring.intervals import Estimate
from evals.scoring.summary import SEED
from tools.picture.markup import element, text


def calibration_body(calibration: Mapping[str, Any]) -> str:
    """Return the reliability curve with intervals and counts, and the Brier score."""
    if not calibration["n"]:
        return element("p", text(f"{calibration['reason'].capitalize()}: nothing can be said of its confidence."))
    words = f"Brier score {figure(calibration['brier'])} over {calibration['n']:,} offered trades with an outcome."
    lines: list[list[Content]] = []
    for one in calibration["bins"]:
        won = one["won"]
        cells = [Cell(figure(number), number) for number in (one["confidence"], won["value"], won["low"], won["high"])]
        lines.append([f"{one['from']:.1f} to {one['to']:.1f}", *cells, Cell(size(won), won["n"])])
    heads = ["Confidence", "mean said", "won", "at least", "at most", "n"]
    plot = element("figure", reliability_plot(calibration["bins"]) + element("figcaption", text(words)))
    return plot + table("Confidence and what came true", heads, lines)


def outcomes_body(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """Return what became of offered trades whose outcome is labelled; None where none is."""
    labelled = [row for row in rows if row["expected"].get("outcome")]
    if not labelled:
        return None
    offered = [row for row in labelled if _is_offered(row)]
    results = Counter(row["expected"]["outcome"]["result"] for row in offered)
    decided = [row for row in offered if row["expected"]["outcome"]["result"] in ("target", "stop")]
    won = [row["expected"]["outcome"]["result"] == "target" for row in decided]
    hits = (share_of(won, clusters_of(decided), SEED) if won else Estimate.unknown("no trade was decided")).to_dict()
    gains = [row["expected"]["outcome"]["r"] for row in offered if row["expected"]["outcome"].get("r") is not None]
    ended: list[list[Content]] = [
        [f"ended as {name.replace('_', ' ')}", Cell(f"{count:,}", count)] for name, count in sorted(results.items())
    ]
    lines: list[list[Content]] = [
        ["charts with a labelled outcome", Cell(f"{len(labelled):,}", len(labelled))],
        ["of them with a trade offered", Cell(f"{len(offered):,}", len(offered))],
        *ended,
        ["hit rate, at least", Cell(figure(hits["low"]), hits["low"])],
        ["hit rate", Cell(figure(hits["value"]), hits["value"])],
        ["sum of R, by the labelled setups", Cell(figure(sum(gains), 2), sum(gains))],
    ]
    return table("What became of the offered trades", ["", "number"], lines, sorts=False)


def _is_offered(row: Mapping[str, Any]) -> bool:
    found = row["found"]
    return bool(found and found["decision"] and found["decision"]["status"] == "TRADE_NOW")
