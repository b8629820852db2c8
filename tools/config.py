"""What can be set from outside: `PAPER_IMPLEMENTER_*` in the environment."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """Settings of the product.

    **Arguments:**

    - `home`: where the library and the checkouts live.
    - `arxiv_api`, `arxiv_site`: the hosts that answer as arXiv does; tests put a local server here.
    - `semantic_scholar_api`, `openreview_api`, `acl_site`: likewise, for the other places that are searched.
    - `semantic_scholar_key`: a key for that API, which lets more requests through; sent to it alone.
    - `arxiv_interval_s`: least seconds between two requests to these hosts.
    - `http_timeout_s`: longest silence of a host, in seconds.
    - `python`: the interpreter for code that users run; None means that of the workspace.
    - `token`: bearer token that the HTTP server asks for.
    """

    model_config = SettingsConfigDict(env_prefix="PAPER_IMPLEMENTER_", extra="ignore")

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("paper-implementer", appauthor=False)))
    arxiv_api: str = "https://export.arxiv.org"
    arxiv_site: str = "https://arxiv.org"
    arxiv_interval_s: float = 3.0
    semantic_scholar_api: str = "https://api.semanticscholar.org"
    semantic_scholar_key: str | None = None
    openreview_api: str = "https://api2.openreview.net"
    acl_site: str = "https://aclanthology.org"
    http_timeout_s: float = 30.0
    python: str | None = None
    token: str | None = None


@cache
def config() -> Config:
    """The settings of this process, read once."""
    return Config()
