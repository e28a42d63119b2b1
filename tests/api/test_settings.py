"""The environment is read whole, or refused with the variable's name."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Environment

VARIABLES = (
    "DATABASE_URL", "REDIS_URL", "HOST", "PORT", "ICT_DATA_DIR", "ICT_MARKET_DATA", "ICT_MARKET_FOLDER",
    "ICT_MARKET_TIME_ZONE", "ICT_DEMO_SEED", "ICT_RULEBOOK_FOLDER", "ICT_MAX_BODY_MB", "ICT_CORS_ORIGINS",
    "ICT_LOG_LEVEL",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_is_a_service_on_loopback_with_a_simulated_market() -> None:
    environment = Environment()
    assert (environment.host, environment.port, environment.data_dir) == ("127.0.0.1", 8000, Path(".data"))
    settings = environment.for_service(lambda: 7, "1.0")
    assert (settings.database_url, settings.redis_url, settings.market_folder) == (None, None, None)
    assert settings.clock() == 7


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = ("postgresql://x", "redis://y", "0.0.0.0", "9", "/d", "files", str(tmp_path), "America/New_York", "3")
    rest = (str(tmp_path), "0.5", "https://a.example, https://b.example", "debug")
    for name, value in zip(VARIABLES, (*given, *rest), strict=True):
        monkeypatch.setenv(name, value)
    environment = Environment()
    assert environment.max_body_bytes == 2**19
    assert environment.cors_origins == ["https://a.example", "https://b.example"]
    settings = environment.for_service(lambda: 0, "1.0")
    assert settings.database_url == "postgresql://x"
    assert settings.redis_url == "redis://y"
    assert settings.market_folder == settings.rulebook_folder == tmp_path
    assert (settings.market_time_zone, settings.demo_seed) == ("America/New_York", 3)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("PORT", "")
    assert (Environment().database_url, Environment().port) == (None, 8000)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("ICT_MAX_BODY_MB", "0"), ("ICT_MARKET_DATA", "magic"), ("ICT_LOG_LEVEL", "x")],
)
def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name):
        Environment()


def test_files_without_a_folder_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICT_MARKET_DATA", "files")
    with pytest.raises(ValidationError, match="ICT_MARKET_FOLDER"):
        Environment()
