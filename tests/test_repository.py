"""The repository's own promises: locks, ranges, layout, container files, and that the documentation of both is true."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from api.settings import Environment

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("tools", "rulebook", "agent", "api", "evals")
LOCKS: Final = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-bench.lock")
LONGEST_FILE: Final = 400
_PINNED: Final = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
_RANGE: Final = re.compile(r"[a-z0-9.-]+(\[[a-z,]+\])?>=[0-9.]+,<[0-9.]+")
# Where people keep their homes and machines their mounts; a path below any of these is true on one machine only.
_MACHINE_PATH: Final = re.compile(r"(?<![\w.:/~-])/(home|root|Users|work|mnt|media)/\w")


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: str) -> dict[str, str]:
    return dict(_PINNED.findall((ROOT / lock).read_text()))


def python_files() -> list[Path]:
    return sorted(path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py"))


def text_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in found if path.is_file() and path.suffix not in {".gz", ".parquet", ".png"}]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--index|--find-links|@ file", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_hash_for_every_pin(lock: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)
    unhashed = [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block]
    assert pins(lock)
    assert unhashed == []


@pytest.mark.parametrize("part", ["requirements.lock", "requirements-build.lock"])
def test_development_lock_holds_the_same_versions(part: str) -> None:
    assert pins(part).items() <= pins("requirements-dev.lock").items()


def test_dependencies_are_ranges() -> None:
    project = pyproject()
    groups = [one for group in project["dependency-groups"].values() for one in group if isinstance(one, str)]
    unbounded = [one for one in (*project["project"]["dependencies"], *groups) if not _RANGE.fullmatch(one)]
    assert unbounded == []


def test_every_dependency_is_pinned() -> None:
    named = {re.split(r"[\[>]", one)[0] for one in pyproject()["project"]["dependencies"]}
    assert named <= pins("requirements.lock").keys()


def test_every_import_is_a_declared_dependency() -> None:
    declared = _names(pyproject()["project"]["dependencies"])
    # Parts with a name of their own of what is declared: fastapi, langgraph, pydantic, sqlmodel, psycopg[pool].
    declared |= {"starlette", "langchain-core", "pydantic-core", "sqlalchemy", "psycopg-pool"}
    extras = pyproject()["project"]["optional-dependencies"]
    for_evals = _names([*extras["evals"], *extras["cluster"]])  # the service itself needs none of them
    owners = packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in python_files()
        if (package := path.relative_to(ROOT).parts[0]) in PACKAGES
        for module in _imported(path) - sys.stdlib_module_names - {*PACKAGES}
        if not {owner.lower().replace("_", "-") for owner in owners.get(module, ())}
        & (declared | for_evals if package == "evals" else declared)
    }
    assert undeclared == set()


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[>]", one)[0] for one in requirements}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_package_says_what_it_is(package: str) -> None:
    undescribed = [
        str(path.relative_to(ROOT))
        for path in (ROOT / package).rglob("__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert undescribed == []


def test_files_tell_one_story() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_file_names_a_place_on_one_machine() -> None:
    told = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in text_files()
        for match in _MACHINE_PATH.finditer(path.read_text(errors="replace"))
    }
    assert told == set()


def test_make_help_lists_every_target() -> None:
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    listed = [line.split()[1] for line in helped.splitlines() if line.startswith("make ")]
    assert sorted(listed) == sorted(phony.group(1).split())
    assert {"help", "run", "test", "check", "bench"} <= set(listed)


def test_make_alone_is_help() -> None:
    alone, helped = (
        subprocess.run(["make", *target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for target in ([], ["help"])
    )
    assert alone == helped


def test_environment_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.9.1; else exit 1; fi\n')
    old.chmod(0o755)
    for name in (".ci/environment", "requirements-dev.lock", "pyproject.toml"):
        copy = tmp_path / "clone" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    refused = subprocess.run(
        ["bash", ".ci/environment"],
        cwd=tmp_path / "clone",
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "is not a Python 3.11 or newer (it says: Python 3.9.1)" in refused.stderr
    assert not (tmp_path / "clone" / ".venv").exists()


def test_example_settings_are_those_the_service_reads() -> None:
    read = {choice for field in Environment.model_fields.values() for choice in field.validation_alias.choices}  # type: ignore[union-attr]
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^# ([A-Z][A-Z0-9_]*)=", example, re.MULTILINE)) == read


def test_example_settings_show_the_defaults() -> None:
    example = dict(re.findall(r"^# ([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name, field in Environment.model_fields.items():
        shown = example[field.validation_alias.choices[0]]  # type: ignore[union-attr]
        default = ",".join(field.default) if isinstance(field.default, list) else field.default
        assert shown == ("" if default is None else str(default)), name


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document


def test_compose_starts_api_database_and_redis_in_order() -> None:
    services = compose()["services"]
    assert services.keys() == {"api", "postgres", "redis"}
    assert services["api"]["depends_on"] == {name: {"condition": "service_healthy"} for name in ("postgres", "redis")}
    assert all("healthcheck" in services[name] for name in ("postgres", "redis"))


def test_compose_keeps_what_matters_on_declared_volumes() -> None:
    document = compose()
    used = {
        volume.partition(":")[0] for service in document["services"].values() for volume in service.get("volumes", [])
    }
    assert used == document["volumes"].keys()


def test_compose_publishes_the_service_alone_and_on_this_machine() -> None:
    published = {name: service.get("ports", []) for name, service in compose()["services"].items()}
    assert published == {"api": ["127.0.0.1:${PORT:-8000}:8000"], "postgres": [], "redis": []}


def test_compose_sets_only_what_the_service_reads() -> None:
    read = {choice for field in Environment.model_fields.values() for choice in field.validation_alias.choices}  # type: ignore[union-attr]
    assert compose()["services"]["api"]["environment"].keys() <= read


def test_compose_takes_the_password_from_outside() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert text.count("${POSTGRES_PASSWORD:-ict-local}") == 2
    assert not re.search(r"PASSWORD: (?!\$)", text)


def test_image_runs_as_nobody_special_and_looks_after_itself() -> None:
    text = (ROOT / "Dockerfile").read_text()
    stages = re.findall(r"^FROM .*$", text, re.MULTILINE)
    final = text[text.rindex("\nFROM ") :]
    assert len(stages) == 2
    assert re.search(r"^USER ict$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", final, re.MULTILINE)
    assert "/health" in final
    assert 'CMD ["ict", "serve"]' in final
    assert text.count("pip install --require-hashes") == 2


def test_image_holds_every_package() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \./\w+$", text, re.MULTILINE))
    shipped = set(pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == shipped == set(PACKAGES)
    assert {f"!{package}" for package in PACKAGES} <= set(ignored)
