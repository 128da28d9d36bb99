"""Writes docs/what-it-detects.md and docs/what-it-verifies.md from the pages: `python -m pentascope.catalogue.document [--check]`."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pentascope.catalogue.build import DATA
from pentascope.catalogue.infrastructure import load_resource_checks
from pentascope.catalogue.requirements import load_requirement_pages
from pentascope.catalogue.signatures import CATEGORIES, load_signatures
from pentascope.errors import CatalogueError
from pentascope.model.signature import FAMILIES, Anchor, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pentascope.catalogue.pages import Example, Page
    from pentascope.model.infrastructure import ResourceCheck
    from pentascope.model.requirement import Requirement

DOCUMENT = Path(__file__).parents[3] / "docs" / "what-it-detects.md"

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
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="file to write or compare; the list of checks stands beside it")
    args = parser.parse_args(words)
    try:
        signatures = load_signatures(args.data / "signatures")
        pages = load_requirement_pages(args.data / "requirements")
        declared = load_resource_checks(args.data / "infrastructure.toml", {page.record.code for page in pages})
    except CatalogueError as error:
        print(f"{error.message}\n  {error.hint}", file=sys.stderr)
        return error.exit_code
    texts = {
        args.document: document(tuple(page.record for page in signatures)),
        args.document.with_name("what-it-verifies.md"): verified(pages, declared),
    }
    if not args.check:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        print(f"{args.document}: {len(signatures)} signatures, {len(pages)} requirements")
        return 0
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path} is not up to date\n  Run `python -m pentascope.catalogue.document`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
