"""What one string says: an endpoint, a model id, a credential, the name of a variable, a prompt."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import msgspec

from pentascope.engine.modelids import can_be_model
from pentascope.engine.patterns import MAX_REMEMBERED, glob
from pentascope.model.signature import Anchor, Rule, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

_URL = re.compile(r"(?:https?|wss?)://([^\s\"'`<>/?#\\]{1,255})(/[^\s\"'`<>?#\\]{0,400})?", re.IGNORECASE)
_HOST = re.compile(r"(?=[\w{}*-]{1,63}\.|localhost)([\w{}*.-]{3,200})(?::\d{1,5})?(/[^\s\"'`<>?#\\]{0,400})?", re.ASCII)
_SPACE = re.compile(r"\s")

MAX_MODEL_CHARS = 200


class Endpoint(msgspec.Struct, frozen=True):
    """A URL or host in a string: `host` lower case, `path` starting with `/` or empty, whether a scheme stood before it."""

    host: str
    path: str
    has_scheme: bool


def endpoints(text: str) -> list[Endpoint]:
    """The URLs in a string, or the host that the whole string is."""
    if "://" in text:
        return [Endpoint(host.lower().rpartition("@")[2], path or "", True) for host, path in _URL.findall(text)[:8]]
    match = _HOST.fullmatch(text) if "." in text or text.startswith("localhost") else None
    return [Endpoint(match[1].lower(), match[2] or "", False)] if match else []


class EndpointTable:
    """The endpoint rules of all signatures, looked up by host."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        """Exact hosts go to a dictionary, globs to a list."""
        self._exact: dict[str, list[tuple[str, Signature, Rule]]] = {}
        self._globs: list[tuple[str, str, str, Signature, Rule]] = []
        self._known: dict[Endpoint, tuple[tuple[Signature, Rule], ...]] = {}
        for signature in signatures:
            for rule in signature.rules:
                if rule.on is Anchor.ENDPOINT:
                    for pattern in rule.match:
                        self._add(pattern, signature, rule)

    def _add(self, pattern: str, signature: Signature, rule: Rule) -> None:
        bare = re.sub(r"^(?:https?|wss?)://", "", pattern)
        host, slash, rest = bare.partition("/")
        path = slash + rest
        if "*" in host or "?" in host:
            plain = max(re.split(r"[*?]+", host.lower()), key=len)
            self._globs.append((plain, host.lower(), path, signature, rule))
        else:
            self._exact.setdefault(host.lower(), []).append((path, signature, rule))

    def find(self, endpoint: Endpoint) -> tuple[tuple[Signature, Rule], ...]:
        """The rules that an endpoint satisfies, those with the longest path first."""
        known = self._known.get(endpoint)
        if known is None:
            known = self._known[endpoint] = tuple(self._search(endpoint))
        return known

    def _search(self, endpoint: Endpoint) -> list[tuple[Signature, Rule]]:
        host = endpoint.host.partition(":")[0]
        rows = [*self._exact.get(endpoint.host, ()), *(self._exact.get(host, ()) if host != endpoint.host else ())]
        rows += [
            (path, signature, rule)
            for plain, pattern, path, signature, rule in self._globs
            if plain in endpoint.host and (glob(pattern).fullmatch(endpoint.host) or glob(pattern).fullmatch(host))
        ]
        hits = [(len(path), signature, rule) for path, signature, rule in rows if _path_matches(path, endpoint.path)]
        hits.sort(key=lambda hit: -hit[0])
        return [(signature, rule) for _, signature, rule in hits]


def _path_matches(wanted: str, path: str) -> bool:
    if wanted in {"", "/", "/*"}:
        return True
    pattern = wanted if wanted.endswith("*") else wanted + "*"
    return glob(pattern).fullmatch(path) is not None


class ModelExpressions(Protocol):
    """Tells which of numbered expressions match a whole text, in time linear in the text."""

    def matching(self, text: str) -> Sequence[int]:
        """The numbers of the expressions that match."""
        ...


class PlainExpressions:
    """The same with the standard library, for tests and for callers without an automaton."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Compile all."""
        self._compiled = [re.compile(f"(?:{one.removeprefix('(?i)')})", re.IGNORECASE) for one in expressions]

    def matching(self, text: str) -> Sequence[int]:
        """The numbers of the expressions that match."""
        return [number for number, pattern in enumerate(self._compiled) if pattern.fullmatch(text)]


def model_expressions(signatures: Sequence[Signature]) -> list[tuple[str, Signature]]:
    """Every model expression with its page, pages of a vendor before pages of a gateway."""
    ordered = sorted(signatures, key=lambda one: one.vendor is None)
    return [(expression, signature) for signature in ordered for expression in signature.models]


class ModelTable:
    """Which vendor makes a model of a given id."""

    def __init__(self, signatures: Sequence[Signature], expressions: ModelExpressions | None = None) -> None:
        """`expressions` numbers what `model_expressions(signatures)` lists; plain `re` where none is given."""
        rows = model_expressions(signatures)
        self._signatures = [signature for _, signature in rows]
        self._expressions = expressions or PlainExpressions([expression for expression, _ in rows])
        self._known: dict[str, Signature | None] = {}

    def find(self, text: str) -> Signature | None:
        """The signature whose vendor makes a model of that id, or None."""
        if not 2 < len(text) <= MAX_MODEL_CHARS:
            return None
        known = self._known.get(text, _UNKNOWN)
        if known is not _UNKNOWN:
            return known  # type: ignore[return-value]
        found = None
        if not _SPACE.search(text) and "://" not in text:
            numbers = self._expressions.matching(text)
            found = self._signatures[min(numbers)] if numbers and can_be_model(text) else None
            if found is not None and found.vendor is None and "/" in text:
                routed = self.find(text.rpartition("/")[2])
                found = routed if routed is not None and routed.vendor is not None else found
        if len(self._known) < MAX_REMEMBERED:
            self._known[text] = found
        return found


_UNKNOWN = object()


class KeyTable:
    """The credential expressions of all providers."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        """Each expression is searched in strings that are long enough to hold a key."""
        self._rows = [(expression, signature) for signature in signatures for expression in signature.keys]
        heads = [_KEY_HEAD.match(expression) for expression, _ in self._rows]
        self._heads = tuple(sorted({head[0] for head in heads if head})) if all(heads) else ("",)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{expression})" for expression, _ in self._rows) or r"(?!)")

    def find(self, text: str) -> tuple[str, Signature] | None:
        """The credential in a string and whose it is."""
        if len(text) < 20 or not self._has_head(text) or not self._any.search(text):
            return None
        for expression, signature in self._rows:
            match = re.search(expression, text)
            if match and not is_placeholder(match[0]):
                return match[0], signature
        return None

    def _has_head(self, text: str) -> bool:
        for head in self._heads:  # noqa: SIM110 - asked of every string, and a generator costs more than the answer
            if head in text:
                return True
        return False

    def may_hold(self, content: bytes) -> bool:
        """Whether the plain beginning of any credential occurs in these bytes."""
        return any(head.encode() in content for head in self._heads)

    def redact(self, text: str) -> str:
        """`text` with every credential cut to its first four characters."""
        if not self._has_head(text):
            return text
        return self._any.sub(lambda match: redacted(match[0]), text)


_KEY_HEAD = re.compile(r"[A-Za-z0-9_-]{2,}")
"""The plain characters that an expression of a credential begins with."""
_PLACEHOLDER = re.compile(r"x{4,}|\*{3,}|\.{3,}|your|example|here|placeholder|dummy|fake|test|12345|abcdef|<|\{|00000|(.)\1{9}", re.IGNORECASE)


def is_placeholder(key: str) -> bool:
    """Whether a credential is of the kind that documentation shows: no entropy, or words that say so."""
    return _PLACEHOLDER.search(key) is not None or len(set(key)) < 10


def redacted(key: str) -> str:
    """A credential as it may be shown: four characters and its length."""
    return f"{key[:4]}…[{len(key)} characters redacted]"


_VECTOR_SQL = re.compile(r"::\s?(?:half)?vec(?:tor)?\b|\bhalfvec\s?\(|\bvector_(?:cosine|l2|ip)_ops\b|<=>\s?(?:\$\d|%s|:\w|'\[|\?(?:[\s,):]|$)|\{)|\bUSING (?:ivfflat|hnsw)\b")


def is_vector_sql(text: str) -> bool:
    """Whether a string is a query or a definition of PostgreSQL's vector extension."""
    return len(text) > 20 and ("vec" in text or "<=>" in text or "USING" in text) and _VECTOR_SQL.search(text) is not None


_PROMPT_KEY = re.compile(
    r"(?:prompts?|(?:system|user|human|ai)_?(?:message|msg|instructions?|template)|backstory|prompt_?(?:template|text|content|string)"
    r"|(?:^|(?:assistant|agent|custom|supervisor|developer|base|default|model|llm|ai|bot)_?)instructions?)(?:_?\d+)?$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\s*[Yy]ou(?:'re|\s+are)\s+(?:about to|not\b|already|now (?:on|in|using|signed|logged)|currently|probably|no longer|missing|in [a-z]*[A-Z_]{3}|at\b|on\b"
    r"|signed|logged|using|trying|attempting|running|passing|loading|importing|creating|calling|viewing|seeing|reading|receiving|being|going"
    r"|required|allowed|unable|free to|welcome|seriously|looking for|missing|over\b|out of|offline|connected|editing|deleting|leaving)",
)
_PROMPT_START = re.compile(
    r"\s*(?:you(?:'re|\s+are)\s|act as\b|your task\b|as an? (?:ai|expert|helpful)\b|given the following\b|below is an instruction that\b|(?:let's )?think step by step\b|###\s?(?:instruction|system)|<\|(?:system|im_start)\|>|\[INST\]|<<SYS>>)",
    re.IGNORECASE,
)
_LOCALES = re.compile(r"(?:^|/)(?:i18n|l10n|locales?|lang|languages|translations?|messages)(?:/|$)|(?:^|/)(?:messages|strings)[^/]*\.(?:properties|json|xml)$", re.IGNORECASE)


_MARKUP = re.compile(r"\]\(https?://|<a\s|\\?[nN]?## |^#+ ")
_CODE = re.compile(r"curl |fetch\(|requests\.|=https?:|https?://[^\s]{1,200}\$\{|\bcurl\b")


def is_prose(text: str) -> bool:
    """Whether an address stands in running text for people to read: a link in Markdown, or a sentence around it."""
    if len(text) < 40 or _CODE.search(text):
        return False
    if _MARKUP.search(text):
        return True
    before, _, _ = text.partition("://")
    words = before.split()
    return len(words) > 4 and sum(word.isalpha() for word in words) >= 4 and text.count("\n") < 3


def is_for_translation(path: str) -> bool:
    """Whether a file holds the words of a user interface in one language."""
    return _LOCALES.search(path) is not None


def is_prompt(text: str, key: str | None, path: str = "") -> bool:
    """Whether a long string is a prompt for a model: by how it begins, or by the name it stands under.

    Words that address the user of a program ("You are about to delete ...") are none, nor are texts for translation.
    """
    if len(text) < 40 or " " not in text or _NOTICE.match(text):
        return False
    if _PROMPT_START.match(text):
        return True
    is_named = bool(key and _PROMPT_KEY.search(key)) and len(text) >= 60 and text.count(" ") >= 8
    return is_named and _LOCALES.search(path) is None
