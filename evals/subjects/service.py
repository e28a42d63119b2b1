"""The whole service as one subject: charts go to its analysis, conversations to its coach."""

from dataclasses import dataclass
from typing import Any

from evals.cases.case import Chart
from evals.subjects.analysis import AnalysisSubject
from evals.subjects.asked import Asked
from evals.subjects.coach import CoachSubject
from evals.subjects.found import Found


@dataclass(frozen=True)
class ServiceSubject:
    """Both halves of this service.

    Attributes:
        analysis: looks at charts.
        coach: holds conversations.
        name: how reports call it.
    """

    analysis: AnalysisSubject
    coach: CoachSubject
    name: str = "ict"

    @property
    def is_deterministic(self) -> bool:
        """Whether both halves are."""
        return self.analysis.is_deterministic and self.coach.is_deterministic

    @property
    def is_told_amounts(self) -> bool:
        """No: it says what it sees."""
        return False

    def identity(self) -> dict[str, Any]:
        """Return what both are."""
        return {"subject": self.name, "analysis": self.analysis.identity(), "coach": self.coach.identity()}

    def find(self, asked: Asked) -> Found:
        """Look at a case with the half it is for.

        Raises:
            DataError: the case cannot be read.
            IctError: the walk or the model failed.
        """
        return (self.analysis if isinstance(asked.subject, Chart) else self.coach).find(asked)
