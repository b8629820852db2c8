"""Defaults of frameworks, harvested from the sources of their packages at pinned versions.

`harvest.yaml` says which arguments of which callables are which keys; `harvest` reads them, `write` keeps them in
`knowledge/harvested`, a file for each method, whose groups the catalogue adds to what is written by hand.
"""

from .collect import Harvested, harvest, packages
from .reading import NotThere
from .writing import harvested_text, write

__all__ = ["Harvested", "NotThere", "harvest", "harvested_text", "packages", "write"]
