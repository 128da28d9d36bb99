"""Writes the pages of docs/ that come from the catalogue: `python -m pentascope.catalogue.document [--check]`.

They are what-it-detects.md, what-it-verifies.md, fixes.md, risk-scenarios.md and the tables of import.md.
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope.catalogue.build import DATA, build
from pentascope.catalogue.fixtable import fixes_page
from pentascope.catalogue.importable import with_tables
from pentascope.catalogue.requirements import load_requirement_pages
from pentascope.catalogue.risktable import risk_page
from pentascope.catalogue.signatures import CATEGORIES
from pentascope.errors import CatalogueError
from pentascope.model.signature import FAMILIES, Anchor, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pentascope.catalogue.pages import Example, Page
    from pentascope.model.infrastructure import ResourceCheck
    from pentascope.model.requirement import Requirement

DOCUMENT = Path(__file__).parents[3] / "docs" / "what-it-detects.md"
IMPORT = DOCUMENT.with_name("import.md")
FIXES = DOCUMENT.with_name("fixes.md")

_TITLES = {
    "model-api": "Model APIs",
    "gateway": "Gateways",
    "serving": "Serving of open weights",
    "framework": "Frameworks",
    "agent-framework": "Agent frameworks",
    "retrieval": "Retrieval and vector stores",
    "guardrail": "Guardrails",
    "tuning": "Tuning",
    "training": "Training",
    "evaluation": "Evaluation and red-teaming",
    "observability": "Observability",
    "assistant": "Coding assistants",
    "consumer-app": "Consumer apps",
    "enterprise-app": "Enterprise apps",
    "mcp": "Model Context Protocol",
    "low-code": "Low-code flows",
    "library": "Other libraries",
    "practice": "Practices that requirements ask for",
}
_FAMILY_NAMES = {
    "python": "Python", "javascript": "JavaScript, TypeScript", "java": "Java, Kotlin, Scala", "go": "Go", "csharp": "C#",
    "rust": "Rust", "ruby": "Ruby", "php": "PHP", "swift": "Swift", "dart": "Dart", "cpp": "C, C++", "shell": "shell",
    "r": "R", "elixir": "Elixir", "erlang": "Erlang", "lua": "Lua", "julia": "Julia", "perl": "Perl", "powershell": "PowerShell",
    "haskell": "Haskell", "ocaml": "OCaml", "clojure": "Clojure", "zig": "Zig", "nim": "Nim",
}  # fmt: skip
_PLACES = {
    Anchor.ENDPOINT: "endpoints",
    Anchor.ENV: "environment variables",
    Anchor.IMAGE: "container images",
    Anchor.RESOURCE: "infrastructure as code",
    Anchor.CONFIG: "configuration keys",
    Anchor.FILE: "files",
    Anchor.COMMAND: "commands",
    Anchor.ACTION: "workflow actions",
    Anchor.NODE: "flow nodes",
    Anchor.DEFINITION: "definitions",
}
_INTRODUCTION = """# What Pentascope detects

<!-- Written by `python -m pentascope.catalogue.document` from the catalogue; edit the pages, not this file. -->

{count} products, libraries and practices. Each is one page of `src/pentascope/catalogue/data/signatures/`, with examples
of what matches and what only looks alike; the tests run every example. [Add one](add-a-signature.md) in five minutes.

A name alone proves nothing: code counts where an import really leads to the product and the call is one that uses a
model, a manifest only says that a library is declared, and prose, comments and test data are never evidence
([how scopes are decided](how-scopes-are-decided.md)).
"""


def document(signatures: Sequence[Signature]) -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION.format(count=len(signatures))]
    in_order = sorted(signatures, key=lambda signature: (CATEGORIES.index(signature.category), signature.name.casefold()))
    for category, members in groupby(in_order, key=lambda signature: signature.category):
        parts.append(f"## {_TITLES[category]}\n\n| product | languages | also seen in |\n|---|---|---|\n" + "".join(map(_row, members)))
    return "\n".join(parts)


_VERIFIES = """# What Pentascope verifies

<!-- Written by `python -m pentascope.catalogue.document` from the catalogue; edit the pages, not this file. -->

Every check of the catalogue, by requirement. A *sign* is told and does not prove the whole requirement; what a file must
look like stands in examples that the tests run ([how verdicts are made](how-verdicts-are-made.md)).
"""


def verified(pages: Sequence[Page[Requirement]], resource_checks: Sequence[ResourceCheck]) -> str:
    """The list of checks as Markdown, with the examples of each."""
    parts = [_VERIFIES]
    for page in pages:
        declared = [check for check in resource_checks if check.requirement == page.record.code]
        if not (page.record.checks or declared):
            continue
        parts.append(f"## {page.record.code} {page.record.title}\n\n| check | looks at | is | good state |\n|---|---|---|---|\n")
        parts += [_check_row(check.id, "code", check.says, is_proof=check.proves_whole) for check in page.record.checks]
        parts += [_check_row(check.id, "infrastructure", check.says, is_proof=check.proves_whole) for check in declared]
        parts += [_shown(example) for example in page.examples]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _check_row(name: str, place: str, says: str, *, is_proof: bool) -> str:
    return f"| `{name}` | {place} | {'a proof' if is_proof else 'a sign'} | {_cell(says)} |\n"


def _shown(example: Example) -> str:
    words = ", ".join(f"`{word}`" for word in example.shows)
    fence = "````" if "```" in example.text else "```"
    return f"\n`{example.path}` shows {words}:\n\n{fence}{example.language}\n{example.text}{fence}\n"


def _row(signature: Signature) -> str:
    name = _cell(signature.name)
    linked = f"[{name}]({signature.homepage})" if signature.homepage else name
    languages = "; ".join(_FAMILY_NAMES[family] for family in FAMILIES if family in signature.imports)
    return f"| {linked} | {languages} | {', '.join(_places(signature))} |\n"


def _places(signature: Signature) -> Iterator[str]:
    if signature.packages:
        yield f"manifests ({', '.join(sorted(signature.packages))})"
    anchors = {rule.on for rule in signature.rules}
    yield from (words for anchor, words in _PLACES.items() if anchor in anchors)
    if signature.models:
        yield "model names"
    if signature.keys:
        yield "keys"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[").replace("]", "\\]")


def main(words: Sequence[str] | None = None) -> int:
    """Write the pages, or with `--check` say whether they are up to date (1 when one is not)."""
    parser = argparse.ArgumentParser(prog="python -m pentascope.catalogue.document", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a page is not up to date")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the catalogue's pages")
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="list of what is detected, to write or compare")
    parser.add_argument("--import-document", type=Path, default=IMPORT, help="page whose tables tell checks of other tools")
    parser.add_argument("--fixes", type=Path, default=FIXES, help="list of the fixes, to write or compare")
    args = parser.parse_args(words)
    try:
        catalogue = build(args.data)
        pages = load_requirement_pages(args.data / "requirements")
    except CatalogueError as error:
        print(f"{error.message}\n  {error.hint}", file=sys.stderr)
        return error.exit_code
    importing = args.import_document.read_text(encoding="utf-8") if args.import_document.is_file() else ""
    texts = {args.document: document(catalogue.signatures), args.import_document: with_tables(importing, catalogue.tools)}
    texts[args.document.with_name("what-it-verifies.md")] = verified(pages, catalogue.infrastructure)
    texts[args.fixes] = fixes_page(catalogue)
    texts[args.document.with_name("risk-scenarios.md")] = risk_page(catalogue)
    return max(_settle(page, text, is_checked=args.check) for page, text in texts.items())


def _settle(page: Path, text: str, *, is_checked: bool) -> int:
    """Write one page, or compare it."""
    is_same = page.is_file() and page.read_text(encoding="utf-8") == text
    if is_checked and not is_same:
        print(f"{page} is not up to date\n  Run `python -m pentascope.catalogue.document`.", file=sys.stderr)
        return 1
    if not is_checked:
        page.write_text(text, encoding="utf-8")
        print(f"{page}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
