"""`ict rules check`: a trader's own files on the command line, every fault a line, status 2."""

import json
from pathlib import Path

import pytest

from api.cli import main
from rulebook.loader import load_rulebook

OWN = 'profile: own\ndescription: Mine.\nextends: strict\nrules: {"7.2": {parameters: {minimum: 3}}}\n'


def ict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return its exit status and what it wrote to either stream."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_a_right_profile_prints_ok_its_hash_and_its_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    rulebook = load_rulebook(path)
    assert ict(capsys, "rules", "check", str(path)) == (
        0,
        f"ok\nprofile own, {len(rulebook.rules)} rules, rulebook {rulebook.hash}\n"
        "  against profile strict:\n    7.2 Minimum R:R: minimum from 2 R to 3 R\n",
        "",
    )
    status, out, _ = ict(capsys, "rules", "check", str(path), "--json")
    assert (status, json.loads(out)) == (0, {
        "ok": True, "problems": [],
        "found": [{"profile": "own", "rulebook_hash": rulebook.hash, "against": "profile strict",
                   "changes": ["7.2 Minimum R:R: minimum from 2 R to 3 R"]}],
    })  # fmt: skip


def test_every_fault_is_a_line_and_the_status_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace("minimum", "minimun") + "kill_zone: {}\n")
    faults = [
        f"{path}:4: rule 7.2 has no parameter 'minimun'; write minimum",
        f"{path}:5: the profile has an unknown key 'kill_zone'; write kill_zones",
    ]
    assert ict(capsys, "rules", "check", str(path)) == (2, "\n".join([*faults, "2 faults", ""]), "")
    status, out, _ = ict(capsys, "rules", "check", str(path), "--json")
    assert (status, json.loads(out)) == (2, {"ok": False, "problems": faults, "found": []})


def test_without_a_file_the_rulebook_in_use_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ict(capsys, "rules", "check")
    assert (status, out.splitlines()[0]) == (0, "ok")
    assert load_rulebook("strict").hash in out
    assert load_rulebook("relaxed").hash in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "absent.yaml"), "there is no file absent.yaml"),
        (("7.2", "own.yaml"), "unexpected extra argument(s) (own.yaml)"),
        (("7.2", "--since", "2024-01-01T00:00:00Z"), "No such option: --since"),
        (("--workers", "2"), "No such option: --workers"),
        (("check", "--workers", "2"), "No such option: --workers"),
        (("check", "--profile", "strict"), "No such option: --profile"),
        (("check", "one.yaml", "two.yaml"), "unexpected extra argument(s) (two.yaml)"),
        (("diff", "strict", "relaxed", "--profile", "strict"), "No such option: --profile"),
        (("diff", "strict"), "Missing argument"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    status, out, err = ict(capsys, "rules", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_rules_that_know_only_some_texts_say_which(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ict(capsys, "rules", "1.1")
    assert "when_unclear = wait (one of wait, structure): " in out
    _, out, _ = ict(capsys, "rules", "5.2")
    assert "group         entry array" in out


def test_the_word_show_may_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ((), ("7.2",), ("--json",), ("--profile", "relaxed", "7.2"), ("7.2", "--profile", "relaxed")):
        shown = ict(capsys, "rules", *arguments)
        assert shown == ict(capsys, "rules", "show", *arguments)
        assert (shown[0], shown[2]) == (0, "")
    status, out, _ = ict(capsys, "rules", "--help")
    assert status == 0
    assert all(command in out for command in ("show", "check", "diff"))
