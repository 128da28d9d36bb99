"""What a signature page must be beyond well-typed: the rules that keep hundreds of pages matchable and tested."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope.catalogue.pages import load_page
from pentascope.catalogue.patterns import slow_part
from pentascope.catalogue.records import closest, line_of, malformed
from pentascope.errors import CatalogueError
from pentascope.model.evidence import FactKind
from pentascope.model.signature import FAMILIES, Anchor, Rule, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pentascope.catalogue.pages import Page

CATEGORIES = (
    "model-api", "gateway", "serving", "framework", "agent-framework", "retrieval", "guardrail", "tuning", "training",
    "evaluation", "observability", "assistant", "consumer-app", "enterprise-app", "mcp", "low-code", "library",
    "practice",
)  # fmt: skip
ECOSYSTEMS = ("pypi", "npm", "maven", "go", "nuget", "cargo", "gem", "composer", "pub", "swift", "conan", "hex")
FILE_KINDS = ("config", "dockerfile", "terraform", "manifest", "workflow", "flow")
"""What a rule's `languages` may name beside the language families."""

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ESCAPE_OR_CLASS = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_UNSUPPORTED = re.compile(r"\(\?(?:<?[=!]|P=|\()|\\[1-9]")
_MATCHES_ANYTHING = re.compile(r"[*?./]*")

_NEEDS_IMPORT = (Anchor.CALL, Anchor.IMPORT, Anchor.CLASS)
_SUPERFLUOUS = {
    Anchor.ENDPOINT: ("://", "scheme"),
    Anchor.IMAGE: (":", "tag"),
    Anchor.ACTION: ("@", "version"),
}

Steps = tuple[str | int, ...]


def load_signatures(folder: Path) -> tuple[Page[Signature], ...]:
    """All signature pages of a folder, checked, sorted by id. Raises: CatalogueError that names every bad one."""
    pages, errors = [], []
    for path in sorted(folder.glob("*.md")):
        try:
            pages.append(load_signature(path))
        except CatalogueError as error:
            errors.append(error)
    if errors:
        *others, last = errors
        told = "".join(f"{error.message}\n  {error.hint}\n" for error in others)
        raise CatalogueError(told + last.message, hint=last.hint)
    refuse_shared_names(pages)
    return tuple(sorted(pages, key=lambda page: page.record.id))


def load_signature(path: Path) -> Page[Signature]:
    """One signature page, checked by itself. Raises: CatalogueError."""
    page = load_page(path, Signature)
    for steps, what, hint in _faults(page):
        raise _fault(page, steps, what, hint)
    _refuse_poor_examples(page)
    return page


def refuse_shared_names(pages: Sequence[Page[Signature]]) -> None:
    """Raises: CatalogueError if two pages claim one id or alias."""
    owners: dict[str, str] = {}
    for page in pages:
        for name in (page.record.id, *page.record.aliases):
            if name in owners:
                steps: Steps = ("id",) if name == page.record.id else ("aliases",)
                raise _fault(page, steps, f"`{name}` is already taken by {owners[name]}", "Choose another name.")
            owners[name] = page.path


def slow_expressions(signatures: Iterable[Signature]) -> Iterator[tuple[str, str, str]]:
    """Expressions that a hostile file could stall: id of the page, expression, why."""
    for record in signatures:
        for pattern in (*record.models, *record.keys):
            if why := slow_part(pattern):
                yield record.id, pattern, why
        for rule in record.rules:
            if rule.contains is not None and (why := slow_part(rule.contains, is_file=True)):
                yield record.id, rule.contains, why


def _fault(page: Page[Signature], steps: Steps, what: str, hint: str) -> CatalogueError:
    return malformed(Path(page.path), line_of(page.record_text, steps, page.record_line), what, hint)


def _faults(page: Page[Signature]) -> Iterator[tuple[Steps, str, str]]:
    """Every fault of the record: key path, what is wrong, what to do."""
    record, stem = page.record, Path(page.path).stem
    if record.id != stem:
        yield ("id",), f"id `{record.id}` is not the file name `{stem}`", "Make the two equal."
    for key, name in (("id", record.id), *(("aliases", alias) for alias in record.aliases)):
        if not _KEBAB.fullmatch(name):
            yield (key,), f"`{name}` is not kebab-case", "Use lower-case letters and digits joined by `-`."
    if record.category not in CATEGORIES:
        yield ("category",), f"unknown category `{record.category}`", closest(record.category, CATEGORIES)
    yield from _unknown_keys("imports", record.imports, FAMILIES)
    yield from _unknown_keys("packages", record.packages, ECOSYSTEMS)
    for key, patterns in (("models", record.models), ("keys", record.keys)):
        for pattern in patterns:
            yield from _bad_pattern((key,), pattern)
    if not (record.imports or record.packages or record.models or record.keys or record.rules):
        yield (), "the record can match nothing", "Add imports, packages, models, keys or rules."
    yield from _rule_faults(record)


def _unknown_keys(
    name: str, table: dict[str, tuple[str, ...]], known: Sequence[str]
) -> Iterator[tuple[Steps, str, str]]:
    for key, values in table.items():
        if key not in known:
            yield (name, key), f"unknown key `{key}` in {name}", closest(key, known)
        if not values:
            yield (name, key), f"`{name}.{key}` is empty", "Name at least one, or remove the key."
        for value in values:
            if _MATCHES_ANYTHING.fullmatch(value):
                yield (name, key), f"`{value}` would match anything", "Name something."


def _rule_faults(record: Signature) -> Iterator[tuple[Steps, str, str]]:
    known = (*FAMILIES, *FILE_KINDS)
    for index, rule in enumerate(record.rules):
        here: Steps = ("rules", index)
        if not rule.match:
            yield (*here, "match"), "a rule without alternatives", "Give `match` at least one glob."
        for glob in rule.match:
            if _MATCHES_ANYTHING.fullmatch(glob):
                yield (*here, "match"), f"glob `{glob}` would match anything", "Name at least one letter of it."
        for language in rule.languages:
            if language not in known:
                yield (*here, "languages"), f"unknown language `{language}`", closest(language, known)
        if rule.contains is not None:
            yield from _bad_pattern((*here, "contains"), rule.contains)
        yield from _dead_faults(record, rule, here)


def _dead_faults(record: Signature, rule: Rule, here: Steps) -> Iterator[tuple[Steps, str, str]]:
    """What would silently never match."""
    if rule.on in _NEEDS_IMPORT and not record.imports:
        yield (*here, "on"), f"a `{rule.on}` rule on a page without imports", "Say in `imports` which module it belongs to."
    elif rule.on in _NEEDS_IMPORT and rule.languages and not set(rule.languages) & set(record.imports):
        yield (*here, "languages"), f"no imports for {', '.join(rule.languages)}", "Add them to `imports`."
    for key, (value, anchors) in {
        "arguments": (rule.arguments, (Anchor.CALL, Anchor.RESOURCE)),
        "without": (rule.without, (Anchor.CALL,)),
        "values": (rule.values, (Anchor.CONFIG, Anchor.ENV, Anchor.DEPENDENCY)),
        "contains": (rule.contains, (Anchor.FILE,)),
    }.items():
        if value and rule.on not in anchors:
            yield (*here, key), f"`{key}` says nothing about `{rule.on}`", f"It narrows {' and '.join(anchors)}."
    sign, what = _SUPERFLUOUS.get(rule.on, ("", ""))
    for glob in rule.match:
        if sign and sign in glob:
            yield (*here, "match"), f"`{glob}` names the {what}, which is cut off before matching", f"Leave out `{sign}`."


def _bad_pattern(steps: Steps, pattern: str) -> Iterator[tuple[Steps, str, str]]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        yield steps, f"`{pattern}` is not a regular expression: {error}", "Correct the expression."
        return
    if _UNSUPPORTED.search(_ESCAPE_OR_CLASS.sub("", pattern)):
        yield (
            steps,
            f"`{pattern}` looks around or back",
            "Write it without look-around, back references and conditions.",
        )
    if compiled.match(""):
        yield steps, f"`{pattern}` matches the empty string", "Make it need at least one character."


def _refuse_poor_examples(page: Page[Signature]) -> None:
    kinds = [kind.value for kind in FactKind]
    for example in page.examples:
        if example.shows:
            raise malformed(Path(page.path), example.line, "`shows` is for pages of requirements", 'Say facts="...".')
        for fact in example.facts:
            kind = fact.partition(":")[0]
            if kind not in kinds:
                raise malformed(Path(page.path), example.line, f"unknown fact `{kind}`", closest(kind, kinds))
    if not any(example.facts for example in page.examples):
        raise malformed(Path(page.path), 1, "no example that matches", 'Add one: ```python path="app.py" facts="...".')
    if not any(example.is_near_miss for example in page.examples):
        raise malformed(
            Path(page.path), 1, "no near-miss", 'Add an example that looks alike and proves nothing: facts="".'
        )
