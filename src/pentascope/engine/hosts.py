"""Whether a name that looks like a host is one that is talked to: by its key, its call, or how it is put together. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentascope.engine.texts import Endpoint

_REQUEST = re.compile(r"http|request|fetch|post|client|connect", re.IGNORECASE)
_HOST_KEYS = ("host", "url", "endpoint", "base", "uri", "domain", "server", "api", "match", "permission", "proxy")
_SETTING = re.compile(r"(?:[a-z]{3,}(?:[A-Z][A-Za-z0-9]*)?(?:Api|Base)|[a-z]{3,}_(?:\w*_)?(?:api|base)_?)(?:Url|URL|Endpoint|Host|url|endpoint|host)?")


def is_host(endpoint: Endpoint, key: str | None, callee: str | None) -> bool:
    """A bare host counts where it stands under a key that says so, goes to a request, has a path, or has a hole for its region."""
    word = (key or "").lower()
    is_request = callee is not None and (len(endpoint.path) > 3 or _REQUEST.search(callee) is not None)
    return any(part in word for part in _HOST_KEYS) or is_request or endpoint.path.startswith("/v1") or "{" in endpoint.host


def is_setting(key: str | None) -> bool:
    """Whether a key names the address of one service among settings (`openaiApiUrl`, `openai_api_base`), however many stand beside it.

    A list of services for people to look at gives each entry the same key instead.
    """
    return key is not None and _SETTING.fullmatch(key.rpartition(".")[2]) is not None
