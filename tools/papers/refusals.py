"""What a host means by an answer that is not the file: how long to wait, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from .parsing import clean_text

MAX_WORDS = 4096


@dataclass(frozen=True)
class Words:
    """What a host says of a refusal in JSON: its message, led by a colon, and when it will answer again."""

    said: str = ""
    reset: str | None = None


async def words_of(response: httpx.Response) -> Words:
    """The words of a refusal, where it is JSON as APIs send it."""
    if "json" not in response.headers.get("content-type", ""):
        return Words()
    body = b""
    async for chunk in response.aiter_raw(MAX_WORDS):
        body += chunk
        if len(body) >= MAX_WORDS:
            break
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return Words()
    found = answer if isinstance(answer, dict) else {}
    message = found.get("message") or found.get("error")
    details = found.get("details")
    reset = details.get("resetTime") if isinstance(details, dict) else None
    said = " ".join(clean_text(message).split())[:200] if isinstance(message, str) else ""
    return Words(f": {said}" if said else "", reset if isinstance(reset, str) else None)


def retry_after(value: str | None) -> float | None:
    """Seconds that a host asks for, given as a number, or as a date of HTTP or ISO 8601."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(min(int(value.strip()[:9]), 10**6))
    try:
        moment = datetime.fromisoformat(value) if value[:4].isdigit() else parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
