"""Compile all pages into the one artefact that is loaded at start: `python -m pentascope.catalogue.build [--check]`."""

from __future__ import annotations

import argparse
import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.fixes import load_fixes
from pentascope.catalogue.frameworks import load_frameworks, refuse_wrong_references
from pentascope.catalogue.infrastructure import load_resource_checks
from pentascope.catalogue.matrix import load_matrix
from pentascope.catalogue.requirements import load_requirement_pages, refuse_wrong_examples, requirements_of
from pentascope.catalogue.results import load_tools, refuse_wrong_peers
from pentascope.catalogue.risk import load_risk
from pentascope.catalogue.signatures import load_signatures, slow_expressions
from pentascope.errors import CatalogueError
from pentascope.model.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).with_name("data")
ARTEFACT = Path(__file__).with_name("compiled.msgpack")


def build(data: Path = DATA) -> Catalogue:
    """The catalogue that the pages hold. Raises: CatalogueError for the first malformed page."""
    signatures = tuple(page.record for page in load_signatures(data / "signatures"))
    pages = load_requirement_pages(data / "requirements")
    matrix = load_matrix(data / "matrix", requirements_of(pages, data / "requirements"))
    codes = {requirement.code for requirement in matrix.requirements}
    infrastructure = load_resource_checks(data / "infrastructure.toml", codes)
    refuse_wrong_examples(pages, infrastructure)
    frameworks = load_frameworks(data / "frameworks")
    refuse_wrong_references(matrix.requirements, frameworks, data / "requirements")
    tools = load_tools(data / "results", codes)
    refuse_wrong_peers(tools, infrastructure, matrix.requirements, data)
    fixes = load_fixes(data / "fixes", matrix.requirements, infrastructure)
    risk = load_risk(data, matrix.requirements, frameworks)
    content = msgspec.msgpack.encode((signatures, matrix, infrastructure, frameworks, tools, fixes, risk), order="deterministic")
    return Catalogue(
        version=blake2b(content, digest_size=6).hexdigest(),
        signatures=signatures,
        matrix=matrix,
        infrastructure=infrastructure,
        frameworks=frameworks,
        tools=tools,
        fixes=fixes,
        risk=risk,
    )


def encode(catalogue: Catalogue) -> bytes:
    """The artefact's bytes: same catalogue, same bytes."""
    return msgspec.msgpack.encode(catalogue, order="deterministic")


def main(words: Sequence[str] | None = None) -> int:
    """Write the artefact, or with `--check` say whether it is up to date (1 when it is not)."""
    parser = argparse.ArgumentParser(prog="python -m pentascope.catalogue.build", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the artefact is not up to date")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the pages")
    parser.add_argument("--artefact", type=Path, default=ARTEFACT, help="file to write or compare")
    args = parser.parse_args(words)
    try:
        catalogue = build(args.data)
    except CatalogueError as error:
        print(f"{error.message}\n  {error.hint}", file=sys.stderr)
        return error.exit_code
    for name, pattern, why in slow_expressions(catalogue.signatures):
        print(f"note: {name}.md: slow on hostile text: {pattern}\n  {why}", file=sys.stderr)
    content = encode(catalogue)
    if args.check:
        return _check(content, args.artefact)
    args.artefact.write_bytes(content)
    print(f"{args.artefact}: {catalogue.version}, {len(catalogue.signatures)} signatures, {len(content)} bytes")
    return 0


def _check(content: bytes, artefact: Path) -> int:
    if artefact.is_file() and artefact.read_bytes() == content:
        return 0
    print(f"{artefact} is not up to date\n  Run `python -m pentascope.catalogue.build`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
