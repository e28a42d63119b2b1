"""The report of a run: one HTML page that needs nothing else and asks the network for nothing."""

from evals.report.material import Baseline, Beside, gather
from evals.report.page import report_page

__all__ = ["Baseline", "Beside", "gather", "report_page"]
