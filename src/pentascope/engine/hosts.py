"""Whether a name that looks like a host is one that is talked to: by its key, its call, or how it is put together. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentascope.engine.texts import Endpoint
    from pentascope.model.unit import Text

DETECTOR_SIBLINGS = 15
"""A bare host or product name among so many strings of one list is somebody's list of names, not a use."""

_REQUEST = re.compile(r"http|request|fetch|post|client|connect", re.IGNORECASE)
_HOST_KEYS = ("host", "url", "endpoint", "base", "uri", "domain", "server", "api", "match", "permission", "proxy")
_NAMED = frozenset({"host", "hostname", "endpoint", "base-url", "base_url", "baseUrl"})
"""What a default is bound to in Lisp, or set to in a builder: `(host "api.example.com")`, `.host("api.example.com")`."""
_PROGRAMMES = frozenset({"script", "code", "source", "program", "snippet", "example"})
_SETTING = re.compile(r"(?:[a-z]{3,}(?:[A-Z][A-Za-z0-9]*)?(?:Api|Base)|[a-z]{3,}_(?:\w*_)?(?:api|base)_?)(?:Url|URL|Endpoint|Host|url|endpoint|host)?")


def is_host(endpoint: Endpoint, key: str | None, callee: str | None) -> bool:
    """A bare host counts where it stands under a key that says so, goes to a request, has a path, or has a hole for its region."""
    word = (key or "").lower()
    is_request = callee is not None and (len(endpoint.path) > 3 or _REQUEST.search(callee) is not None or callee.rpartition(".")[2] in _NAMED)
    return any(part in word for part in _HOST_KEYS) or is_request or endpoint.path.startswith("/v1") or "{" in endpoint.host


def is_aside(text: Text) -> bool:
    """Whether what a text names is not called from here: one of a long list, or in a programme that is kept as data."""
    is_programme = (text.key or "").rpartition(".")[2] in _PROGRAMMES and text.value.count("\n") > 2
    return is_programme or (text.siblings >= DETECTOR_SIBLINGS and not is_setting(text.key))


def is_setting(key: str | None) -> bool:
    """Whether a key names the address of one service among settings (`openaiApiUrl`, `openai_api_base`), however many stand beside it.

    A list of services for people to look at gives each entry the same key instead.
    """
    return key is not None and _SETTING.fullmatch(key.rpartition(".")[2]) is not None
