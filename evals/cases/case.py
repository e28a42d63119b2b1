"""A case: what a subject is given, and what is true of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from agent.analysis.discipline import UNKNOWN, Discipline
from agent.analysis.request import AnalysisRequest, CalendarEvent
from agent.labels import Labelling, Labels, Provenance
from tools.candles import Candles
from tools.instruments import Instrument
from tools.risk_methods import RiskPlan
from tools.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class Chart:
    """The inputs of one analysis.

    Attributes:
        windows: closed candles by timeframe, at least one; the walk needs 30 bars of the finest.
        as_of: epoch second of the decision.
        companion: bars of a correlated market on the finest timeframe, for SMT divergences.
        calendar: scheduled events; empty for "none", None for "no calendar is known".
        profile: the rulebook profile it was labelled for; a runner may choose another.
        parameters: choices of the chart's reading that differ from the defaults, by name (`ChartParameters.of_names`);
            they reach facts and not the walk, whose definitions are the rulebook's.
        mode: the owner's trading mode, None where nobody keeps one.
        after: bars of the finest timeframe that followed `as_of`, for what happened next; no subject is given them.
        account_currency: ISO code of the account.
        simulated: whether the candles are made up, as far as the decision says so itself.
        is_past: whether the decision was asked for well after `as_of`; see `AnalysisRequest`.
    """

    instrument: Instrument
    windows: Mapping[Timeframe, Candles]
    as_of: int
    companion: Candles | None = None
    calendar: tuple[CalendarEvent, ...] | None = ()
    discipline: Discipline = UNKNOWN
    account_balance: float = 10_000.0
    risk_pct: float = 1.0
    quote_to_account_rate: float | None = None
    plan: RiskPlan | None = None
    mode: str | None = None
    profile: str = "strict"
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    after: Candles | None = None
    account_currency: str = "USD"
    simulated: bool = False
    is_past: bool = False

    @property
    def base(self) -> Candles:
        """The candles of the finest timeframe."""
        return self.windows[min(self.windows, key=lambda timeframe: timeframe.seconds)]

    def request(self, profile: str | None = None) -> AnalysisRequest:
        """Return the analysis to make, checked.

        Args:
            profile: judges in place of the one it was labelled for.

        Raises:
            DataError: the windows do not make a chart the walk can read; see `AnalysisRequest.check`.
        """
        return AnalysisRequest(
            symbol=self.instrument.symbol,
            instrument=self.instrument,
            windows=self.windows,
            account_balance=self.account_balance,
            risk_pct=self.risk_pct,
            as_of=self.as_of,
            account_currency=self.account_currency,
            quote_to_account_rate=self.quote_to_account_rate,
            calendar=self.calendar,
            discipline=self.discipline,
            plan=self.plan,
            mode=self.mode,
            profile=self.profile if profile is None else profile,
            simulated=self.simulated,
            is_past=self.is_past,
        ).check()


@dataclass(frozen=True, slots=True)
class Turn:
    """One question to the coach, and what its answer must be.

    Attributes:
        question: what the user writes.
        tools: tools that must be called, in this order, others between them allowed; empty asks for none in particular.
        must_say: texts of which each must stand in the answer, letter case apart; ``a|b`` is met by either.
        must_not_say: texts of which none may.
        abstains: whether the only right answer is that it cannot be known from the record; None where it is not judged.
        must_be_told: texts that must stand in what the model is sent, its instructions included.
        says: what a scripted speaker answers in place of the model of the run, after it has called `tools`, each
            without arguments. The coach's own check judges it, and the other fields say what may come of that; None
            lets the model speak.
    """

    question: str
    tools: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    abstains: bool | None = None
    must_be_told: tuple[str, ...] = ()
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions to the coach about decisions that are recorded first.

    Attributes:
        now: epoch second the clock stands at.
        analyses: what is analysed and recorded beforehand, oldest first.
        turns: the questions, at least one.
    """

    now: int
    analyses: tuple[Chart, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One chart or one conversation with what is true of it.

    Attributes:
        id: its name, unique in its suite: lower-case letters, digits, dots and hyphens.
        why: one sentence that says why the labels are what they are.
        subject: what is looked at.
        labellings: what each labeller says of a chart, the reference first; a conversation has no labels but `by`.
        tags: what it can be sliced by: ``rule``, ``pattern``, ``noise``, ``session``, ``volatility``…, each one word.
        pinned: whether any flip of it fails the gate.
    """

    id: str
    why: str
    subject: Chart | Conversation
    labellings: tuple[Labelling, ...]
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pinned: bool = False

    @property
    def labels(self) -> Labels:
        """What the reference labeller says."""
        return self.labellings[0].labels

    @property
    def provenance(self) -> Provenance:
        """Who that is."""
        return self.labellings[0].provenance


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases under one name.

    Attributes:
        digests: each case's SHA-256 by its id; see `evals.cases.documents.case_digest`.
        licence: under which it may be passed on.
        definition: what its labels were held against.
        manifest_sha256: of the manifest it was checked against; None where it is not sealed.
    """

    name: str
    title: str
    cases: tuple[Case, ...]
    digests: Mapping[str, str]
    licence: str = "MIT"
    definition: str = ""
    manifest_sha256: str | None = None
