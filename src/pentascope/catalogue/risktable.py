"""The page of the documentation that shows the risk scenarios and every number behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pentascope.model.catalogue import Catalogue
    from pentascope.model.quantity import Range, Share
    from pentascope.model.risk import Driver, Factor, LevelRule, PlanningTables, RiskScenario, RiskTables

_INTRODUCTION = """# Risk scenarios

<!-- Written by `python -m pentascope.catalogue.document` from the catalogue; edit the pages, not this file. -->

{count} things that can happen to a system that uses generative AI, what of the matrix takes them down, and the numbers
by which `pentascope plan` orders work. A range holds the true value nine times in ten. Where no study gives a figure the
source says *our estimate* and why: such a number orders work, and is no forecast. All of it is data in
`src/pentascope/catalogue/data/` (`scenarios/`, `risk.toml`, `planning.toml`).

Frequency is events a year, loss US dollars an event, both without any control, for the reference:

> {reference}

An effect is the part that falls away when the requirement is met and proved. Requirements with the same word under
*same place* guard one path: the best of them counts.
"""


def risk_page(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    model = catalogue.risk
    titles = {each.code: each.title for each in catalogue.matrix.requirements}
    parts = [_INTRODUCTION.format(count=len(model.scenarios), reference=model.tables.reference)]
    parts += [_scenario(each, titles) for each in model.scenarios]
    parts += [*_factors(model.tables), *_planning(model.planning, titles)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _scenario(each: RiskScenario, titles: Mapping[str, str]) -> str:
    unit = "hours of outage" if "downtime" in each.drivers else "US dollars"
    rows = "".join(
        f"| {cut.requirement} {titles[cut.requirement]} | {cut.side} | {_share(cut.effect)} | {cut.substitutes or ''} |\n"
        for cut in each.reductions
    )
    facts = [
        f"- Scopes {', '.join(str(int(scope)) for scope in each.scopes)}"
        + (f", with {' or '.join(each.conditions)}" if each.conditions else ""),
        f"- {_range(each.frequency)} events a year; {_range(each.loss)} {unit} an event; counted under {each.discipline}",
        f"- Moved by: {', '.join(_names(each.drivers)) or 'nothing of the profile'}",
        f"- Source: {each.source}",
        *([f"- Threats: {', '.join(each.threats)}"] if each.threats else []),
    ]
    head = "| requirement | side | effect | same place |\n|---|---|---|---|\n"
    return f"## {each.title}\n\n{each.statement}\n\n" + "\n".join(facts) + f"\n\n{each.basis}\n\n{head}{rows}"


def _names(drivers: tuple[Driver, ...]) -> Iterator[str]:
    yield from (str(each) for each in drivers)


def _factors(tables: RiskTables) -> Iterator[str]:
    yield f"## What the profile multiplies by\n\nAs of {tables.as_of}.\n"
    for name in ("industry", "exposure", "autonomy", "data", "regimes"):
        table: Mapping[str, Factor] = getattr(tables, name)
        rows = "".join(f"| {key} | {_range(value.times)} | {value.source} |\n" for key, value in table.items())
        yield f"| {name} | times | source |\n|---|---|---|\n{rows}"
    effort = "".join(f"| {key} | {_range(value)} |\n" for key, value in tables.effort_days.items())
    assurance = "".join(f"| {key} | {_share(value)} |\n" for key, value in tables.assurance.items())
    yield f"| effort | person-days |\n|---|---|\n{effort}\nSource: {tables.effort_source}\n"
    yield f"| proof | believed |\n|---|---|\n{assurance}\nSource: {tables.assurance_source}\n"
    yield f"Size: {tables.scales_source}\n"


def _planning(tables: PlanningTables, titles: Mapping[str, str]) -> Iterator[str]:
    rows = "".join(_rule(each) for each in tables.levels)
    yield f"## When a gap is to be closed\n\nThe first row that fits decides.\n\n{_RULE_HEAD}{rows}"
    duties = "".join(
        f"| {each.requirement} {titles[each.requirement]} | {each.regime} | {each.clause} | {each.applies_from or ''} "
        f"| {' or '.join(each.roles)} |\n"
        for each in tables.duties
    )
    yield f"## Duties\n\n| requirement | regime | clause | from | role |\n|---|---|---|---|---|\n{duties}"
    first = "".join(f"| {each.requirement} | {', '.join(each.after)} | {each.because} |\n" for each in tables.prerequisites)
    yield f"## What comes first\n\n| requirement | after | because |\n|---|---|---|\n{first}"


_RULE_HEAD = "| level | duty | exploitable | sensitive | verified | because |\n|---|---|---|---|---|---|\n"


def _rule(each: LevelRule) -> str:
    words = {None: "any", True: "yes", False: "no"}
    asked = " | ".join(words[answer] for answer in (each.duty, each.exploitable, each.sensitive, each.verified))
    return f"| {each.level} | {asked} | {each.because} |\n"


def _range(each: Range) -> str:
    return f"{each.low:,g} to {each.high:,g}" if each.low < each.high else f"{each.low:,g}"


def _share(each: Share) -> str:
    return f"{each.low:g} to {each.high:g}"
