"""Text that people or systems outside of the program write: requests, uploads, retrieved documents, pages of the web. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.unit import FlowScope, Result

_REQUEST = {
    "python": re.compile(r"(?:self\.)?(?:request|req)\.(?:json|form|args|data|values|files|body|POST|GET|query_params|get_json)(?:\.|$)"),
    "javascript": re.compile(r"(?:ctx\.|context\.)?(?:req|request)\.(?:body|query|params)(?:\.|$)|event\.body(?:\.|$)"),
}
_REQUEST_CALLS = {
    "python": re.compile(
        r"(?:self\.)?(?:request|req)\.(?:get_json|json|form|body|stream|args\.get|form\.get|json\.get|GET\.get|POST\.get|query_params\.get|values\.get|data\.get)|input"
        r"|(?:websocket|ws)\.receive_(?:text|json)|(?:st|streamlit)\.(?:chat_input|text_input|text_area)"
    ),
    "javascript": re.compile(
        r"(?:ctx\.|context\.|c\.)?(?:req|request)\.(?:json|text|formData|body|param|query)|readBody|(?:\w+\.)?searchParams\.get|formData\.get"
    ),
}
_WEB = re.compile(r"(?:trafilatura|newspaper)\.\w+|(?:wikipedia|wikipediaapi)\.(?:summary|page)")
_RETRIEVER = re.compile(
    r"(?:^|\.)(?:similarity_search\w*|get_relevant_documents|similaritySearch\w*|getRelevantDocuments|(?:\w*retriever)\.(?:invoke|ainvoke|retrieve|aretrieve))$"
)
_NAMED = re.compile(
    r"user_?(?:input|message|msg|query|question|text|content|utterance)|(?:search|retrieval|tool|web)_?(?:results?|outputs?)|retrieved_?(?:docs?|documents?|chunks?|context|text|passages?)"
    r"|page_?content|web_?(?:content|page)|question",
    re.IGNORECASE,
)
_BESIDE_RETRIEVAL = re.compile(
    r"context|contexts|docs|documents|context_?(?:text|str|string|block)|passages|chunks_text|snippets", re.IGNORECASE
)
_HOLES = re.compile(
    _NAMED.pattern
    + r"|contexts?|documents?|docs|query|input|chat_?history|history|summaries|(?:article|transcript|email|passage)s?(?:_?(?:text|content|body))?",
    re.IGNORECASE,
)
_ROUTE = re.compile(r"@\w+(?:\.\w+)*\.(?:post|get|put|route|websocket|api_route|function_name)\(|@(?:app|api|router|blueprint|bp)\b")
_OF_THE_SERVER = re.compile(
    r"Depends\(|:\s*(?:Request|Response|Session|AsyncSession|BackgroundTasks|WebSocket|HTTPConnection)\b|Annotated\[[^\]]*Depends|\bSecurity\(|Header\(|Cookie\("
)
_SERVER_NAMES = frozenset(
    {
        "self",
        "cls",
        "request",
        "response",
        "db",
        "session",
        "user",
        "current_user",
        "background_tasks",
        "settings",
        "config",
        "app",
        "ctx",
        "websocket",
    }
)
_SERVER_PARTS = re.compile(r"(?:^|\.)(?:app|state|headers|user|session|client|url|method|scope|cookies|id)(?:\.|$)")


def is_stranger_name(chain: str, *, has_retrieval: bool, language: str) -> bool:
    """Whether a dotted name is text of a stranger by what it is called."""
    last = chain.rpartition(".")[2]
    if _REQUEST.get(language, _REQUEST["python"]).match(chain) is not None:
        return _SERVER_PARTS.search(chain.partition(".")[2].partition(".")[2]) is None
    if last.isupper():
        return False
    return _NAMED.fullmatch(last) is not None or (has_retrieval and _BESIDE_RETRIEVAL.fullmatch(last) is not None)


def is_stranger_call(call: Result, language: str) -> bool:
    """Whether a call gives text of a stranger."""
    known = _REQUEST_CALLS.get(language)
    if known is not None and (known.fullmatch(call.written) or known.fullmatch(call.callee)):
        return True
    return (
        _WEB.fullmatch(call.callee) is not None or _RETRIEVER.search(call.callee) is not None or _RETRIEVER.search(call.written) is not None
    )


def is_stranger_hole(name: str) -> bool:
    """Whether a hole of a prompt template is called after text of a stranger."""
    return _HOLES.fullmatch(name) is not None


def stranger_parameters(scope: FlowScope, language: str) -> Iterator[str]:
    """The parameters of a function that serves a route: what its caller sends."""
    if language != "python" or _ROUTE.search(scope.decorators) is None:
        return
    for name, words in scope.parameters:
        if (name not in _SERVER_NAMES and _OF_THE_SERVER.search(words) is None) or (
            name == "request" and ":" in words and _OF_THE_SERVER.search(words) is None
        ):
            yield name
