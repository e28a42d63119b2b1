"""``ict coach``: one question, questions piped in, and a conversation at a real terminal."""

import codecs
import io
import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from api.cli import main
from api.commands.question_lines import HISTORY_FILE
from tests.model_server import Failure, Gate, ScriptedModel, model_server, say

PATIENCE_S: Final = 60
COMMAND: Final = (sys.executable, "-m", "api.cli", "coach")
WHY: Final = "Why is this no trade?"
_ESCAPES: Final = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[()=>].?)")


@dataclass(frozen=True)
class Said:
    """What a command wrote to either stream."""

    out: str
    err: str


@dataclass(frozen=True)
class Ict:
    """The command line on a database and a data folder of the test's own."""

    folder: Path
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, typed: str | bytes = "", status: int = 0) -> Said:
        """Run a command in this process, with a text on standard input."""
        given = typed if isinstance(typed, bytes) else typed.encode()
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = Said(*self.capsys.readouterr())
        assert int(ended.value.code or 0) == status, said.err
        return said

    def analyze(self) -> str:
        """Analyse a symbol of the simulated market and return the run's id."""
        return str(json.loads(self("analyze", "EURUSD", "--json").out)["run_id"])

    def speaks_with(self, model: ScriptedModel) -> None:
        """Let the coach speak with a scripted model, each call tried once."""
        for name, value in {
            "OPENAI_BASE_URL": model.base_url,
            "ICT_MODEL": "scripted",
            "ICT_MODEL_RETRIES": "0",
        }.items():
            self.patch.setenv(name, value)

    @contextmanager
    def at_a_terminal(self, *arguments: str) -> Iterator["Terminal"]:
        """Run ``ict coach`` in a process and at a terminal of its own."""
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 100))
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=self.folder, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=_takes_the_terminal,
        ) as process:  # fmt: skip
            os.close(theirs)
            terminal = Terminal(ours, process)
            try:
                yield terminal
            finally:
                os.close(ours)
                process.kill()


def _takes_the_terminal() -> None:
    """Make standard input the controlling terminal, so that its Ctrl-C reaches the process."""
    os.close(os.open(os.ttyname(0), os.O_RDWR))


class Terminal:
    """What somebody at a terminal sees and types."""

    def __init__(self, ours: int, process: "subprocess.Popen[bytes]") -> None:
        self._ours = ours
        self.process = process
        self._unread = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def types(self, text: str) -> None:
        """Type a text, control characters included."""
        os.write(self._ours, text.encode())

    def presses(self, key: str, *, until: str) -> None:
        """Press a key, again and again as long as nothing comes of it: readline is deaf for a moment after an echo."""
        for _ in range(PATIENCE_S):
            self.types(key)
            while until not in self._shown() and self._has_more(1):
                self._read()
            if until in self._shown():
                break
        self.until(until)

    def until(self, wanted: str) -> str:
        """Return what is shown up to a text and with it, without colours and cursor moves."""
        while wanted not in self._shown():
            assert self._read(), f"{wanted!r} did not come; there was {self._unread!r}"
        self._unread = self._shown()
        seen, _, self._unread = self._unread.partition(wanted)
        return seen + wanted

    def rest(self) -> str:
        """Return what is shown until the command ends."""
        while self._read():
            pass
        return self._shown()

    def _shown(self) -> str:
        return _ESCAPES.sub("", self._unread)

    def _has_more(self, within_s: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], within_s)
        return bool(ready)

    def _read(self) -> bool:
        """Read what there is, and say whether there was anything: the end is where the other side is closed."""
        assert self._has_more(PATIENCE_S), f"nothing more was shown in {PATIENCE_S} s; there was {self._unread!r}"
        try:
            self._unread += self._decoder.decode(os.read(self._ours, 65_536))
        except OSError:
            return False
        return True


@pytest.fixture
def ict(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ict:
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": database_url, "ICT_DATA_DIR": str(tmp_path / "data"), "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    return Ict(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with model_server() as scripted:
        yield scripted


def until_a_question_hangs(elsewhere: psycopg.Connection) -> None:
    """Return once somebody who writes to a thread waits for the table of runs, which `elsewhere` has locked."""
    hanging = (
        "SELECT FROM pg_locks waits JOIN pg_locks holds USING (pid) WHERE NOT waits.granted AND holds.granted"
        " AND waits.relation = 'thread_runs'::regclass AND holds.relation = 'threads'::regclass"
        " AND holds.mode IN ('RowShareLock', 'RowExclusiveLock')"
    )
    deadline = time.monotonic() + PATIENCE_S
    while elsewhere.execute(hanging).fetchone() is None:
        assert time.monotonic() < deadline, "nothing waits for the table of runs"


def documents(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_question_has_one_answer_and_says_how_to_go_on(ict: Ict) -> None:
    run_id = ict.analyze()
    lines = ict("coach", *WHY.split(), "--run", run_id).out.splitlines()
    assert lines[0].startswith("coach  offline · ")
    assert lines[0].endswith(" · ANALYSIS_ONLY · EURUSD")
    assert any(line.startswith("  · ") and run_id in line for line in lines)
    assert "\x1b" not in "".join(lines)
    (thread_id,) = re.findall(r"ict coach --thread (\S+)$", lines[-1])
    answer = json.loads(ict("coach", "And what if it were in a kill zone?", "--thread", thread_id, "--json").out)
    assert (answer["thread_id"], answer["model"]) == (thread_id, "offline")
    assert answer["response"]


def test_questions_that_are_piped_in_are_one_conversation(ict: Ict) -> None:
    ict.analyze()
    first, second = documents(ict("coach", "--json", typed=f"{WHY}\n\n   \nIs London worth waiting for?\n").out)
    assert first["thread_id"] == second["thread_id"]
    plain = ict("coach", "--thread", first["thread_id"], typed=f"{WHY}\n/threads\n/nonsense\n/quit\nnever asked\n").out
    assert first["response"].splitlines()[0] in plain
    assert f"  1. {WHY}" in plain
    assert "there is no /nonsense" in plain
    assert "/help" in plain
    assert "never asked" not in plain
    apart = documents(ict("coach", "--json", typed=f"{WHY}\n/new\n{WHY}\n").out)
    assert apart[0]["thread_id"] != apart[1]["thread_id"]


def test_what_is_not_there_is_bad_input(ict: Ict) -> None:
    nowhere = "0b9c6a52-6f0e-4c5b-9c1e-2f6a7c1d4e10"
    for arguments in ((WHY, "--thread", nowhere), (WHY, "--run", "0" * 32), (" ",), ("--thread", nowhere)):
        ended = ict("coach", *arguments, status=2)
        assert ended.out == ""
        assert ended.err.startswith("ict: ")


def test_a_model_that_does_not_answer_is_said_in_one_line(ict: Ict, model: ScriptedModel) -> None:
    ict.speaks_with(model)
    model.script(Failure(500), Failure(500), say("Better now."))
    ended = ict("coach", "--json", WHY, status=1)
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    piped = ict("coach", "--json", typed=f"{WHY}\n{WHY}\n", status=1)
    assert piped.err.count("ict: ") == 1
    assert [one["response"] for one in documents(piped.out)] == ["Better now."]


def test_at_a_terminal_ctrl_c_cancels_the_answer_and_not_the_program(ict: Ict, model: ScriptedModel) -> None:
    gate = Gate()
    model.script(say("Let me ", gate, "think."), say("Here I am."))
    ict.speaks_with(model)
    with ict.at_a_terminal() as terminal:
        header = terminal.until("› ")
        assert "coach  scripted · " in header
        assert "/help tells more" in header
        terminal.types("half a line\x03")
        terminal.until("› ")
        terminal.types("Hello?\n")
        terminal.until("Let me ")
        gate.wait_until_reached()
        terminal.types("\x03")
        terminal.until("ict: you cancelled the answer")
        terminal.until("› ")
        terminal.types("Still there?\n")
        terminal.until("Here I am.")
        terminal.until("› ")
        terminal.types("\x04")
        terminal.rest()
        assert terminal.process.wait(PATIENCE_S) == 0
    gate.open()
    history = ict.folder / "data" / HISTORY_FILE
    assert history.read_text().splitlines()[-2:] == ["Hello?", "Still there?"]
    assert history.stat().st_mode & 0o077 == 0


def test_at_a_terminal_ctrl_c_comes_back_even_from_a_service_that_hangs(
    ict: Ict, model: ScriptedModel, database_url: str
) -> None:
    model.script(say("Here I am."), say("Here I am."))  # the first answer may be begun before it is cancelled
    ict.speaks_with(model)
    with ict.at_a_terminal() as terminal, psycopg.connect(database_url) as elsewhere:
        terminal.until("› ")
        elsewhere.execute("LOCK TABLE thread_runs")
        terminal.types("Hello?\n")
        until_a_question_hangs(elsewhere)
        terminal.types("\x03")
        terminal.until("ict: you cancelled the answer")
        terminal.until("› ")
        elsewhere.rollback()
        terminal.types("Still there?\n")
        terminal.until("Here I am.")
        terminal.until("› ")
        terminal.types("/threads\n")
        assert "1. Hello?" in terminal.until("› ")
        terminal.types("\x04")
        terminal.rest()
        assert terminal.process.wait(PATIENCE_S) == 0


def test_a_line_that_is_no_text_costs_that_line_alone(ict: Ict) -> None:
    ict.analyze()
    ended = ict("coach", "--json", typed=b"Was ist caf\xe9?\n" + WHY.encode() + b"\n", status=1)
    assert ended.err == "ict: the question: expected UTF-8 text; character 12 cannot be read\n"
    (answer,) = documents(ended.out)
    assert answer["response"]


@pytest.mark.parametrize("options", [(), ("why?", "--run"), ("why?", "--thread"), ("why?", "--symbol")])
@pytest.mark.parametrize("text", ["caf\udce9", "\ud800"])
def test_an_argument_that_is_no_text_is_bad_input(ict: Ict, options: tuple[str, ...], text: str) -> None:
    ended = ict("coach", *options, text, status=2)
    assert ended.out == ""
    (line,) = ended.err.splitlines()
    assert f"{options[-1] if options else 'the question'}: expected UTF-8 text" in line


def test_an_answer_that_says_it_cannot_tell_is_an_answer(ict: Ict) -> None:
    answer = json.loads(ict("coach", "--json", "Who will win the cup?", status=0).out)
    assert "I cannot answer that from the trace" in answer["response"]
    assert answer["citations"] == []


def test_at_a_terminal_a_withdrawn_draft_makes_room_for_the_next(ict: Ict, model: ScriptedModel) -> None:
    model.script(say("Price is at 1.23456."), say("No tool told me a price."))
    ict.speaks_with(model)
    with ict.at_a_terminal("Where", "is", "price?") as terminal:
        shown = terminal.rest()
        assert terminal.process.wait(PATIENCE_S) == 0
    assert "a draft is withdrawn: nothing supports 1.23456" in shown
    assert "No tool told me a price." in shown
    assert "to go on: ict coach --thread" in shown
