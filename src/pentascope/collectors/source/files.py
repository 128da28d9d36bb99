"""One file of a tree from bytes to evidence: read, prefilter, parse, match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.languages import WEIGHT_EXTENSIONS, Language, language_of, parser_of
from pentascope.collectors.source.roles import role as role_of
from pentascope.engine.adapters import makers, named
from pentascope.engine.detectors import marked
from pentascope.engine.findings import with_excerpts
from pentascope.engine.practices import practices
from pentascope.engine.training import Trace, trace
from pentascope.engine.wire import NECESSARY, wire_calls
from pentascope.model.evidence import Evidence, FactKind, Role, Skipped, SkipReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.collectors.source.globalusings import GlobalUsings
    from pentascope.collectors.source.localmodules import LocalModules
    from pentascope.collectors.source.prefilter import Prefilter
    from pentascope.collectors.source.tree import FileEntry, Tree
    from pentascope.engine.match import Matcher
    from pentascope.model.unit import Unit

_WIRE = re.compile(NECESSARY.encode())
MAX_EVIDENCE = 5_000
"""Lines of evidence that one file may give: more than any file of code needs, and a bound for generated ones."""
ML_ROOTS = frozenset(
    """torch tensorflow keras tf jax flax optax haiku equinox paddle mindspore mlx pytorch_lightning lightning transformers
    diffusers peft trl accelerate deepspeed datasets""".split()
)
CODE_FAMILIES = frozenset({"python", "javascript", "java", "go", "csharp", "rust", "ruby", "php", "swift", "dart", "cpp"})
"""Families whose parsers take the set of wanted import roots."""
NAMED_LIMIT_BYTES = 1_000_000


class FileResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one file says."""

    path: str
    evidence: tuple[Evidence, ...] = ()
    traces: tuple[Trace, ...] = ()
    language: str | None = None
    size_bytes: int = 0
    is_read: bool = False
    is_parsed: bool = False
    is_test: bool = False
    skipped: Skipped | None = None


class FileReader:
    """Everything that reading files of one tree needs; made once and inherited by forked workers."""

    def __init__(  # noqa: PLR0917 - what reading needs, made once
        self,
        tree: Tree,
        matcher: Matcher,
        prefilter: Prefilter,
        modules: LocalModules,
        wanted_paths: frozenset[str],
        usings: GlobalUsings | None = None,
    ) -> None:
        """`wanted_paths` are those that a file rule asks for."""
        self.tree = tree
        self.matcher = matcher
        self.prefilter = prefilter
        self.modules = modules
        self.usings = usings
        self.wanted_paths = wanted_paths
        self.makers = makers(matcher.signatures)
        self.roots = {family: frozenset(_roots(matcher, family)) for family in CODE_FAMILIES}

    def read_name(self, entry: FileEntry, path: str, skipped: Skipped | None = None) -> FileResult:
        """What the rules on names of files say of `entry` under the name `path`. No parser is asked.

        The path is another than the entry's where a link leads to it; `skipped` tells why no parser is asked.
        """
        if path == entry.path and path not in self.wanted_paths:
            return FileResult(path=path, skipped=skipped)
        data = self.tree.read(entry, NAMED_LIMIT_BYTES)
        role = role_of(path)
        if isinstance(data, Skipped):
            evidence = self.matcher.match_path(path, role, None)
        else:
            evidence = self.matcher.match_path(path, role, data)
            evidence = with_excerpts(evidence, data.decode("utf-8", "replace").split("\n"), self.matcher.keys) if evidence else []
        return FileResult(path=path, evidence=tuple(evidence), skipped=skipped)

    def read(self, entry: FileEntry) -> FileResult | None:
        """What the file says; None when its kind is not read here."""
        language = language_of(entry.path)
        is_wanted = entry.path in self.wanted_paths
        if language is None and not is_wanted:
            return self._read_weights(entry)
        data = self.tree.read(entry, language.limit_bytes if language else NAMED_LIMIT_BYTES)
        if isinstance(data, Skipped):
            evidence = self.matcher.match_path(entry.path, role_of(entry.path), None) if is_wanted else []
            return FileResult(path=entry.path, skipped=data, evidence=tuple(evidence))
        role = role_of(entry.path)
        evidence = self.matcher.match_path(entry.path, role, data) if is_wanted else []
        traces: tuple[Trace, ...] = ()
        skipped, is_parsed, is_test = None, False, False
        opened = self.usings.opening(entry.path, data, self.roots["csharp"]) if self.usings is not None else data
        is_candidate = language is not None and self.prefilter.is_candidate(language.family, opened)
        if is_candidate and role is Role.TEST and language is not None and language.family in self.roots:
            is_test = True
            evidence = [*evidence, *self.matcher.match_keys(entry.path, role, data)]
        elif is_candidate and language is not None:
            unit = self._parse(language, opened, entry.path, role)
            is_parsed = True
            if not is_wanted:
                evidence = self.matcher.match_path(entry.path, role, data, is_broad=True)
            seen = self.matcher.match(unit, data)
            if opened is not data:
                seen = [one for one in seen if one.line > 1 or one.attribute("anchor") != "import"]
            evidence = [*evidence, *seen]
            if unit.texts and _WIRE.search(data) is not None:
                evidence += wire_calls(unit, data.decode("utf-8", "replace").split("\n"), evidence)
            if unit.classes:
                evidence += named(unit, self.makers)
            traces = tuple(trace(unit))
            if not unit.is_complete:
                skipped = Skipped(path=entry.path, reason=SkipReason.MALFORMED)
        if evidence:
            lines = data.decode("utf-8", "replace").split("\n")
            evidence = with_excerpts(marked([*evidence, *practices(lines, evidence)], data), lines, self.matcher.keys)
        if len(evidence) > MAX_EVIDENCE:
            detail = f"{len(evidence):,} lines of evidence, the first {MAX_EVIDENCE:,} kept"
            evidence, skipped = evidence[:MAX_EVIDENCE], Skipped(path=entry.path, reason=SkipReason.TOO_LARGE, detail=detail)
        if traces:
            traces = tuple(self._with_words(one, data) for one in traces)
        return FileResult(
            path=entry.path,
            evidence=tuple(evidence),
            traces=traces,
            language=language.module if language else None,
            size_bytes=len(data),
            is_read=True,
            is_parsed=is_parsed,
            is_test=is_test,
            skipped=skipped,
        )

    def _with_words(self, one: Trace, data: bytes) -> Trace:
        """The trace with the words of the lines that evidence may be drawn from later."""
        lines = data.split(b"\n")
        words = tuple(
            (number, self.matcher.keys.redact(lines[number - 1].decode("utf-8", "replace").strip()[:200]))
            for number in sorted(one.lines())
            if number <= len(lines)
        )
        return msgspec.structs.replace(one, words=words)

    def _parse(self, language: Language, data: bytes, path: str, role: Role) -> Unit:
        parse = parser_of(language.module)
        wanted = self.roots.get(language.family)
        unit = parse(data, path, wanted) if wanted is not None else parse(data, path)
        unit.role = role
        if unit.language == "python":
            self._localise(unit)
        elif unit.language == "java":
            self._localise_jvm(unit)
        return unit

    def _localise_jvm(self, unit: Unit) -> None:
        """The same for packages of Java, Kotlin and Scala whose source lies in the tree."""
        local = {entry.path for entry in unit.imports if self.modules.is_local_jvm(entry.path)}
        if not local:
            return
        for entry in unit.imports:
            if entry.path in local:
                entry.path = "." + entry.path
        for call in unit.calls:
            if self.modules.is_local_jvm(call.callee):
                call.callee = "." + call.callee
        for definition in unit.classes:
            definition.bases = tuple("." + base if self.modules.is_local_jvm(base) else base for base in definition.bases)

    def _localise(self, unit: Unit) -> None:
        """Give imports that the tree itself satisfies, and calls through them, a leading dot: no library owns them."""
        local = {
            entry.path.partition(".")[0]
            for entry in unit.imports
            if not entry.path.startswith(".") and self.modules.is_local(entry.path, unit.path)
        }
        if not local:
            return
        for entry in unit.imports:
            if entry.path.partition(".")[0] in local:
                entry.path = "." + entry.path
        for call in unit.calls:
            if call.callee.partition(".")[0] in local:
                call.callee = "." + call.callee
        for definition in unit.classes:
            definition.bases = tuple("." + base if base.partition(".")[0] in local else base for base in definition.bases)
        unit.bindings = {
            name: tuple("." + path if path.partition(".")[0] in local else path for path in paths)
            for name, paths in unit.bindings.items()
        }

    def _read_weights(self, entry: FileEntry) -> FileResult | None:
        dot = entry.path.rfind(".")
        if dot < 0 or entry.path[dot:].lower() not in WEIGHT_EXTENSIONS:
            return None
        from pentascope.collectors.source.parse import weights  # noqa: PLC0415 - only where such a file lies

        head = self.tree.head(entry)
        if isinstance(head, Skipped):
            return FileResult(path=entry.path, skipped=head)
        header = weights.inspect(head, entry.path)
        if header is None:
            return FileResult(path=entry.path, is_read=True, size_bytes=len(head))
        evidence = Evidence(
            kind=FactKind.WEIGHTS,
            subject=header.format,
            path=entry.path,
            line=1,
            signature="weights-header",
            role=role_of(entry.path),
            excerpt=header.detail or "",
            attributes=(("adapter", "yes" if header.is_adapter else "no"), ("size_bytes", str(entry.size_bytes))),
        )
        return FileResult(path=entry.path, is_read=True, evidence=(evidence,), size_bytes=len(head))


def _roots(matcher: Matcher, family: str) -> Iterable[str]:
    """The import roots of a family as its parser wants them: first component for Python, package for JavaScript."""
    for signature in matcher.signatures:
        for entry in signature.imports.get(family, ()):
            if family == "python":
                yield entry.partition(":")[0].partition(".")[0]
            elif family == "javascript":
                yield "/".join(entry.split("/")[: 2 if entry.startswith("@") else 1]).partition(":")[0]
            else:
                yield entry
    if family == "python":
        yield from ML_ROOTS
