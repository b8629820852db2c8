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
    - `mirrors`: origins to ask in the place of public ones: `{"https://openreview.net": "http://mirror.lab/openreview"}`.
    - `arxiv_interval_s`, `venue_interval_s`: least seconds between two requests to arXiv; to a host of another venue.
    - `http_timeout_s`: longest silence of a host, in seconds.
    - `python`: the interpreter for code that users run; None means that of the workspace.
    - `slurm_partition`, `slurm_account`, `slurm_gres`: for runs on a cluster, as `sbatch` takes them ("gpu:1").
    - `slurm_setup`: shell lines before such a run: `["module load cuda"]`.
    - `slurm_python`: the interpreter of paper-implementer on the nodes; None means the path of this one.
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
    mirrors: dict[str, str] = Field(default_factory=dict)
    venue_interval_s: float = 1.0
    http_timeout_s: float = 30.0
    python: str | None = None
    slurm_partition: str | None = None
    slurm_account: str | None = None
    slurm_gres: str | None = None
    slurm_setup: list[str] = Field(default_factory=list)
    slurm_python: str | None = None
    token: str | None = None

    def asked_at(self) -> dict[str, str]:
        """Which origin is asked in the place of each public one that the operator has replaced."""
        named = ("arxiv_api", "arxiv_site", "semantic_scholar_api", "openreview_api", "acl_site")
        public = {type(self).model_fields[name].default: getattr(self, name) for name in named}
        replaced = {public: own for public, own in public.items() if own != public}
        return {public.rstrip("/"): own.rstrip("/") for public, own in (replaced | self.mirrors).items()}


@cache
def config() -> Config:
    """The settings of this process, read once."""
    return Config()
