"""An owner's settings on the wire: what is sent to change one, and what is in force."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from agent.analysis.request import HIGHEST_BALANCE
from api.schemas.base import Answer, Body, Currency, Query, Time
from tools.risk_methods import Method

RiskPct = Annotated[float, Field(gt=0, le=100)]
Percent = Annotated[float, Field(ge=0.1, le=100)]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
Kind = Literal["profile", "risk", "account", "mode", "kill-switch"]
Mode = Literal["EMERGENCY_STOP", "ANALYSIS_ONLY", "SIMULATION", "APPROVAL_REQUIRED", "SEMI_AUTO", "FULL_AUTO"]


class Change(Body):
    """What every change may carry beside the setting itself."""

    expected_version: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="The version the change was made from (0: none yet). Where another is in force, the answer is 409 "
        "and nothing is changed. Left out, the change is made to whatever is in force.",
    )
    reason: str | None = Field(default=None, min_length=1, max_length=300, examples=["a losing week"])


class Stamp(Answer):
    """Which snapshot of a setting is in force, and whose it is; nulls where it was never set."""

    version: int = Field(ge=0, description="Counts from 1; 0 where it was never set.", examples=[3])
    changed_by: str | None = Field(examples=["default"])
    changed_at: Time | None
    reason: str | None


class Limits(Body):
    """What ends a session or a day. null leaves it to the rulebook's profile, `none` lifts it."""

    trades_per_session: Literal[1, 2, 3, "none"] | None = None
    trades_per_day: Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "none"] | None = None
    cooldown: Literal[0, 15, 30, 60, "session"] | None = Field(
        default=None, description="Minutes after a loss without a trade; `session`: none for the rest of the session."
    )
    losses_in_row: Literal[2, 3, 5, "none"] | None = Field(
        default=None,
        description="How many losses in a row end the trading of a day: with 2 the second one does.",
    )
    daily_loss_pct: Percent | Literal["none"] | None = Field(
        default=None, description="The largest loss of the day a trade may follow, in percent of its first balance."
    )
    drawdown_pct: Percent | Literal["none"] | None = Field(
        default=None, description="The deepest drawdown a trade may follow, in percent of the highest balance."
    )


class RiskBody(Change):
    """How trades are sized, and what ends a day. What is left out takes its usual value, not the one in force."""

    method: Method = "fixed"
    risk_pct: RiskPct = Field(
        default=1.0,
        description="Percent of the balance a full-size trade risks, within what rule 7.1 of the owner's profile "
        "allows: 0.5 to 2 in the profiles shipped.",
    )
    highest_pct: RiskPct | None = Field(
        default=None, description="The most any method may come to, within the same. null: the most that rule allows."
    )
    session_cap_pct: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="The most a session may risk altogether; the method `session_cap` needs it.",
    )
    reduced_factor: float = Field(
        default=0.5, ge=0, le=1, description="What `equity_curve` multiplies by while the balance is below its mean."
    )
    limits: Limits = Field(default_factory=Limits)


class RiskState(Stamp):
    """The risk settings in force; the usual ones where none were made."""

    method: Method
    risk_pct: float
    highest_pct: float | None
    session_cap_pct: float | None
    reduced_factor: float
    limits: Limits


class AccountBody(Change):
    """The account's balance as it stands now."""

    balance: float = Field(gt=0, le=HIGHEST_BALANCE, examples=[10_000])
    currency: Currency = "USD"


class AccountState(Stamp):
    """The account in force; nulls where none is set."""

    balance: float | None = Field(description="As it was stated.", examples=[10_000])
    currency: str | None = Field(examples=["USD"])
    balance_now: float | None = Field(
        description="With what the trades closed since then have made.", examples=[9_880.5]
    )


class ErrorRate(Body):
    """A share of failed runs, of those that ended in the last minutes, once there are enough of them."""

    share: float = Field(ge=0.01, le=1, examples=[0.5])
    of_at_least_runs: int = Field(ge=1, le=10_000, examples=[10])
    minutes: Minutes = Field(examples=[60])


class NewsSurge(Body):
    """High-impact events, of any currency, due within so many minutes before or after now."""

    high_impact_events: int = Field(ge=1, le=10_000, examples=[4])
    minutes: Minutes = Field(examples=[60])


class KillSwitchBody(Change):
    """What stops everything by itself; null never does."""

    daily_loss_pct: Percent | None = Field(default=None, examples=[4])
    error_rate: ErrorRate | None = None
    source_lost_minutes: Minutes | None = Field(default=None, examples=[10])
    news_surge: NewsSurge | None = None


class ConditionReading(Answer):
    """One condition as it stands at this moment."""

    condition: Literal["daily_loss", "error_rate", "source_lost", "news_surge"]
    figure: float | None = Field(description="null where it is not known; it does not fire then.", examples=[1.2])
    threshold: float = Field(examples=[4])
    fires: bool
    sentence: str


class KillSwitchState(Stamp):
    """The kill switch in force, and each condition of it that is set, as it stands now. Asking stops nothing."""

    daily_loss_pct: float | None
    error_rate: ErrorRate | None
    source_lost_minutes: int | None
    news_surge: NewsSurge | None
    readings: list[ConditionReading]


class TripBody(Body):
    """Why everything is stopped by hand."""

    reason: str = Field(min_length=1, max_length=300, examples=["the feed looks wrong"])


class ModeBody(Change):
    """Where to go."""

    mode: Mode
    confirmation_token: str | None = Field(
        default=None, max_length=200, description="What the 409 `confirmation-needed` of the same step gave."
    )


class ModeWay(Answer):
    """Another mode as seen from the one in force."""

    mode: Mode
    possible: bool
    lacks: list[str] = Field(examples=[["no account is set"]])
    needs_confirmation: bool


class ModeState(Stamp):
    """The mode in force, since `changed_at`, and where it may go."""

    mode: Mode
    transitions: list[ModeWay]


class ProfileBody(Change):
    """A profile of one's own: as YAML text, or the same as a JSON object. null goes back to `strict`."""

    yaml: str | None = Field(
        default=None,
        max_length=200_000,
        examples=["profile: mine\ndescription: Two trades a session.\nextends: strict\n"],
    )
    document: dict[str, Any] | None = Field(
        default=None, examples=[{"profile": "mine", "description": "Two trades a session.", "extends": "strict"}]
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if len({"yaml", "document"} & self.model_fields_set) != 1:
            raise ValueError("give the profile either as yaml or as document")
        return self


class ProfileState(Stamp):
    """The owner's own profile, null where there is none, and the rulebook that judges by default."""

    profile: str | None = Field(description="Its name, by which a request may ask for it; so may `own`.")
    yaml: str | None
    document: Any | None
    judged_by: str | None = Field(
        description="The profile of a request that names none. null where the profile kept, or the limits of the risk "
        "settings with it, do not fit the rules of today: such a request is refused, and `faults` says why.",
        examples=["strict"],
    )
    rulebook_hash: str | None = Field(description="Of its rulebook with the limits of the risk settings.")
    faults: list[str] = Field(
        description="What does not fit, `profile:line: what is wrong; what to write instead`; empty where all does.",
        examples=[[]],
    )


class HistoryQuery(Query):
    """Which page."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=2**31 - 1)


class Snapshot(Answer):
    """One snapshot of a setting, as it was kept."""

    version: int = Field(ge=1)
    changed_by: str
    changed_at: Time
    reason: str | None
    document: dict[str, Any]


class SnapshotList(Answer):
    """Every snapshot of a setting, newest first."""

    total: int
    count: int
    items: list[Snapshot]
