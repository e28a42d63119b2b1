"""A conversation on the terminal: what is written, what is taken back, what is in colour."""

import io
from typing import Any

from rich.console import Console

from api.terminal.coach_view import CoachView, WordStream
from api.terminal.screen import Screen

USAGE = {"input_tokens": 0, "output_tokens": 0, "cost_usd": None}


def screen(*, width: int = 40, height: int = 20, terminal: bool = True) -> Screen:
    console = Console(
        file=io.StringIO(), width=width, height=height, force_terminal=terminal,
        color_system="standard" if terminal else None, highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    return Screen(console)


def written(shown: Screen) -> str:
    file = shown.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def completed(response: str, **more: Any) -> dict[str, Any]:
    return {"response": response, "citations": [], "claims": [], "usage": USAGE, **more}


def flagged(text: str, *, will_repair: bool) -> dict[str, Any]:
    return {"message_id": "m1", "claims": [{"text": text, "kind": "price"}], "will_repair": will_repair}


def delta(text: str, message_id: str = "m1") -> dict[str, Any]:
    return {"message_id": message_id, "delta": text}


def test_words_are_broken_between_words_whatever_pieces_they_come_in() -> None:
    shown = screen(width=21)
    words = WordStream(shown)
    for piece in ["The bi", "as has turned wi", "thin the ses", "sion\n\nand a", "gain"]:
        words.add(piece)
    words.end()
    assert [row.rstrip() for row in written(shown).splitlines()] == [
        "The bias has turned",
        "within the session",
        "",
        "and again",
    ]


def test_a_word_waits_until_it_is_whole_and_the_one_before_does_not() -> None:
    shown = screen()
    words = WordStream(shown)
    words.add("half a wo")
    assert written(shown) == "half a "


def test_a_word_wider_than_the_terminal_is_cut() -> None:
    shown = screen(width=11)
    words = WordStream(shown)
    words.add("x" * 25)
    words.end()
    assert written(shown).split() == ["x" * 10, "x" * 10, "x" * 5]


def test_what_a_model_says_does_not_steer_the_terminal() -> None:
    shown = screen()
    view = CoachView(shown)
    view.show("message.delta", delta("\x1b[2Jgone\x07 "))
    assert "\x1b[2J" not in written(shown)
    assert "\\x1b[2Jgone\\x07" in written(shown)


def test_an_answer_is_written_once_as_it_comes() -> None:
    shown = screen()
    view = CoachView(shown)
    view.show("message.delta", delta("No "))
    assert written(shown) == "No "
    view.show("message.delta", delta("trade."))
    view.show("message.completed", completed("No trade."))
    assert written(shown) == "No trade.\n"


def test_a_withdrawn_draft_is_cleared_and_the_next_one_takes_its_place() -> None:
    shown = screen(width=80)
    view = CoachView(shown)
    view.show("message.delta", delta("Entry at 1.0851 it is,\nand so on."))
    view.show("claim.flagged", flagged("1.0851", will_repair=True))
    assert "\x1b[2F\x1b[J" in written(shown)
    assert "nothing supports 1.0851" in written(shown)
    view.show("message.delta", delta("Entry at 1.0850.", "m2"))
    view.show("message.completed", completed("Entry at 1.0850."))
    assert written(shown).endswith("Entry at 1.0850.\n")


def test_a_draft_that_advised_to_trade_is_withdrawn_with_the_rule() -> None:
    shown = screen(width=100)
    view = CoachView(shown)
    view.show("message.delta", delta("Buy now."))
    advice = {"text": "Buy now.", "kind": "advice", "reason": "The decision is WAIT by rule 8.1."}
    view.show("claim.flagged", {"message_id": "m1", "claims": [advice], "will_repair": True})
    assert "a draft is withdrawn: The decision is WAIT by rule 8.1." in written(shown)


def test_a_draft_that_has_scrolled_away_is_said_to_be_withdrawn() -> None:
    shown = screen(height=3)
    view = CoachView(shown)
    view.show("message.delta", delta("one\ntwo\nthree\nfour\n"))
    view.show("claim.flagged", flagged("four", will_repair=True))
    assert "\x1b[4F" not in written(shown)
    assert "the answer above is withdrawn" in written(shown)


def test_unsupported_claims_are_in_colour_once_the_answer_is_final() -> None:
    shown = screen(width=80)
    view = CoachView(shown)
    view.show("message.delta", delta("Entry at 1.0851."))
    view.show("claim.flagged", flagged("1.0851", will_repair=False))
    claims = [{"text": "1.0851", "supported": False}]
    view.show("message.completed", completed("Entry at 1.0851 [unsupported].", claims=claims))
    assert "Entry at \x1b[1;33m1.0851 \x1b[0m\x1b[1;33m[unsupported]\x1b[0m.\n" in written(shown)


def test_without_a_terminal_there_is_only_what_is_final_and_no_colour() -> None:
    shown = screen(terminal=False)
    view = CoachView(shown)
    view.header("offline", "kill_zone", "ANALYSIS_ONLY", "EURUSD")
    view.show("tool.called", {"id": "c", "name": "why_not", "arguments": {"run_id": "r"}})
    view.show("tool.result", {"id": "c", "name": "why_not", "ok": True, "summary": "WAIT\nby 8.1"})
    view.show("message.delta", delta("A draft."))
    view.show("claim.flagged", flagged("A", will_repair=True))
    view.show("message.delta", delta("It waits.", "m2"))
    usage = {"input_tokens": 1_000, "output_tokens": 50, "cost_usd": 0.0021}
    cited = [
        {"kind": "rule", "id": "8.1", "call_id": "c"},
        {"kind": "rule", "id": "8.1", "call_id": "d"},
        {"kind": "session", "id": "e", "call_id": "e"},
        {"kind": "user", "id": "user", "call_id": None},
    ]
    view.show("message.completed", completed("It waits.", citations=cited, usage=usage))
    assert written(shown).splitlines() == [
        "coach  offline · kill zone · ANALYSIS_ONLY · EURUSD",
        "  · why_not(run_id=r): WAIT by 8.1",
        "  · a draft is withdrawn: nothing supports A",
        "It waits.",
        "  from rule 8.1, session, your own words · 1,050 tokens, $0.0021",
    ]


def test_a_source_without_a_name_is_told_only_where_none_of_its_kind_has_one() -> None:
    call, run = {"kind": "decision", "id": "c", "call_id": "c"}, {"kind": "decision", "id": "r", "call_id": "d"}
    rulebook = {"kind": "rule", "id": "e", "call_id": "e"}
    last_lines = []
    for cited in ([call, run], [call, rulebook]):
        shown = screen(width=80, terminal=False)
        CoachView(shown).show("message.completed", completed("It waits.", citations=cited))
        last_lines.append(written(shown).splitlines()[-1])
    assert last_lines == ["  from decision r", "  from recorded decisions, the rulebook"]


def test_an_error_ends_the_line_that_was_begun() -> None:
    shown = screen()
    view = CoachView(shown)
    view.show("message.delta", delta("Half an"))
    view.show("error", {"detail": "the model went away"})
    assert written(shown) == "Half an\n"
