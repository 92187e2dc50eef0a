"""The environment, or a `.env` file, read once into one frozen object."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from technic_pipeline.errors import SettingsError

PREFIX = "TECHNIC_"

# PostgreSQL refuses to run as root and drops to an unprivileged user, who cannot enter root's own
# data directory (mode 0700 on most systems); services.py says more.
HOME_OF_ROOT = Path("/var/lib/technic_pipeline")


def default_home() -> Path:
    """The directory of the embedded servers' data when TECHNIC_HOME is not set."""
    if os.name == "posix" and os.geteuid() == 0:
        return HOME_OF_ROOT
    return Path(platformdirs.user_data_dir("technic_pipeline", appauthor=False))


class Settings(BaseSettings):
    """What the environment says. Field `x` is read from `TECHNIC_X`; README.md lists them all.

    Only the vendor's key goes by the vendor's names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        # An error then never repeats what was set, which may be the vendor's key.
        hide_input_in_errors=True,
    )

    database_url: str | None = None
    redis_url: str | None = None
    home: Path = Field(default_factory=default_home)
    source: Literal["massive", "flatfiles", "simulated"] = "simulated"
    flatfiles_dir: Path | None = None
    # The vendor's own name, and that of before 2025, so that its documentation applies.
    massive_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("MASSIVE_API_KEY", "POLYGON_API_KEY")
    )
    massive_url: str = "https://api.massive.com"
    massive_plan: str = "free"
    # The vendor's is https://files.massive.com.
    s3_endpoint: str | None = None
    s3_key: SecretStr | None = None
    s3_secret: SecretStr | None = None
    calendar: str = "XNYS"
    scans_dir: Path | None = None
    scans: str | None = None
    engine: Literal["auto", "cpu", "gpu", "ray"] = "auto"
    # Of the engine on the processor; all cores when not set.
    threads: int | None = Field(default=None, ge=1, le=1024)
    # Ray's own name for its cluster.
    ray_address: str | None = Field(default=None, validation_alias="RAY_ADDRESS")
    # How long payloads are kept; for ever when not set.
    payload_days: int | None = Field(default=None, ge=1, le=36_500)
    simulated_symbols: int = Field(default=500, ge=1, le=500_000)
    simulated_sessions: int = Field(default=300, ge=1, le=5_000)
    simulated_seed: int = Field(default=1, ge=0)

    @property
    def enabled_scans(self) -> tuple[str, ...] | None:
        """The names in TECHNIC_SCANS, or None when every scan is enabled."""
        if self.scans is None:
            return None
        return tuple(name.strip() for name in self.scans.split(",") if name.strip())


@cache
def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a value cannot be used; names the variable and what it accepts.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = name if name.isupper() else PREFIX + name.upper()
        # Whatever was given as a secret may be one, if a wrong one.
        secret = "KEY" in variable or "SECRET" in variable
        given = "" if secret else f", not '{first['input']}'"
        raise SettingsError(variable, first["msg"] + given) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(".env in the working directory", f"cannot be read: {error}") from None
