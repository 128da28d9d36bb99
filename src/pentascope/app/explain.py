"""Explains one line of a scan: what was seen, which page knows it, which scope it speaks for, what would change that."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from pentascope.app.assess import assess
from pentascope.app.requirements import requirement_called
from pentascope.catalogue.load import load
from pentascope.errors import UnknownNameError
from pentascope.model.scoping import Scope
from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape
from pentascope.report.judgement import disagreement
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES, count

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from pentascope.model.evidence import Evidence
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.requirement import Requirement
    from pentascope.model.scoping import ScanResult, ScopeDetermination, System
    from pentascope.model.signature import Signature
    from pentascope.model.verdict import Ground, Verdict


def explain(
    what: str,
    target: str,
    *,
    width: int = 100,
    declarations: str | os.PathLike[str] | None = None,
    policy: str | os.PathLike[str] | None = None,
) -> str:
    """The explanation as text. `declarations` and `policy` are weighed as in `assess`.

    Raises: UnknownNameError when nothing has that name, SourceError when the target cannot be opened.
    """
    signature = next((s for s in load().signatures if what in {s.id, *s.aliases}), None)
    if signature is not None:
        return _text(_signature(signature), width)
    name, _, system = what.partition("@")
    requirement = requirement_called(name)
    if requirement is not None:
        return _text(_verdicts(requirement, assess(target, declarations=declarations, policy=policy), target, system or None), width)
    number = what.lower().removeprefix("scope").strip("- ")
    if number in {"1", "2", "3", "4", "5"}:
        return _text(_scope(Scope(int(number)), assess(target, declarations=declarations, policy=policy)), width)
    told = assess(target, declarations=declarations, policy=policy)
    blocks = _place(what, told)
    if not blocks:
        raise UnknownNameError(
            f"Nothing in {target} is called {what}.",
            hint="Ids of lines stand in `pentascope scan --explain`; path:line, a scope (1 to 5), a requirement (CTL-07) and the "
            "id of a verdict (CTL-07@SYSTEM) work too.",
        )
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


def _verdicts(requirement: Requirement, told: AssessmentResult, target: str, only: str | None) -> list[str]:
    """The whole story of one requirement: whether it applies, each ground, what decided, what would close or answer it.

    `only` names one system by id, name or folder; None: all.
    """
    verdicts, systems = _everything(told)
    own = [verdict for verdict in verdicts if verdict.requirement == requirement.code]
    mine = [verdict for verdict in own if only is None or only in _names(systems[verdict.system])]
    if only is not None and not mine:
        known = ", ".join(verdict.id for verdict in own) or "none: no system is in a scope that brings it"
        raise UnknownNameError(f"No verdict in {target} is called {requirement.code}@{only}.", hint=f"There are: {known}.")
    by_id = told.scan.evidence_by_id()
    planned = {system.id for system in told.planned.systems} if told.planned else frozenset[str]()
    lines = [f"{requirement.code}  {requirement.title}", f"  {' '.join(requirement.statement.split())}", ""]
    for verdict in mine:
        system = systems[verdict.system]
        lines += [f"{OUTCOME_NAMES[verdict.outcome]} in {system.name} ({system.root})" + (", planned" if system.id in planned else "")]
        lines += [*_story(verdict, by_id), *_remedy(requirement, verdict), ""]
    scopes = ", ".join(str(int(scope)) for scope in requirement.scopes)
    return lines if mine else [*lines, f"No system found in {target} is in a scope that brings it (scopes {scopes})."]


def _everything(told: AssessmentResult) -> tuple[tuple[Verdict, ...], dict[str, System]]:
    """What runs and what is planned: verdicts, and systems by id."""
    planned = told.planned
    systems = (*told.scan.systems, *(planned.systems if planned else ()))
    return (*told.verdicts, *(planned.verdicts if planned else ())), {system.id: system for system in systems}


def _names(system: System) -> tuple[str, str, str]:
    return system.id, system.name, system.root


def _story(verdict: Verdict, by_id: Mapping[str, Evidence]) -> list[str]:
    lines = [f"  verdict     {verdict.id}", f"  because     {verdict.reason}"]
    lines += [f"  applies     {verdict.because}"] if verdict.because else []
    if verdict.open_conditions:
        lines.append(f"  hangs on    {', '.join(verdict.open_conditions)}: nobody has said (pentascope declare NAME --condition ...)")
    lines += [f"  decided by  {STRENGTH_NAMES[verdict.strength]}"] if verdict.strength else ["  decided by  nothing"]
    if verdict.is_conflict:
        lines.append(f"  conflict    {disagreement(verdict)}; the stronger proof won")
    lines += [line for ground in verdict.grounds for line in _ground(ground, by_id)] or ["  grounds     none"]
    return [*lines, *_accepted(verdict)]


def _remedy(requirement: Requirement, verdict: Verdict) -> list[str]:
    if verdict.outcome not in {Outcome.UNKNOWN, Outcome.NOT_MET}:
        return []
    lines = [f"  fix         {' '.join(requirement.fix.split())}"] if requirement.fix else []
    return [*lines, f"  ask         {requirement.question}", f"  answered by {requirement.document}"]


def _ground(ground: Ground, by_id: Mapping[str, Evidence]) -> Iterable[str]:
    yield f"  ground      {ground.check}: {OUTCOME_NAMES[ground.outcome].lower()} by {STRENGTH_NAMES[ground.strength]}"
    yield f"              {ground.says}"
    if not ground.is_whole:
        yield "              a sign, not a proof of the whole"
    if ground.path:
        yield f"              {ground.path}:{ground.line or 1}  {ground.address or ''}".rstrip()
    for entry in (by_id[key] for key in ground.evidence if key in by_id):
        yield f"              {entry.path}:{entry.line}  {entry.excerpt}"


def _place(what: str, told: AssessmentResult) -> list[str]:
    """Everything on one line of evidence, or on one place that a check names: what it is and which verdicts stand on it."""
    found = told.scan
    lines = [entry for entry in found.evidence if what in (entry.id, f"{entry.path}:{entry.line}")]
    blocks = [line for entry in lines for line in [*_evidence(entry, found), ""]]
    keys = frozenset(entry.id for entry in lines)
    return [*blocks, *_cited(what, keys, told)]


def _cited(what: str, keys: frozenset[str], told: AssessmentResult) -> Iterable[str]:
    """The verdicts whose grounds name the place, and what people's word did to them."""
    titles = {each.code: each.title for each in load().matrix.requirements}
    verdicts, systems = _everything(told)
    for verdict in verdicts:
        own = [one for one in verdict.grounds if keys & {*one.evidence} or f"{one.path}:{one.line or 1}" == what]
        if not own:
            continue
        yield f"{OUTCOME_NAMES[verdict.outcome]} in {systems[verdict.system].name}: {verdict.requirement}  {titles[verdict.requirement]}"
        yield f"  verdict     {verdict.id}"
        for ground in own:
            sign = "" if ground.is_whole else ", a sign"
            yield f"  here        {OUTCOME_NAMES[ground.outcome].lower()} by {STRENGTH_NAMES[ground.strength]}{sign} ({ground.check})"
            yield f"              {ground.address}: {ground.says}" if ground.address else f"              {ground.says}"
        if verdict.is_conflict:
            yield f"  conflict    {disagreement(verdict)}; the stronger proof won"
        yield from _accepted(verdict)
        yield ""


def _accepted(verdict: Verdict) -> Iterable[str]:
    """Until when somebody accepted it, and what is done instead."""
    if verdict.exception is not None:
        said = verdict.exception
        yield f"  accepted    until {said.expires} by {said.owner}: {said.reason}"
        if said.compensating:
            yield f"  instead     {said.compensating}"


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
        lines += _agreement(one)
    signature = next((s for s in load().signatures if s.id == entry.signature), None)
    if signature is not None and signature.homepage:
        lines.append(f"  see         {signature.homepage}")
    return lines


def _speaks_for(entry: Evidence, found: ScanResult) -> Iterable[tuple[System, ScopeDetermination]]:
    return ((system, one) for system in found.systems for one in system.scopes if entry.id in one.evidence)


def _scope(scope: Scope, told: AssessmentResult) -> list[str]:
    """Which systems are in a scope and why, who agrees and who does not, and what it brings with what is known of it."""
    found = told.scan
    by_id = found.evidence_by_id()
    lines = [
        line for system in found.systems for one in system.scopes if one.scope is scope for line in _determination(system, one, by_id)
    ]
    if not lines:
        read = f"{found.coverage.files_read:,} files read of {found.coverage.files_seen:,} seen"
        lines = [f"No evidence of scope {int(scope)} in {read}.", ""]
    for system in told.planned.systems if told.planned else ():
        lines += [line for one in system.scopes if one.scope is scope for line in (f"{system.name}, planned", f"  {one.statement}", "")]
    return [*lines, *_brought(scope, told)]


def _determination(system: System, one: ScopeDetermination, by_id: Mapping[str, Evidence]) -> list[str]:
    lines = [f"Scope {int(one.scope)} of {system.name} ({system.root})", f"  {one.statement}"]
    lines += [f"  rule         {one.rule} ({one.confidence.value} confidence)", f"  would change {one.counter_question}"]
    lines += _agreement(one)
    lines += [f"  {by_id[i].path}:{by_id[i].line}  {by_id[i].excerpt}" for i in one.evidence if i in by_id]
    return [*lines, *(f"  considered   {text}" for text in one.also_considered), ""]


def _agreement(one: ScopeDetermination) -> list[str]:
    """Who confirmed the scope, and whose word disagrees with the evidence."""
    return [*(f"  agrees       {words}" for words in one.confirmations), *(f"  contradicts  {words}" for words in one.contradictions)]


def _brought(scope: Scope, told: AssessmentResult) -> Iterable[str]:
    """The requirements of a scope in this tree, by outcome."""
    own = [verdict for verdict in told.verdicts if scope in verdict.scopes]
    if not own:
        return
    titles = {each.code: each.title for each in load().matrix.requirements}
    asked = count(len({verdict.requirement for verdict in own}), "requirement")
    yield f"It brings {asked} to what runs, judged {count(len(own), 'time')}: once in each system."
    for outcome in Outcome:
        codes = sorted({verdict.requirement for verdict in own if verdict.outcome is outcome})
        number = sum(verdict.outcome is outcome for verdict in own)
        if outcome in {Outcome.NOT_MET, Outcome.MET}:
            yield f"  {OUTCOME_NAMES[outcome]}: {number}"
            yield from (f"    {code}  {titles[code]}" for code in codes)
        elif codes:
            yield f"  {OUTCOME_NAMES[outcome]}: {number} ({', '.join(codes)})"


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
