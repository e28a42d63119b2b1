"""Answers of the coach: the tools it called, what it was told, what it said and what it must not say."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

from evals.cases.case import Conversation, Turn
from evals.scoring.parts import Judged
from evals.subjects.found import Found, FoundAnswer

CHECKS: Final = ("tool_path", "grounded", "must_say", "must_not_say", "abstention", "must_be_told")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-")
_QUOTES: Final = {ord("‘"): "'", ord("’"): "'", ord("“"): '"', ord("”"): '"'}
_THOUSANDS: Final = re.compile(r"(?<=\d)[,'\u2009\u202f\u00a0](?=\d{3}(?!\d))")
_SHOWN: Final = 60


def score_coach(conversation: Conversation, found: Found) -> Judged:
    """Check every answer of every repeat of a conversation.

    Returns:
        ``repeats``, how many conversations were held, ``passes``, in how many nothing was amiss, and ``checks``: for
        each of `CHECKS` how often it was met and how often it was asked for, turns and repeats together. A turn that
        was not answered meets nothing; ``answered`` says whether any was.
    """
    turns = conversation.turns
    counts = {name: [0, 0] for name in CHECKS}
    passes, failures = 0, []
    for repeat, answers in enumerate(found.answers or ((),), start=1):
        amiss = []
        for number, turn in enumerate(turns):
            answer = answers[number] if number < len(answers) else None
            where = f"turn {number + 1}" + (f", repeat {repeat}" if len(found.answers) > 1 else "")
            for name, problem in check_turn(turn, answer).items():
                counts[name][0] += problem is None
                counts[name][1] += 1
                if problem is not None:
                    amiss.append(f"{where}: {problem}")
        passes += not amiss
        failures += amiss
    parts = {"repeats": max(len(found.answers), 1), "passes": passes, "checks": counts}
    return Judged({**parts, "answered": bool(found.answers)}, failures)


def check_turn(turn: Turn, answer: FoundAnswer | None) -> dict[str, str | None]:
    """Return what is wrong with an answer, by check; None where it is met, and no entry where it is not asked for."""
    asked: dict[str, bool] = {
        "tool_path": bool(turn.tools),
        "grounded": turn.says is None,  # a draft of the case's own may be false: its texts say what must be marked
        "must_say": bool(turn.must_say),
        "must_not_say": bool(turn.must_not_say),
        "abstention": turn.abstains is not None,
        "must_be_told": bool(turn.must_be_told),
    }
    if answer is None:
        return {name: f"no answer ({name})" for name, is_asked in asked.items() if is_asked}
    problems = {
        "tool_path": _tool_path(turn, answer),
        "grounded": None if answer.is_grounded else "the answer makes a claim that nothing supports",
        "must_say": _unsaid("must say", turn.must_say, answer.text),
        "must_not_say": _said(turn.must_not_say, answer.text),
        "abstention": _abstention(turn, answer),
        "must_be_told": _unsaid("the model must be told", turn.must_be_told, answer.told),
    }
    return {name: problems[name] for name, is_asked in asked.items() if is_asked}


def is_path(wanted: Sequence[str], called: Iterable[str]) -> bool:
    """Return whether some tools were called in their order, whatever was called between them."""
    rest = iter(called)
    return all(any(name == one for one in rest) for name in wanted)


def says(text: str, wanted: str) -> bool:
    """Return whether a text holds one of the alternatives ``a|b``.

    Letter case, thousands separators, kinds of dashes, quotation marks and spaces do not count; a number is met only by
    the whole number, so that ``1.1`` does not stand in ``1.105``.
    """
    plain = normalised(text)
    return any(_stands_in(normalised(one), plain) for one in wanted.split("|"))


def normalised(text: str) -> str:
    """Return a text in the one form in which texts are compared."""
    whole = _THOUSANDS.sub("", text)
    folded = unicodedata.normalize("NFKC", whole).translate({**_DASHES, **_QUOTES}).casefold()
    return " ".join(folded.split())


def _stands_in(wanted: str, text: str) -> bool:
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def _tool_path(turn: Turn, answer: FoundAnswer) -> str | None:
    if is_path(turn.tools, answer.tools):
        return None
    return f"expected the tools {' → '.join(turn.tools)}; called {' → '.join(answer.tools) or 'none'}"


def _unsaid(what: str, wanted: Sequence[str], text: str) -> str | None:
    absent = [repr(one) for one in wanted if not says(text, one)]
    return f"{what} {' and '.join(absent)}; it says {_shortened(text)}" if absent else None


def _said(unwanted: Sequence[str], text: str) -> str | None:
    present = [repr(one) for one in unwanted if says(text, one)]
    return f"must not say {' or '.join(present)}, and does" if present else None


def _abstention(turn: Turn, answer: FoundAnswer) -> str | None:
    if answer.abstained == turn.abstains:
        return None
    return "must say that the record does not tell" if turn.abstains else "says that the record does not tell; it does"


def _shortened(text: str) -> Any:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…")
