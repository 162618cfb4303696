"""The settings of one process: read once from the environment (`PIYAO_*`), frozen, and passed on by `wiring`.

What the environment leaves out is read from the file `env` in the office's folder, which `piyao init` writes.

Temporal is reached through the standard `TEMPORAL_*` environment. What an office edits is in `config/`.
"""

from __future__ import annotations

import errno
import json
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

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


LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (what is bound is not where it is reached)
"""Where a program on this machine reaches an API that listens everywhere."""


def address_of(host: str, port: int) -> str:
    """Return the URL at which this machine reaches what listens at a host and port."""
    host = LOOPBACK.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


LONGEST_ADDRESS = 64
"""How long the address may be by which people reach the API: with a link, half a text message is left for words."""


def root_address(url: str) -> str:
    """Return the address people reach the API at, without a slash at its end.

    Raises:
        PydanticCustomError: it has no scheme or host, or more than a host and port: every page links from the root;
            or it is so long that no text message holds a link.

    """
    if not _is_root(url):
        raise PydanticCustomError("root_address", "allowed: scheme and host, without a path")
    address = url.rstrip("/")
    if len(address) > LONGEST_ADDRESS:
        raise PydanticCustomError("long_address", "allowed: at most {most} characters", {"most": LONGEST_ADDRESS})
    return address


def short_host(host: str) -> str:
    """Return a host to listen at, whose address people reach unless another one is set; refuse a longer one."""
    most = LONGEST_ADDRESS - len(address_of("", 65535)) - (2 if ":" in host else 0)
    if len(host) > most:
        raise PydanticCustomError("long_address", "allowed: at most {most} characters", {"most": most})
    return host


def _is_root(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    more = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not more and url.isprintable()


def _place(path: Path) -> Path:
    """Return a path whose `~` is the home folder: a shell replaces it only where it stands unquoted.

    Raises:
        PydanticCustomError: it is nobody's home, or no file can have such a name.

    """
    try:
        path = path.expanduser()
        path.exists()
    except RuntimeError:  # not with its words: they are English
        raise PydanticCustomError("home_unknown", "allowed: ~ or the name of a user of this machine") from None
    except OSError as fault:  # another one may pass, and is told by whoever uses the place
        if fault.errno == errno.ENAMETOOLONG:
            raise PydanticCustomError("name_too_long", "allowed: names a file can have") from None
    return path


def _env_file(config: Any) -> Path | None:
    """Return the file of the settings of an office's folder; None if it can be no folder, which is refused as such."""
    try:
        return folder_of(_place(Path(config)) if config else None) / ENV_FILE
    except PydanticCustomError:
        return None


def _register_address(url: str) -> str:
    """Refuse what names no file: what follows `?` or `#` would be cut off, and two offices would share the rest."""
    file = url.removeprefix("sqlite:///")
    if file in (url, "", ":memory:") or "?" in file or "#" in file:
        raise PydanticCustomError("register_address", "allowed: sqlite:///FILE, with %3F for ? and %23 for #")
    return url


def _networks(given: Any) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list as JSON, or of addresses with commas or blanks between them."""
    try:
        listed = given
        if isinstance(given, str):
            listed = json.loads(given) if given.lstrip().startswith("[") else given.replace(",", " ").split()
        return tuple(ip_network(one) for one in listed)
    except (TypeError, ValueError):
        raise PydanticCustomError("networks", "allowed: addresses or networks, as a list") from None


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
"""Networks, each an address or one with the length of its prefix."""

Place = Annotated[Path, AfterValidator(_place)]
"""A file or folder of this machine; a leading `~` is the home folder."""


class Settings(BaseSettings):
    """What differs from machine to machine; None for a service: the outbox on disk stands in.

    A live office is not started without one that its policy names (`wiring.delivery`).
    """

    model_config = SettingsConfigDict(env_prefix="PIYAO_", env_ignore_empty=True, frozen=True, extra="ignore")

    config: Place | None = None
    data: Place = Path("data")
    register_url: Annotated[str, AfterValidator(_register_address)] | None = None
    seal_key_file: Place | None = None
    api_host: Annotated[str, AfterValidator(short_host)] = "127.0.0.1"
    api_port: int = Field(default=8400, ge=0, le=65535)
    public_url: Annotated[str, AfterValidator(root_address)] | None = None
    ui_url: str = "http://127.0.0.1:8233"
    task_queue: str = "piyao"
    workflow_cache: int = Field(default=20_000, ge=0)
    smtp_url: SecretStr | None = Field(default=None, description="smtp://user:password@host:port?from=office@example")
    message_url: str | None = Field(default=None, description="generic webhook for the channels sms and wecom")
    message_secret: SecretStr | None = None
    trusted_networks: Networks = Field(
        default=(), description='networks inside which live webhooks may stand, as JSON: ["10.1.0.0/16"]'
    )
    trusted_proxies: Networks = Field(
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
        own = DotEnvSettingsSource(
            settings_cls, env_file=_env_file(config), env_file_encoding="utf-8-sig"
        )  # an editor may add a mark
        return init_settings, env_settings, own

    @property
    def office_folder(self) -> Path:
        """Return the folder an office edits."""
        return folder_of(self.config)

    @property
    def register(self) -> str | Path:
        """Return the file of the register, or the URL that names another one."""
        return self.register_url or self.data / "register.db"

    @property
    def seal_key(self) -> Path:
        """Return the file with the key of the desk's seal; API and worker share it."""
        return self.seal_key_file or self.data / "keys" / "seal.key"

    @property
    def base_url(self) -> str:
        """Return the URL at which people reach the API, without a slash at its end."""
        return self.public_url or address_of(self.api_host, self.api_port)
