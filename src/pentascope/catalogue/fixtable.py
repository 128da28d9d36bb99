"""The page of the documentation that lists the fixes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pentascope.model.fix import FixKind, proving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pentascope.model.catalogue import Catalogue
    from pentascope.model.fix import Fix

_ORDER = tuple(FixKind)
_TITLES = {
    FixKind.TERRAFORM: "Terraform",
    FixKind.CLOUDFORMATION: "CloudFormation",
    FixKind.SCP: "Policies of an organisation",
    FixKind.CI: "Pipelines",
    FixKind.CODE: "Code",
    FixKind.DOCUMENT: "Documents",
    FixKind.TOML: "People's word",
}
_INTRODUCTION = """# Fixes

<!-- Written by `python -m pentascope.catalogue.document` from the catalogue; edit the pages, not this file. -->

`pentascope fix` assesses a tree and writes files that close what is not met or unknown, filled with the facts of its
systems: names, scopes, providers, models, modifiers.

    pentascope fix --list                     which fixes exist
    pentascope fix CTL-18 . --out fixes       what closes one requirement
    pentascope fix . --out fixes              what closes every gap that has a fix

1. Read `pentascope-fixes.md` in the folder: it says of each file what it closes, which resources hold the gap, what to
   fill in and how to apply it.
2. Fill in what stands in `<angle brackets>`. A value that a scan cannot know is never guessed, and a setting that nobody
   filled in proves nothing.
3. Apply the files as you apply such files. Nothing is applied for you, and no file that exists is overwritten without
   `--force`.
4. Assess again: `pentascope assess . --explain`.

Where a resource exists already, the file shows how it should be; move its arguments into yours. A good resource beside a
bad one does not mend the bad one, and the assessment says so. Where a fix exists for several tools, the tools that the
tree uses decide; where it uses none, all are written, and `--kind` chooses.

## What a fix proves

The tests apply every fix to a tree that has the gap and assess again. In the tables below,

- **proves** means that the check which sees the file proves the whole requirement, which turns to met;
- **sign** means that the check turns to met, but sees only part of the requirement, whose verdict stays open until somebody
  attests the rest ([how verdicts are made](how-verdicts-are-made.md));
- **attest** means that no scan can see it: only a person's word, with the file as its document, closes it.

A document is a blank form until people have filled it in. `pentascope attest CODE --owner WHO --document PATH` keeps its hash,
so that a later change is noticed. The stubs in `pentascope.toml` prove nothing until an owner and dates are put in.

## Add a fix

One page in `src/pentascope/catalogue/data/fixes/`: a heading, a `toml` fence with the record (what it closes and which
checks see it, the systems that it speaks of, the file), the sections *Apply* and *Template*. The template is Jinja2 in a
sandbox; its names are the fields of `FixFacts` in `pentascope.model.fix`, and a name that is not there is an error. The
tests apply the new fix to a tree with the gap and refuse it when the checks that it names do not see it.

What a scanned tree calls things is untrusted: of its names only letters, digits and harmless marks reach a file.
"""


def fixes_page(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    is_whole = proving(catalogue.matrix.requirements, catalogue.infrastructure)
    in_order = sorted(catalogue.fixes, key=lambda fix: (_ORDER.index(fix.kind), fix.id))
    parts = [_INTRODUCTION]
    for kind, members in groupby(in_order, key=lambda fix: fix.kind):
        rows = "".join(_row(fix, is_whole) for fix in members)
        parts.append(f"## {_TITLES[kind]}\n\n| fix | closes | speaks of systems |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def _row(fix: Fix, is_whole: Mapping[str, bool]) -> str:
    shown = [(closure.requirement, _shown(closure.checks, is_whole)) for closure in fix.closes] or [("every open one", "attest")]
    closes = ", ".join(f"{code} ({how})" for code, how in shown)
    return f"| [{fix.title}]({fix.source}) | {closes} | {_of(fix)} |\n"


def _shown(checks: tuple[str, ...], is_whole: Mapping[str, bool]) -> str:
    if not checks:
        return "attest"
    return "proves" if any(is_whole[check] for check in checks) else "sign"


def _of(fix: Fix) -> str:
    """The systems that a fix speaks of, in words."""
    scopes = [f"in scope {' or '.join(str(int(scope)) for scope in fix.scopes)}"] if fix.scopes else []
    conditions = [f"with {' or '.join(fix.conditions)}"] if fix.conditions else []
    providers = [f"on {' or '.join(fix.providers)}"] if fix.providers else []
    return ", ".join((*scopes, *conditions, *providers)) or "any"
