"""The settings of one process: read once from the environment (`PIYAO_*`), frozen, and passed on by `wiring`.

What the environment leaves out is read from the file `env` in the office's folder, which `piyao init` writes.

Temporal is reached through the standard `TEMPORAL_*` environment. What an office edits is in `config/`.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PACKAGED = Path(__file__).parent / "config"
"""The sample office that ships with the program."""

ENV_FILE = "env"
"""The file in an office's folder with settings of this machine; a shell can read its lines `PIYAO_NAME='value'` too."""


def folder_of(config: Path | None) -> Path:
    """Return the folder an office edits: `config` if set, else `./config` if it holds a policy, else the sample."""
    if config is not None:
        return config
    here = Path("config")
    return here if (here / "policy.toml").is_file() else PACKAGED


class Settings(BaseSettings):
    """What differs from machine to machine; None for a service: the outbox on disk stands in.

    A live office is not started without one that its policy names (`wiring.delivery`).
    """

    model_config = SettingsConfigDict(env_prefix="PIYAO_", frozen=True, extra="ignore")

    config: Path | None = None
    data: Path = Path("data")
    register_url: str | None = None
    seal_key_file: Path | None = None
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8400, ge=0, le=65535)
    public_url: str | None = None
    ui_url: str = "http://127.0.0.1:8233"
    task_queue: str = "piyao"
    workflow_cache: int = Field(default=20_000, ge=0)
    smtp_url: SecretStr | None = Field(default=None, description="smtp://user:password@host:port?from=office@example")
    message_url: str | None = Field(default=None, description="generic webhook for the channels sms and wecom")
    message_secret: SecretStr | None = None
    trusted_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(), description='networks inside which live webhooks may stand, as JSON: ["10.1.0.0/16"]'
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description='proxies whose Forwarded or X-Forwarded-For says where a request came from, as JSON: ["10.1.0.7"]',
    )
    partner_url: str | None = Field(default=None, description="webhook of the partner that republishes")
    partner_secret: SecretStr | None = None
    clamd_url: str | None = Field(
        default=None,
        description="virus scanner for files: tcp://host:port or unix:///path; without one none are scanned",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Rank arguments above the environment, and the environment above the file in the office's folder."""
        config = init_settings().get("config") or env_settings().get("config")
        file = folder_of(Path(config) if config else None) / ENV_FILE
        return init_settings, env_settings, DotEnvSettingsSource(settings_cls, env_file=file, env_file_encoding="utf-8")

    @property
    def office_folder(self) -> Path:
        """Return the folder an office edits."""
        return folder_of(self.config)

    @property
    def register(self) -> str:
        """Return the URL of the register's database."""
        return self.register_url or f"sqlite:///{self.data / 'register.db'}"

    @property
    def seal_key(self) -> Path:
        """Return the file with the key of the desk's seal; API and worker share it."""
        return self.seal_key_file or self.data / "keys" / "seal.key"

    @property
    def base_url(self) -> str:
        """Return the URL at which people reach the API, without a slash at its end."""
        return (self.public_url or f"http://{self.api_host}:{self.api_port}").rstrip("/")
