"""The settings of the live vendor, and that no error tells the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from scripted_vendor import ScriptedVendor, data

from technic_pipeline.errors import SettingsError
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import Settings, load_settings
from technic_pipeline.sources.massive.source import open_massive

KEY = "an-invented-key"

# The environment: the key that is read from it.
ENVIRONMENTS = {
    "the vendor's name": ({"MASSIVE_API_KEY": KEY}, KEY),
    "its name before 2025": ({"POLYGON_API_KEY": KEY}, KEY),
    "both": ({"MASSIVE_API_KEY": KEY, "POLYGON_API_KEY": "older"}, KEY),
    "the new one empty": ({"MASSIVE_API_KEY": "", "POLYGON_API_KEY": KEY}, KEY),
    "both empty": ({"MASSIVE_API_KEY": "", "POLYGON_API_KEY": ""}, None),
    "none": ({}, None),
}


@pytest.mark.parametrize(("environment", "key"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_the_key_is_read_from_the_vendor_s_variables(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], key: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = load_settings().massive_api_key
    assert (found.get_secret_value() if found else None) == key


def test_the_key_is_read_from_a_file_too() -> None:
    Path(".env").write_text(f"MASSIVE_API_KEY={KEY}\nTECHNIC_MASSIVE_PLAN=starter\n")
    settings = load_settings()
    assert settings.massive_api_key == SecretStr(KEY)
    assert settings.massive_plan == "starter"


def test_settings_do_not_show_the_key() -> None:
    settings = Settings(massive_api_key=SecretStr(KEY))
    assert KEY not in f"{settings} {settings!r} {settings.model_dump()}"
    assert KEY not in settings.model_dump_json()


def test_an_error_in_another_setting_does_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSIVE_API_KEY", KEY)
    monkeypatch.setenv("TECHNIC_SOURCE", "nowhere")
    with pytest.raises(SettingsError, match="TECHNIC_SOURCE") as refused:
        load_settings()
    assert "'massive', 'flatfiles' or 'simulated'" in str(refused.value)
    assert KEY not in str(refused.value)


def test_without_a_key_the_next_step_is_named(calendar: Calendar) -> None:
    with pytest.raises(SettingsError, match="MASSIVE_API_KEY: is not set") as refused:
        open_massive(Settings(), calendar)
    assert "https://massive.com/dashboard" in str(refused.value)
    assert "TECHNIC_SOURCE=simulated" in str(refused.value)


# A key that cannot be one: nothing of it may be told, for it may be a part of a real one.
BROKEN = ["two words", "line\nbreak", "café", "nul\0", "   "]


@pytest.mark.parametrize("key", BROKEN)
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(
    calendar: Calendar, key: str
) -> None:
    with pytest.raises(SettingsError, match="MASSIVE_API_KEY") as refused:
        open_massive(Settings(massive_api_key=SecretStr(key)), calendar)
    assert not key.strip() or key not in str(refused.value)


def test_an_unknown_plan_is_refused(calendar: Calendar) -> None:
    settings = Settings(massive_api_key=SecretStr(KEY), massive_plan="gold")
    with pytest.raises(SettingsError, match="TECHNIC_MASSIVE_PLAN: no plan 'gold'"):
        open_massive(settings, calendar)


# An address that is none, or that would carry a secret into logs.
ADDRESSES = [
    "",
    "https://",
    "api.massive.com",
    "ftp://api.massive.com",
    "https://api.massive.com:port",
    f"https://user:{KEY}@api.massive.com",
    f"https://api.massive.com/?apiKey={KEY}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_none_is_refused_without_repeating_it(
    calendar: Calendar, address: str
) -> None:
    settings = Settings(massive_api_key=SecretStr(KEY), massive_url=address)
    with pytest.raises(SettingsError, match="TECHNIC_MASSIVE_URL") as refused:
        open_massive(settings, calendar)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_vendor_is_asked_at_the_address_of_the_settings_with_the_trimmed_key(
    calendar: Calendar, vendor: ScriptedVendor, ending: str
) -> None:
    vendor.say(data(results=[]))
    settings = Settings(massive_api_key=SecretStr(f" {KEY}\n"), massive_url=vendor.url + ending)
    massive = open_massive(settings, calendar)
    assert (massive.name, massive.plan.name) == ("massive", "free")
    assert massive.splits() == []
    assert vendor.requests[0].authorization == f"Bearer {KEY}"
    assert vendor.requests[0].path == "/stocks/v1/splits"
    massive.connection.close()
