"""Settings of an installation, from the environment or a `.env` file; every name and default in one place."""

import os
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AnyHttpUrl,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from .setting_faults import find_faults

ROOT = Path(__file__).resolve().parent.parent

# Prefix of each setting in the environment and in messages.
PREFIX = "TSUDOI_"


class ConfigError(Exception):
    """Settings that Tsudoi does not start with. `findings`: one sentence for each, which names the setting."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class Config(BaseSettings):
    """Settings, each read from `TSUDOI_<NAME>`. Nothing set: embedded mode, everything below `data_dir`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ROOT / ".env", extra="ignore")

    environment: Literal["development", "production"] = "development"
    secret_key: SecretStr = Field(default=SecretStr(""), description="empty: one is made and kept in data_dir")
    secret_keys_before: SecretStr = Field(default=SecretStr(""), description="earlier secret keys, comma between them")
    data_dir: Path = ROOT / "instance"
    database_url: str = Field(default="", description="empty: SQLite in data_dir; postgresql://… otherwise")
    redis_url: str = Field(default="", description="empty: jobs and live updates go through files in data_dir")
    public_url: AnyHttpUrl = AnyHttpUrl("http://localhost:8000")

    product_name: str = "クミヒモ"
    vendor_name: str = "株式会社クミヒモ"
    community_name: str = Field(default="クミヒモ ユーザー会", max_length=24)
    time_zone: str = "Asia/Tokyo"
    default_locale: Literal["ja", "en"] = "ja"

    smtp_url: str = Field(default="", description="smtp://user:password@host:587, or smtps://…; empty: mailbox page")
    mail_from: str = "Tsudoi <no-reply@localhost>"
    mail_bounces: str = Field(
        default="", pattern=r"^$|^[^@\s+]+@[^@\s]+$", description="where mail comes back to; empty: to mail_from"
    )

    security_contact: str = Field(
        default="",
        pattern=r"^$|^(mailto:|https://|tel:)[\x21-\x7e]+$",
        description="where finders of a weakness write, for /.well-known/security.txt; empty: no such page",
    )

    trusted_hosts: str = Field(
        default="", description="further names, with commas, by which visitors reach the site beside public_url's"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, description="reverse proxies whose X-Forwarded-* headers are believed"
    )
    file_megabytes: int = Field(
        default=20, ge=1, le=30, description="how large a file that is no picture may be; a request has at most 32 MB"
    )
    file_scanner: str = Field(
        default="",
        description="command that reads a file and exits with 0 (clean) or 1 (refused); empty: none is asked",
    )
    rate_limits: bool = True
    require_totp_for_staff: bool = Field(default=False, description="staff set up a second factor before anything else")
    socket_mode: Literal["threading", "gevent"] = "threading"
    log_format: Literal["auto", "json", "console"] = "auto"
    metrics_token: SecretStr = Field(default=SecretStr(""), description="what /metrics asks for; empty: no such page")
    sentry_dsn: SecretStr = Field(default=SecretStr(""), description="where errors are reported; empty: nowhere")
    argon2_memory_kib: int = Field(default=19_456, description="OWASP's minimum for argon2id with t=2, p=1")
    argon2_time_cost: int = 2
    settle_seconds: float = Field(default=2.0, gt=0, description="how often the sweep looks for what a lost job left")

    story_stale_months: int = Field(
        default=18, ge=1, le=120, description="after how many months a figure of a success story counts as old"
    )

    asks_per_person: int = Field(
        default=2, ge=1, le=100, description="how often a person may be asked for talks, interviews and quotations"
    )
    asks_per_company: int = Field(default=4, ge=1, le=1000, description="the same for all people of a company together")
    ask_days: int = Field(default=180, ge=1, le=3650, description="for how many days an ask counts")

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):  # unknown, a path, a folder
            raise ValueError("there is no such time zone") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, value: str) -> str:
        """Return the address with the installed driver for `postgres://` and `postgresql://`."""
        value = value.strip()
        for scheme in ("postgres://", "postgresql://"):
            if value.startswith(scheme):
                return "postgresql+psycopg://" + value.removeprefix(scheme)
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _judge(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401  as pydantic has it
        """Return the settings, or raise ValueError with all faults at once, one line each."""
        unreadable: dict[str, str] = {}
        try:
            config = handler(values)
        except ValidationError as error:
            unreadable = {str(each["loc"][0]) if each["loc"] else "": each["msg"] for each in error.errors()}
            config = handler({name: value for name, value in values.items() if name not in unreadable})
        findings = [*unreadable.items(), *(fault for fault in find_faults(config) if fault[0] not in unreadable)]
        if findings:
            raise ValueError("\n".join(f"{PREFIX}{name.upper()}: {said}" for name, said in findings))
        return config

    @cached_property
    def secret(self) -> str:
        """Return the secret that signs sessions and links. An embedded installation makes one at the first start."""
        given = self.secret_key.get_secret_value()
        if given:
            return given
        path = self.data_dir / "secret-key"
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():  # before anything is written: a full disk must not stop this
            return _read_secret(path)
        # Written under another name first: a second process must never read half a secret.
        mine = self._write_secret(secrets.token_urlsafe(48))
        try:
            with suppress(FileExistsError):
                os.link(mine, path)  # fails if the file exists
        finally:
            mine.unlink(missing_ok=True)
        return _read_secret(path)

    def make_new_secret(self) -> Self:
        """Write a new secret into the data folder, keep the present one beside it, and return settings with both.

        For a stopped installation that makes its own secret. If the process is killed, no secret is lost.
        """
        earlier = self._write_secret("\n".join((self.secret, *self.secrets_before)) + "\n")
        earlier.replace(self.data_dir / "secret-keys-before")
        self._write_secret(secrets.token_urlsafe(48)).replace(self.data_dir / "secret-key")
        return type(self)(**self.model_dump(include=self.model_fields_set))

    def forget_secrets_before(self) -> None:
        """Remove the earlier secrets from the data folder."""
        (self.data_dir / "secret-keys-before").unlink(missing_ok=True)

    def _write_secret(self, text: str) -> Path:
        """Return a new file under a random name with this text, readable by its owner only."""
        path = self.data_dir / f"secret-key.{secrets.token_hex(4)}"
        try:
            path.touch(mode=0o600)
            with path.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())  # before it gets its final name: a power cut must not leave an empty file
        except OSError:  # a full disk
            path.unlink(missing_ok=True)
            raise
        return path

    @property
    def secrets_before(self) -> list[str]:
        """Earlier secrets, those of the setting first: they decrypt, but sign and verify nothing."""
        given = self.secret_keys_before.get_secret_value()
        # A secret may contain commas: the whole value counts as one, too.
        named = [given, *given.split(",")]
        for name in ("secret-key", "secret-keys-before"):  # from before a setting was given
            with suppress(FileNotFoundError):
                named += (self.data_dir / name).read_text().split("\n")
        return list(dict.fromkeys(key for key in map(str.strip, named) if key and key != self.secret))

    @property
    def database(self) -> str:
        """The database's address for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'tsudoi.db'}"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The community's time zone: a day of scoring begins and ends at its midnight."""
        return ZoneInfo(self.time_zone)

    @property
    def files_dir(self) -> Path:
        """The folder of uploads."""
        return self.data_dir / "files"

    @property
    def secure(self) -> bool:
        """Whether visitors come over https, so that cookies can be restricted to it."""
        return self.public_url.scheme == "https"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The host names by which visitors may ask for the site, in lower case and without ports."""
        further = (host.strip().strip("[]").rstrip(".").lower() for host in self.trusted_hosts.split(","))
        own = (self.public_url.host or "").strip("[]").rstrip(".")
        return frozenset(host for host in (own, *further) if host)


def _read_secret(path: Path) -> str:
    """Return the secret in a file without surrounding white space. Raises ConfigError if the file is empty."""
    secret = path.read_text().strip()
    if not secret:
        raise ConfigError([f"{path} is empty. Put the secret key back from a backup; if it is lost, remove the file."])
    return secret


def read_config(**given: Any) -> Config:  # noqa: ANN401  any setting
    """Return the settings of the environment and `.env`, overridden by those given. Raises ConfigError."""
    try:
        return Config(**given)
    except ValidationError as error:
        raise ConfigError(
            [line for each in error.errors() for line in each["msg"].removeprefix("Value error, ").split("\n")]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"The settings in {ROOT / '.env'} cannot be read ({type(error).__name__})."]) from None
