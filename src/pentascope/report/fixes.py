"""Fixes filled with the facts of a system, and the page that says how to use them. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pentascope.model.fix import BLANK, Fix, FixFacts, OwnerFact, Rendered, RequirementFact, proving
from pentascope.model.verdict import Outcome
from pentascope.report.words import MODIFIER_NAMES, OUTCOME_NAMES, join, product_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.model.infrastructure import ResourceCheck
    from pentascope.model.matrix import Matrix
    from pentascope.model.scoping import System
    from pentascope.model.verdict import Verdict

MANIFEST = "pentascope-fixes.md"
_UNSAFE = re.compile(r"[^A-Za-z0-9 .,:;_/@+()'-]+")
_BEDROCK_ID = re.compile(r"(?:(?:us|eu|apac|jp|au|ca|global|us-gov)\.)?([a-z0-9-]+\.[A-Za-z0-9.:_-]+)$")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_WORD_LENGTH, _SENTENCE_LENGTH = 120, 400


def facts_of(systems: Sequence[System], verdicts: Iterable[Verdict], matrix: Matrix, *, version: str, as_of: str) -> FixFacts:
    """What templates may say of one system, or of several together. Words of the tree lose what a language could act upon."""
    components = [component for system in systems for component in system.components]
    scopes = tuple(sorted({int(one.scope) for system in systems for one in system.scopes}))
    own = {system.id for system in systems}
    name = _plain(systems[0].name) if len(systems) == 1 else "all systems"
    models = _sorted(model for component in components for model in component.models)
    at_bedrock = _sorted(model for component in components if component.provider == "bedrock" for model in component.models)
    bedrock = {model: found for model in at_bedrock if (found := _bedrock_id(model))}
    return FixFacts(
        name=name or "system",
        slug=_slug(name),
        symbol=_slug(name).replace("-", "_"),
        root=_plain(systems[0].root) if len(systems) == 1 else ".",
        scopes=scopes,
        scope_names=tuple(entry.name for entry in matrix.scopes if int(entry.scope) in scopes),
        statements=tuple(dict.fromkeys(_safe(one.statement, _SENTENCE_LENGTH) for system in systems for one in system.scopes)),
        providers=_sorted(component.provider for component in components if component.provider),
        vendors=_sorted(vendor for component in components for vendor in component.vendors),
        models=models,
        bedrock_ids=tuple(bedrock),
        bedrock_models=tuple(sorted(set(bedrock.values()))),
        components=_sorted(f"{component.kind}: {component.name}" for component in components),
        modifiers=tuple(dict.fromkeys(MODIFIER_NAMES[each.modifier] for system in systems for each in system.modifiers)),
        agentic=max((int(system.agentic.scope) for system in systems if system.agentic), default=None),
        owners=tuple(_owners(matrix, scopes)),
        requirements=tuple(_requirements(matrix, [verdict for verdict in verdicts if verdict.system in own])),
        catalogue_version=version,
        as_of=as_of,
    )


def _owners(matrix: Matrix, scopes: Sequence[int]) -> Iterable[OwnerFact]:
    table = matrix.ownership
    columns = [number for number, column in enumerate(table.columns) if {int(scope) for scope in column.scopes} & set(scopes)]
    for asset in table.assets:
        yield OwnerFact(asset=asset.asset, owners=tuple((table.columns[number].name, asset.owners[number]) for number in columns))


def _requirements(matrix: Matrix, verdicts: Sequence[Verdict]) -> Iterable[RequirementFact]:
    """Those that apply; of several systems the worst outcome stands."""
    worst: dict[str, Outcome] = {}
    order = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)
    for verdict in verdicts:
        if verdict.outcome in order:
            known = worst.get(verdict.requirement, Outcome.MET)
            worst[verdict.requirement] = min(known, verdict.outcome, key=order.index)
    for entry in matrix.requirements:
        if entry.code in worst:
            yield RequirementFact(
                code=entry.code,
                title=entry.title,
                outcome=OUTCOME_NAMES[worst[entry.code]].lower(),
                question=entry.question,
                document=entry.document,
                valid_days=entry.valid_days,
            )


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({safe for word in words if (safe := _safe(word))}))


def _safe(text: str, length: int = _WORD_LENGTH) -> str:
    """Without anything that ends a string, a comment or a table cell, or begins an expression, in a language that we write."""
    return " ".join(_UNSAFE.sub(" ", text.replace("://", ":/")).replace("/*", "/").replace("*/", "/").split())[:length].strip()


def _plain(text: str) -> str:
    """The same without a colon, which ends a word of YAML."""
    return " ".join(_safe(text).replace(":", " ").split())


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower())[:40].strip("-")
    is_word = slug[:1].isalpha() and slug not in _WORDS_OF_YAML
    return slug if is_word else f"system-{slug}".strip("-")


def _bedrock_id(model: str) -> str | None:
    found = _BEDROCK_ID.fullmatch(model.rpartition("/")[2])
    return found[1] if found else None


def render(fix: Fix, facts: FixFacts, systems: Sequence[System], verdicts: Iterable[Verdict]) -> Rendered:
    """The file that a fix gives for these facts, with the places where its checks see the gap.

    Raises: jinja2.TemplateError where a template names what is not there.
    """
    words = {name: getattr(facts, name) for name in facts.__struct_fields__}
    text = _environment().from_string(fix.template).render(words)
    blanks = tuple(dict.fromkeys(BLANK.findall(text)))
    path = _environment().from_string(fix.file).render(words)
    return Rendered(
        path=path,
        text=text,
        fix=fix.id,
        systems=tuple(_safe(system.name) for system in systems),
        closes=fix.closes,
        places=_places(fix, {system.id for system in systems}, verdicts),
        blanks=blanks,
    )


def _places(fix: Fix, systems: set[str], verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    checks = {check for closure in fix.closes for check in closure.checks}
    found = {
        (ground.path, ground.line or 1, ground.address)
        for verdict in verdicts
        if verdict.system in systems and verdict.requirement in fix.codes
        for ground in verdict.grounds
        if ground.check in checks and ground.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN} and ground.path and ground.address
    }
    by_resource = {(path, address): line for path, line, address in sorted(found, reverse=True)}
    return tuple(f"`{_safe(path)}:{line}`, `{_safe(address)}`" for (path, address), line in sorted(by_resource.items()))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Text of many languages is made, none of them HTML: words are made safe before they come here."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"product": product_name, "join_words": join}
    return environment


def manifest(
    files: Sequence[Rendered], fixes: Sequence[Fix], matrix: Matrix, infrastructure: Sequence[ResourceCheck], *, target: str
) -> str:
    """The page that goes with the files: what each closes, what is to be filled in, how to apply it and how to check again."""
    by_id = {fix.id: fix for fix in fixes}
    titles = {entry.code: entry.title for entry in matrix.requirements}
    is_whole = proving(matrix.requirements, infrastructure)
    lines = [
        "# What these files close",
        "",
        f"Written by `pentascope fix` for {_safe(target)}. Nothing was applied: read each file, fill in what stands in angle",
        "brackets, and apply it the way you apply such files.",
        "",
        "Check again with `pentascope assess TREE --explain`, where TREE holds the files in the places that are told below.",
        "",
    ]
    for file in files:
        lines += _entry(file, by_id[file.fix], titles, is_whole)
    return "\n".join(lines).rstrip() + "\n"


def _entry(file: Rendered, fix: Fix, titles: dict[str, str], is_whole: dict[str, bool]) -> list[str]:
    lines = [f"## `{file.path}`", "", fix.summary, "", f"For: {join(file.systems)}. Form: <{fix.source}>", "", "Closes:", ""]
    lines += [f"- {closure.requirement} {titles[closure.requirement]}: {told(closure.checks, is_whole)}" for closure in file.closes]
    if not file.closes:
        lines.append("- nothing by itself; another file needs it")
    lines += ["", fix.apply]
    if file.places:
        lines += ["", "The gap stands in these resources, which the file does not change by itself:", ""]
        lines += [f"- {place}" for place in file.places]
    if file.blanks:
        lines += ["", "Fill in:", "", *(f"- `{blank}`" for blank in file.blanks)]
    return [*lines, ""]


def told(checks: Sequence[str], is_whole: dict[str, bool]) -> str:
    """How a fix shows when the tree is assessed again."""
    if not checks:
        return "no scan can see it; attest it once it is in force."
    names = join(tuple(f"`{check}`" for check in checks))
    if any(is_whole[check] for check in checks):
        return f"{_turn(checks, names)} to met, and the requirement with it."
    return f"{_turn(checks, names)} to met. That is a sign and not the whole requirement: attest the rest once it is in force."


def _turn(checks: Sequence[str], names: str) -> str:
    return f"the check {names} turns" if len(checks) == 1 else f"the checks {names} turn"
