"""Searching for papers: arXiv, Semantic Scholar, OpenReview and the ACL Anthology, as one."""

from .everywhere import MAX_LIMIT, SOURCES, search_papers
from .model import FoundPaper, SearchResult, SourceError

__all__ = ["MAX_LIMIT", "SOURCES", "FoundPaper", "SearchResult", "SourceError", "search_papers"]
