"""The third job: writes what closes the gaps of a tree. Nothing that stands there is overwritten unless somebody says so."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from textwrap import fill
from typing import TYPE_CHECKING

import msgspec

from pentascope.app.assess import assess_tree
from pentascope.app.requirements import requirement_named
from pentascope.catalogue.load import load
from pentascope.engine.assess import conditions_by_system
from pentascope.errors import UsageError
from pentascope.model.fix import Breadth, FixKind, Rendered, proving
from pentascope.model.verdict import Outcome
from pentascope.report.fixes import MANIFEST, facts_of, manifest, render, told
from pentascope.store.replacement import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pentascope.model.fix import Fix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.requirement import Condition
    from pentascope.model.scoping import System

_OPEN = frozenset({Outcome.NOT_MET, Outcome.UNKNOWN})


class Fixing(msgspec.Struct, frozen=True, kw_only=True):
    """What a run would write: the files and the page that goes with them."""

    files: tuple[Rendered, ...]
    manifest: str
    without: tuple[str, ...]  # codes with a gap that no fix closes here


def fixes_for(code: str | None = None) -> tuple[Fix, ...]:
    """The fixes of one requirement (code, id or alias), or all. Raises: UnknownNameError."""
    if code is None:
        return load().fixes
    wanted = requirement_named(code).code
    return tuple(fix for fix in load().fixes if wanted in fix.codes)


def _candidates(asked: str | None, kinds: Sequence[FixKind]) -> list[Fix]:
    """The fixes to think of. Stubs of people's answers close no requirement by themselves and go with any."""
    stubs = [fix for fix in load().fixes if fix.kind is FixKind.TOML]
    named = list(fixes_for(asked))
    return [fix for fix in dict.fromkeys((*named, *stubs)) if not kinds or fix.kind in kinds]


def prepare(
    target: str = ".",
    requirement: str | None = None,
    *,
    kinds: Sequence[FixKind] = (),
    declarations: str | os.PathLike[str] | None = None,
    use_cache: bool = True,
    jobs: int | None = None,
    today: date | None = None,
) -> Fixing:
    """The files that close what is not met or unknown in some system of a tree: of one requirement, or of all.

    `kinds` narrows to some kinds of file. Where the same fix exists for several tools, the tools that the tree uses decide.
    Raises: UnknownNameError, UsageError where nothing can be written, and what `assess` raises.
    """
    asked = requirement_named(requirement).code if requirement is not None else None
    candidates = _candidates(asked, kinds)
    tree, found = assess_tree(target, declarations=declarations, use_cache=use_cache, jobs=jobs, today=today)
    gaps = _gaps(found, asked)
    seen = conditions_by_system(found.scan.systems, found.scan.evidence)
    chosen = {fix.id: systems for fix in candidates if (systems := _systems_of(fix, found, gaps, seen))}
    kept = _of_the_tools_in_use(candidates, chosen, [entry.path for entry in tree.files]) if not kinds else chosen
    files = tuple(_files(kept, found, gaps))
    if not files:
        raise UsageError(_nothing(found, gaps, asked), hint="`pentascope fix --list` shows which fixes exist.")
    catalogue = load()
    page = manifest(files, catalogue.fixes, catalogue.matrix, catalogue.infrastructure, target=target)
    closed = {closure.requirement for file in files for closure in file.closes}
    order = [entry.code for entry in catalogue.matrix.requirements]
    without = tuple(sorted({gap for _, gap in gaps} - closed, key=order.index))
    return Fixing(files=files, manifest=page, without=without)


def _gaps(found: AssessmentResult, asked: str | None) -> frozenset[tuple[str, str]]:
    """Pairs of System.id and code that are not met or unknown."""
    return frozenset(
        (verdict.system, verdict.requirement)
        for verdict in found.verdicts
        if verdict.outcome in _OPEN and asked in {None, verdict.requirement}
    )


def _systems_of(
    fix: Fix, found: AssessmentResult, gaps: frozenset[tuple[str, str]], seen: Mapping[str, frozenset[Condition]]
) -> tuple[System, ...]:
    """The systems that have a gap which the fix closes (any gap, where it names none), and of which it speaks."""
    codes = {code for _, code in gaps}
    return tuple(
        system
        for system in found.scan.systems
        if any((system.id, code) in gaps for code in fix.codes or codes) and _speaks_of(fix, system, seen[system.id])
    )


def _speaks_of(fix: Fix, system: System, seen: frozenset[Condition]) -> bool:
    if fix.scopes and not {one.scope for one in system.scopes} & {*fix.scopes}:
        return False
    if fix.providers and not {component.provider for component in system.components} & {*fix.providers}:
        return False
    return not fix.conditions or bool(seen & {*fix.conditions})


def _of_the_tools_in_use(
    candidates: Iterable[Fix], chosen: dict[str, tuple[System, ...]], paths: Sequence[str]
) -> dict[str, tuple[System, ...]]:
    """Of each group those whose tool the tree uses; all of them where it uses none."""
    fixes = [fix for fix in candidates if fix.id in chosen]
    used = {fix.id for fix in fixes if any(fnmatchcase(path, glob) for glob in fix.beside for path in paths)}
    groups = {fix.group for fix in fixes if fix.group and fix.id in used}
    return {fix.id: chosen[fix.id] for fix in fixes if fix.group not in groups or fix.id in used}


def _files(
    chosen: dict[str, tuple[System, ...]], found: AssessmentResult, gaps: frozenset[tuple[str, str]]
) -> Iterator[Rendered]:
    """One file a fix and system, or a fix; what a fix needs comes along. Equal paths give one file."""
    catalogue = load()
    by_id = {fix.id: fix for fix in catalogue.fixes}
    wanted = dict(chosen)
    for name, systems in chosen.items():
        for other in by_id[name].needs:
            wanted[other] = tuple(dict.fromkeys((*wanted.get(other, ()), *systems)))
    seen: set[str] = set()
    for name in sorted(wanted):
        fix = by_id[name]
        groups = [(system,) for system in wanted[name]] if fix.breadth is Breadth.SYSTEM else [wanted[name]]
        for systems in groups:
            facts = facts_of(systems, found.verdicts, catalogue.matrix, version=catalogue.version, as_of=found.as_of)
            if fix.breadth is Breadth.SYSTEM:
                facts = msgspec.structs.replace(facts, **_named_apart(systems[0], found.scan.systems, facts.slug))
            if fix.kind is FixKind.TOML:
                open_ones = {code for system, code in gaps if system in {each.id for each in systems}}
                facts = msgspec.structs.replace(facts, requirements=tuple(r for r in facts.requirements if r.code in open_ones))
            file = render(fix, facts, systems, found.verdicts)
            if file.path not in seen:
                yield file
            seen.add(file.path)


def _named_apart(system: System, systems: Sequence[System], slug: str) -> dict[str, str]:
    """A slug that no other system has: systems of one name are told apart by their id."""
    is_shared = sum(each.name == system.name for each in systems) > 1
    slug = f"{slug}-{system.id[:6].lower()}" if is_shared else slug
    return {"slug": slug, "symbol": slug.replace("-", "_")}


def _nothing(found: AssessmentResult, gaps: frozenset[tuple[str, str]], asked: str | None) -> str:
    what = asked or "Everything"
    if not found.scan.systems:
        return f"No use of generative AI was found in {found.scan.target}, so there is no gap to close."
    if not gaps:
        return f"{what} is met, or does not apply, in every system of {found.scan.target}: there is no gap to close."
    return f"No fix fits the systems of {found.scan.target}" + (f" for {asked}." if asked else ".")


def write(fixing: Fixing, folder: str | os.PathLike[str], *, force: bool = False) -> tuple[str, ...]:
    """Write all files below `folder`, or none. Gives the paths as the user would name them.

    Raises: UsageError where a file exists and `force` is false, or a link leads out of the folder, or it cannot be written.
    """
    home = os.fspath(folder)
    texts = {file.path: file.text for file in fixing.files} | {MANIFEST: fixing.manifest}
    places = {path: _place(home, path) for path in texts}
    taken = sorted(path for path, place in places.items() if os.path.lexists(place))
    if taken and not force:
        shown = ", ".join(taken[:5]) + (f" and {len(taken) - 5} more" if len(taken) > 5 else "")
        raise UsageError(f"In {home} there is already: {shown}.", hint="Nothing was written. Name another --out, or add --force.")
    try:
        for path, place in places.items():
            os.makedirs(os.path.dirname(place), exist_ok=True)
            replace(texts[path].encode(), place, None)
    except OSError as error:
        raise UsageError(f"Cannot write {home}: {error.strerror}.", hint="Name a folder that is yours.") from error
    return tuple(os.path.join(home, path) for path in sorted(texts))


def _place(home: str, path: str) -> str:
    """Where a file goes. Raises: UsageError where links lead out of the folder."""
    root = os.path.realpath(home)
    place = os.path.join(root, path)
    folder = os.path.realpath(os.path.dirname(place))
    if os.path.commonpath((root, folder)) != root or os.path.islink(place) or os.path.isdir(place):
        raise UsageError(f"{path} would not be a file inside {home}.", hint="Remove the link or folder that stands in its place.")
    return place


def list_text(requirement: str | None, *, width: int) -> str:
    """Which fixes exist: all, or those of a requirement. Raises: UnknownNameError."""
    catalogue = load()
    is_whole = proving(catalogue.matrix.requirements, catalogue.infrastructure)
    lines = []
    for fix in fixes_for(requirement):
        lines += [f"{fix.id}  ({fix.kind})", f"  {fix.title}"]
        for closure in fix.closes:
            text = f"{closure.requirement}: {told(closure.checks, is_whole)}"
            lines.append(fill(text, min(max(width, 60), 120), initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False))
        lines.append("")
    return "\n".join(lines) if lines else f"No fix is known for {requirement}.\n"


def list_json(requirement: str | None) -> str:
    """The same as JSON, templates left out."""
    plain = [msgspec.structs.replace(fix, template="") for fix in fixes_for(requirement)]
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n"
