"""Explains one line of a scan: what was seen, which page knows it, which scope it speaks for, what would change that."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from pentascope.app.assess import assess
from pentascope.app.requirements import requirement_named
from pentascope.app.scan import scan
from pentascope.catalogue.load import load
from pentascope.errors import UnknownNameError
from pentascope.report.escape import escape
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pentascope.model.evidence import Evidence
    from pentascope.model.scoping import ScanResult, ScopeDetermination, System
    from pentascope.model.signature import Signature
    from pentascope.model.verdict import Ground


def explain(what: str, target: str, *, width: int = 100) -> str:
    """The explanation as text.

    Raises: UnknownNameError when nothing has that name, SourceError when the target cannot be opened.
    """
    signature = next((s for s in load().signatures if what in {s.id, *s.aliases}), None)
    if signature is not None:
        return _text(_signature(signature), width)
    requirement = next((each for each in load().matrix.requirements if what.upper() == each.code or what == each.id), None)
    if requirement is not None:
        return _text(_verdicts(requirement.code, target), width)
    found = scan(target)
    if what.removeprefix("scope-").isdigit() and len(what.removeprefix("scope-")) == 1:
        return _text(_scope(int(what.removeprefix("scope-")), found), width)
    lines = [e for e in found.evidence if what in (e.id, f"{e.path}:{e.line}")]
    if not lines:
        raise UnknownNameError(
            f"Nothing in {target} is called {what}.",
            hint="Ids of lines stand in `pentascope scan --explain`; path:line and a scope number work too.",
        )
    blocks = [line for entry in lines for line in [*_evidence(entry, found), ""]]
    return _text(blocks, width)


def _text(lines: Iterable[str], width: int) -> str:
    wrapped = [
        fill(
            escape(line), width=min(max(width, 60), 120), subsequent_indent=" " * (len(line) - len(line.lstrip()) + 2),
            break_long_words=False, break_on_hyphens=False,
        )
        for line in lines
    ]
    return "\n".join(wrapped).rstrip() + "\n"


def _verdicts(code: str, target: str) -> list[str]:
    """The whole story of one requirement in every system of a tree: whether it applies, each ground, what decided."""
    requirement = requirement_named(code)
    told = assess(target)
    lines = [f"{requirement.code}  {requirement.title}", f"  {' '.join(requirement.statement.split())}", ""]
    systems = {system.id: system for system in told.scan.systems}
    by_id = {entry.id: entry for entry in reversed(told.scan.evidence)}
    own = [verdict for verdict in told.verdicts if verdict.requirement == code]
    for verdict in own:
        system = systems[verdict.system]
        lines += [f"{OUTCOME_NAMES[verdict.outcome]} in {system.name} ({system.root})"]
        lines += [f"  because     {verdict.reason}", f"  brought by  scope {', '.join(str(int(scope)) for scope in verdict.scopes)}"]
        lines += [f"  decided by  {STRENGTH_NAMES[verdict.strength]}"] if verdict.strength else []
        lines += [line for ground in verdict.grounds for line in _ground(ground, by_id)]
        lines += [f"  ask         {requirement.question}", f"  answered by {requirement.document}", ""]
    scopes = ", ".join(str(int(scope)) for scope in requirement.scopes)
    return lines if own else [*lines, f"No system found in {target} is in a scope that brings it (scopes {scopes})."]


def _ground(ground: Ground, by_id: Mapping[str, Evidence]) -> Iterable[str]:
    yield f"  ground      {ground.check}: {OUTCOME_NAMES[ground.outcome].lower()} by {STRENGTH_NAMES[ground.strength]}"
    if not ground.is_whole:
        yield "              a sign, not a proof of the whole"
    if ground.path:
        yield f"              {ground.path}:{ground.line or 1}  {ground.address or ground.says}"
    for entry in (by_id[key] for key in ground.evidence if key in by_id):
        yield f"              {entry.path}:{entry.line}  {entry.excerpt}"


def _evidence(entry: Evidence, found: ScanResult) -> list[str]:
    lines = [f"{entry.id}  {entry.kind.value}: {entry.subject}" + (f" = {entry.value}" if entry.value else "")]
    lines += [f"  where       {entry.path}:{entry.line}:{entry.column} ({entry.role.value} code)", f"  words       {entry.excerpt}"]
    lines += [f"  seen by     {entry.signature} ({entry.confidence.value} confidence)"]
    lines += [f"  {name:11} {value}" for name, value in entry.attributes]
    spoken = list(_speaks_for(entry, found))
    if not spoken:
        lines.append("  speaks for  no scope: it is a fact beside the scopes, or stands in a test or documentation")
    for system, one in spoken:
        lines += [f"  speaks for  scope {one.scope.value} of {system.name} (rule {one.rule})", f"              {one.statement}",
                      f"  would change {one.counter_question}"]
    signature = next((s for s in load().signatures if s.id == entry.signature), None)
    if signature is not None and signature.homepage:
        lines.append(f"  see         {signature.homepage}")
    return lines


def _speaks_for(entry: Evidence, found: ScanResult) -> Iterable[tuple[System, ScopeDetermination]]:
    return ((system, one) for system in found.systems for one in system.scopes if entry.id in one.evidence)


def _scope(number: int, found: ScanResult) -> list[str]:
    lines: list[str] = []
    by_id = {entry.id: entry for entry in found.evidence}
    for system in found.systems:
        for one in system.scopes:
            if one.scope.value == number:
                lines += [f"Scope {number} of {system.name} ({system.root})", f"  {one.statement}",
                          f"  rule         {one.rule} ({one.confidence.value} confidence)", f"  would change {one.counter_question}"]
                lines += [f"  {by_id[i].path}:{by_id[i].line}  {by_id[i].excerpt}" for i in one.evidence if i in by_id]
                lines += [f"  considered   {text}" for text in one.also_considered] + [""]
    return lines or [f"No evidence of scope {number} in {found.coverage.files_read:,} files read of {found.coverage.files_seen:,} seen."]


def _signature(signature: Signature) -> list[str]:
    lines = [f"{signature.name} ({signature.id}), {signature.category}"]
    lines += [f"  provider    {signature.provider}"] if signature.provider else []
    for family, roots in sorted(signature.imports.items()):
        lines.append(f"  imports     {family}: {', '.join(roots)}")
    for ecosystem, names in sorted(signature.packages.items()):
        lines.append(f"  packages    {ecosystem}: {', '.join(names)}")
    for rule in signature.rules:
        lines.append(f"  {rule.on.value:11} {', '.join(rule.match)} -> {rule.fact.value}" + (f" ({rule.subject})" if rule.subject else ""))
    return lines
