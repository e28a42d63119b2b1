"""Suites are loaded whole, and a sealed one is what it was when it was sealed, to the byte."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785

from evals.cases.case import Case
from evals.cases.documents import case_digest, read_case
from evals.cases.files import ROWS
from evals.cases.manifest import MANIFEST, read_manifest
from evals.cases.sealing import About, seal, seal_built
from evals.cases.shipped import SHIPPED, shipped_folder
from evals.cases.suites import built_suite, load_suite
from tests.evals.cases.documents import Document, small_case
from tools.errors import InvalidParameter, InvalidSuite

KEPT = Path(__file__).with_name("gaps")
CSV = b"time,open,high,low,close\n2024-01-10T08:00:00Z,1.1,1.2,1.0,1.1\n2024-01-10T08:15:00Z,1.1,1.2,1.0,1.15\n"


def referring_case() -> Document:
    """Return a case whose bars lie in a file beside it."""
    document: Document = {**small_case(), "id": "by-reference", "labels": {}}
    document["chart"]["candles"] = {
        "15m": {
            "file": "bars.csv",
            "sha256": hashlib.sha256(CSV).hexdigest(),
            "from": "2024-01-10T08:00:00Z",
            "to": "2024-01-10T09:00:00Z",
        }
    }
    return document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a sealed suite: two cases in rows, one in a folder with its candles."""
    suite = tmp_path / "mine"
    (suite / "real").mkdir(parents=True)
    rows = [small_case(), {**small_case(), "id": "gap.two"}]
    (suite / "rows.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    (suite / "real" / "case.json").write_text(json.dumps(referring_case(), indent=2))
    (suite / "real" / "bars.csv").write_bytes(CSV)
    seal(suite, About(title="My gaps", definition="ICT.md: fair value gap"))
    return suite


def built() -> tuple[Case, ...]:
    return tuple(read_case({**small_case(), "id": name}) for name in ("one", "two"))


def test_a_sealed_suite_is_loaded_with_its_digests(folder: Path) -> None:
    suite = load_suite(folder)
    assert [case.id for case in suite.cases] == ["by-reference", "gap.one", "gap.two"]
    assert suite.digests == {case.id: case_digest(case) for case in suite.cases}
    assert (suite.name, suite.title, suite.licence) == ("mine", "My gaps", "MIT")
    assert suite.manifest_sha256 == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def test_sealing_again_gives_the_same_bytes(folder: Path) -> None:
    before = (folder / MANIFEST).read_bytes()
    seal(folder)
    assert (folder / MANIFEST).read_bytes() == before


def _flip_last_byte(path: Path) -> None:
    payload = bytearray(path.read_bytes())
    payload[-2] ^= 1
    path.write_bytes(bytes(payload))


def _reorder(path: Path) -> None:
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))


ALTERATIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a price in a row": (
        lambda at: _replaced(at / "rows.jsonl", "1.103", "1.104"),
        "rows.jsonl:1: the file was altered",
    ),
    "a label in a row": (lambda at: _replaced(at / "rows.jsonl", "bullish", "bearish"), "rows.jsonl:1: the file was"),
    "rows in another order": (lambda at: _reorder(at / "rows.jsonl"), "rows.jsonl:1: the file was altered"),
    "white space alone": (lambda at: _replaced(at / "real/case.json", "{\n", "{ \n"), "case.json:1: the file was"),
    "a bit of the candles": (lambda at: _flip_last_byte(at / "real/bars.csv"), "bars.csv:1: the file was altered"),
    "the candles are gone": (lambda at: (at / "real/bars.csv").unlink(), "bars.csv:1: the sealed file is missing"),
    "the rows are gone": (lambda at: (at / "rows.jsonl").unlink(), "rows.jsonl:1: the sealed file is missing"),
    "a file more": (lambda at: (at / "note.txt").write_text("x"), "note.txt:1: the file is not one of the sealed"),
    "a hidden file": (lambda at: (at / ".more.jsonl").write_text("{}\n"), ".more.jsonl:1: the file is not one of"),
    "a case more": (
        lambda at: (at / "more.jsonl").write_text(json.dumps({**small_case(), "id": "more"}) + "\n"),
        "more.jsonl:1: the file is not one of the sealed suite",
    ),
    "a digest of the manifest": (
        lambda at: _replaced(at / MANIFEST, load_suite(at).digests["gap.two"], "0" * 64),
        "manifest.json:18: seal: something in the manifest is not what was sealed",
    ),
    "a digest that was sealed": (
        lambda at: _sealed_with(at / MANIFEST, {"gap.two": "0" * 64}),
        "manifest.json:16: cases.gap.two: the case is not what was sealed",
    ),
    "a case too many that was sealed": (
        lambda at: _sealed_with(at / MANIFEST, {"gap.zwei": "0" * 64}),
        "manifest.json:17: cases.gap.zwei: the sealed case is missing",
    ),
    "a case out of the manifest": (
        lambda at: _without(at / MANIFEST, "cases", "gap.two"),
        "manifest.json:1: seal: something in the manifest is not what was sealed",
    ),
    "a letter of the title": (lambda at: _replaced(at / MANIFEST, "My gaps", "my gaps"), "manifest.json:18: seal: "),
    "a letter of the licence": (lambda at: _replaced(at / MANIFEST, '"MIT"', '"MIX"'), "manifest.json:18: seal: "),
    "a letter of the name": (lambda at: _replaced(at / MANIFEST, '"mine"', '"minE"'), "manifest.json:18: seal: "),
    "the seal itself": (lambda at: _replaced(at / MANIFEST, '"seal": "', '"seal": "0'), "manifest.json:18: seal: "),
    "no seal": (lambda at: _without(at / MANIFEST, "seal"), "manifest.json:1: 'seal' is missing"),
    "a key more": (
        lambda at: _replaced(at / MANIFEST, '  "title"', '  "note": "x",\n  "title"'),
        "manifest.json:4: note: there is no such key",
    ),
    "a blank in the manifest": (
        lambda at: _replaced(at / MANIFEST, '"licence": ', '"licence":  '),
        "manifest.json:5: the manifest is not written as sealing writes it",
    ),
    "a line end in the manifest": (
        lambda at: (at / MANIFEST).write_text((at / MANIFEST).read_text()[:-1]),
        "manifest.json:20: the manifest is not written as sealing writes it",
    ),
    "a letter written otherwise": (
        lambda at: _replaced(at / MANIFEST, "My gaps", "\\u004dy gaps"),
        "manifest.json:4: the manifest is not written as sealing writes it",
    ),
    "the manifest's version": (
        lambda at: _replaced(at / MANIFEST, "ict-suite/1", "ict-suite/9"),
        "manifest.json:2: format: it is the text 'ict-suite/9'",
    ),
    "half a manifest": (lambda at: _cut(at / MANIFEST), "it is not JSON"),
    "a builder": (lambda at: _built(at / MANIFEST), "manifest.json:1: builder: only suites that ship are built"),
}


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _without(path: Path, *keys: str) -> None:
    document = json.loads(path.read_text())
    *parts, last = keys
    del (document[parts[0]] if parts else document)[last]
    path.write_text(json.dumps(document))


def _sealed_with(path: Path, cases: dict[str, str]) -> None:
    manifest, _ = read_manifest(path)
    path.write_bytes(replace(manifest, cases={**manifest.cases, **cases}).to_bytes())


def _built(path: Path) -> None:
    manifest, _ = read_manifest(path)
    path.write_bytes(replace(manifest, builder=True).to_bytes())


def _cut(path: Path) -> None:
    path.write_text(path.read_text()[:200])


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_altered_byte_fails_the_load(what: str, folder: Path) -> None:
    alter, told = ALTERATIONS[what]
    alter(folder)
    with pytest.raises(InvalidSuite) as caught:
        load_suite(folder)
    assert any(told in one for one in caught.value.problems), caught.value.problems


def test_every_single_byte_of_the_rows_counts(folder: Path) -> None:
    path = folder / "rows.jsonl"
    payload = path.read_bytes()
    for position in range(0, len(payload), 37):
        path.write_bytes(payload[:position] + bytes([payload[position] ^ 1]) + payload[position + 1 :])
        with pytest.raises(InvalidSuite, match=r"rows\.jsonl:1: the file was altered"):
            load_suite(folder)
    path.write_bytes(payload)
    assert len(load_suite(folder).cases) == 3


def test_every_single_byte_of_the_manifest_counts(folder: Path) -> None:
    path = folder / MANIFEST
    payload = path.read_bytes()
    for position in range(0, len(payload), 7):
        for bit in (1, 0x20):
            path.write_bytes(payload[:position] + bytes([payload[position] ^ bit]) + payload[position + 1 :])
            with pytest.raises(InvalidSuite, match=r"manifest\.json:\d+: "):
                load_suite(folder)
    path.write_bytes(payload)
    assert len(load_suite(folder).cases) == 3


def test_the_seal_is_that_of_everything_else(folder: Path) -> None:
    document = json.loads((folder / MANIFEST).read_text())
    sealed = document.pop("seal")
    assert sealed == hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def test_what_is_built_from_a_file_that_was_altered_is_not_built(tmp_path: Path) -> None:
    """The builder would stumble over the file; that it was altered is said instead, with the file."""
    (tmp_path / "built_from.json").write_text('{"ids": ["one", "two"]}')

    def build() -> tuple[Case, ...]:
        ids = json.loads((tmp_path / "built_from.json").read_text())["ids"]
        return tuple(read_case({**small_case(), "id": name}) for name in ids)

    seal_built(tmp_path, build, About("Built", "MIT", "itself"))
    assert len(built_suite(tmp_path, build).cases) == 2
    (tmp_path / "built_from.json").write_text('{"ids": ["one", "two"}')
    with pytest.raises(InvalidSuite, match=r"built_from\.json:1: the file was altered"):
        built_suite(tmp_path, build)


def test_what_is_built_is_held_against_its_seal(tmp_path: Path) -> None:
    seal_built(tmp_path, built, About("Built", "MIT", "itself"))
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]
    suite = built_suite(tmp_path, built)
    assert [case.id for case in suite.cases] == ["one", "two"]
    assert suite.manifest_sha256 is not None
    one, two = built()
    with pytest.raises(InvalidSuite, match=r"manifest\.json:11: cases\.two: the case is not what was sealed"):
        built_suite(tmp_path, lambda: (one, replace(two, why="Otherwise.")))
    with pytest.raises(InvalidSuite, match=r"cases\.two: the sealed case is missing"):
        built_suite(tmp_path, lambda: (one,))
    with pytest.raises(InvalidSuite, match=r"cases\.three: the case is not one of the sealed suite"):
        built_suite(tmp_path, lambda: (one, two, replace(two, id="three")))
    with pytest.raises(InvalidSuite, match="two cases have one id"):
        built_suite(tmp_path, lambda: (one, two, two))


def test_a_suite_that_is_built_is_sealed_as_one(tmp_path: Path) -> None:
    seal_built(tmp_path, built, About())
    path = tmp_path / MANIFEST
    first = path.read_bytes()
    seal_built(tmp_path, built, About())
    assert path.read_bytes() == first
    (tmp_path / "cases.jsonl").write_text("{}\n")
    with pytest.raises(InvalidSuite, match=r"cases\.jsonl:1: the file is not one of the sealed suite"):
        built_suite(tmp_path, built)
    (tmp_path / "cases.jsonl").unlink()
    manifest, _ = read_manifest(path)
    path.write_bytes(replace(manifest, builder=False).to_bytes())
    with pytest.raises(InvalidSuite, match="the cases of this suite are built; seal it again"):
        built_suite(tmp_path, built)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_suite_that_ships_is_built(name: str) -> None:
    manifest, _ = read_manifest(shipped_folder(name) / MANIFEST)
    assert manifest.builder
    assert not any(path.endswith(ROWS) for path in manifest.files)
    read = {path for path in shipped_folder(name).rglob("*") if path.suffix in (".yaml", ".json")}
    assert {path.relative_to(shipped_folder(name)).as_posix() for path in read} == {*manifest.files, MANIFEST}


def test_rows_that_were_sealed_long_ago_are_still_what_they_were(tmp_path: Path) -> None:
    """A suite of rows, sealed once and kept: its digests hold, and sealing it again gives the same bytes."""
    suite = load_suite(KEPT)
    assert [case.id for case in suite.cases] == ["gap.down", "gap.none", "gap.up"]
    again = tmp_path / KEPT.name
    shutil.copytree(KEPT, again)
    assert seal(again).digests == suite.digests
    assert (again / MANIFEST).read_bytes() == (KEPT / MANIFEST).read_bytes()


def test_what_could_not_be_read_back_is_not_sealed(tmp_path: Path) -> None:
    one, two = built()
    with pytest.raises(InvalidSuite, match="Two Words: id: 'Two Words' is no id") as caught:
        seal_built(tmp_path, lambda: (one, replace(two, id="Two Words")), About())
    assert list(tmp_path.iterdir()) == []
    assert len(caught.value.problems) == 1


def test_an_unsealed_file_and_folder_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(small_case()) + "\n")
    for path in (tmp_path / "rows.jsonl", tmp_path):
        suite = load_suite(path)
        assert ([case.id for case in suite.cases], suite.manifest_sha256) == (["gap.one"], None)
    assert load_suite(tmp_path / "rows.jsonl").name == "rows"


def test_a_folder_of_one_case_is_loaded_and_can_be_sealed(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps(small_case()))
    assert load_suite(tmp_path).manifest_sha256 is None
    assert seal(tmp_path).manifest_sha256 is not None


def test_what_is_no_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="there is no suite"):
        load_suite("nothing-of-the-kind")
    with pytest.raises(InvalidSuite, match="there is no case"):
        load_suite(tmp_path)
    (tmp_path / "rows.jsonl").write_text(json.dumps(small_case()) + "\n")
    with pytest.raises(InvalidParameter, match="only a folder has a manifest"):
        seal(tmp_path / "rows.jsonl")
