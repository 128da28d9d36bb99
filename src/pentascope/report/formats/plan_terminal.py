"""A plan for a person at a terminal: the risk and its curve, the roadmap as a picture, the items with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pentascope.model.risk import Level
from pentascope.report.escape import escape, escape_commands
from pentascope.report.formats.terminal import console, written
from pentascope.report.words import LEVEL_NAMES, count, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pentascope.model.plan import Plan, RoadmapItem

_STYLES = {Level.ACT_NOW: "bold red", Level.NEXT: "yellow", Level.PLAN: "cyan", Level.TRACK: "dim"}
_ITEMS_SHOWN = 15
_BAR = 40
_CURVE = (0.9, 0.5, 0.2, 0.1, 0.05, 0.01)


def render(plan: Plan, *, width: int, is_coloured: bool, is_ascii: bool, is_explained: bool) -> str:
    """The plan as text for a terminal of that width."""
    out = console(width, is_coloured=is_coloured)
    block = "#" if is_ascii else "█"
    _write_risk(out, plan, block)
    shown = plan.items if is_explained else plan.items[:_ITEMS_SHOWN]
    _write_items(out, plan, shown)
    if is_explained:
        for item in shown:
            _write_reasons(out, plan, item)
    if len(plan.items) > len(shown):
        out.print(Text(f"   and {count(len(plan.items) - len(shown), 'more item')}: --verbose lists them with their reasons", style="dim"))
    _write_months(out, plan, block)
    _write_rest(out, plan)
    text = escape_commands(written(out))
    return text.replace("…", "~").encode("ascii", "backslashreplace").decode() if is_ascii else text


def _write_risk(out: Console, plan: Plan, block: str) -> None:
    risk = plan.organisation
    out.print()
    out.print(Text.assemble((f" {money(risk.expected, plan.unit)}", "bold"), " expected to be lost a year as things stand"))
    out.print(
        _indented(
            f"between {money(risk.low, plan.unit)} and {money(risk.high, plan.unit)} by what is not known; "
            f"{money(risk.inherent, plan.unit)} without any control; one year in twenty reaches {money(risk.worst, plan.unit)}"
        )
    )
    out.print()
    out.print(Text(" A year's loss is at least", style="bold"))
    for point in risk.curve:
        if point.probability in _CURVE:
            bar = block * max(1, round(_BAR * point.probability))
            out.print(Text.assemble(f"   {money(point.loss, plan.unit):>14}  ", (bar, "cyan"), f" {point.probability:.0%}"))
    out.print()
    out.print(Text(" Where it comes from", style="bold"))
    for each in plan.by_scenario[:5]:
        part = each.loss / risk.expected if risk.expected else 0.0
        out.print(Text.assemble(f"   {part:>4.0%}  ", (block * max(1, round(_BAR * part)), "magenta"), f" {escape(each.name)}"))
    out.print()


def _indented(words: str) -> Padding:
    return Padding(Text(words, style="dim"), (0, 1, 0, 3))


def _write_items(out: Console, plan: Plan, shown: Sequence[RoadmapItem]) -> None:
    out.print(Text(" What to do, in this order", style="bold"))
    table = Table(box=None, padding=(0, 1), header_style="dim", show_edge=False)
    for name, options in (
        ("#", {"justify": "right"}), ("when", {"no_wrap": True}), ("requirement", {"ratio": 1}),
        ("system", {"overflow": "ellipsis", "max_width": 22}),
        ("days", {"justify": "right"}), ("removes", {"justify": "right", "no_wrap": True}),
        ("top 10", {"justify": "right"}), ("by", {"no_wrap": True}),
    ):  # fmt: skip
        table.add_column(name, **options)
    for item in shown:
        where = item.names[0] if len(item.names) == 1 else f"all {len(item.names)}"
        quick = " quick win" if item.is_quick_win else ""
        title = Text.assemble((item.requirement, _STYLES[item.level]), f" {item.title}", (quick, "green"))
        by = item.ends.isoformat() if item.ends else "out of reach" if item.out_of_reach else ""
        table.add_row(
            str(item.rank), Text(LEVEL_NAMES[item.level], style=_STYLES[item.level]), title, escape(where), f"{item.days:.0f}",
            money(item.removes, plan.unit), f"{item.top_ten:.0%}", by,
        )  # fmt: skip
    out.print(table)


def _write_reasons(out: Console, plan: Plan, item: RoadmapItem) -> None:
    out.print()
    head, names = f" {item.rank}. {item.requirement}", escape(", ".join(item.names))
    out.print(Text.assemble((head, _STYLES[item.level]), f" {names}  ", (escape(item.owner), "dim")))
    duties = f" Demanded by {'; '.join(item.duties)}." if item.duties else ""
    out.print(Padding(Text(f"{item.because}{duties}"), (0, 1, 0, 4)))
    for each in item.scenarios[:4]:
        out.print(Text(f"    cuts {money(each.loss, plan.unit):>12}  {escape(each.name)}"))
    for step in item.waterfall:
        times = f"x {step.times:.2g}" if step.times is not None else ""
        out.print(Text(f"    {money(step.loss, plan.unit):>14}  {times:<8} {escape(step.says)}", style="dim"))
    if item.flip is not None:
        inside = "which its range allows" if item.flip.is_inside else "beyond its range"
        told = f"It would overtake {escape(item.flip.other.partition('@')[0])} if {escape(item.flip.says)}, {inside}."
        out.print(Padding(Text(told), (0, 1, 0, 4)))
    for scope, discipline in item.cells:
        out.print(Text(f"    turns the cell {int(scope)} x {discipline}", style="green"))
    if item.out_of_reach:
        out.print(Text(f"    Out of reach: {escape(item.out_of_reach)}.", style="yellow"))


def _write_months(out: Console, plan: Plan, block: str) -> None:
    if not plan.burn_down:
        return
    out.print()
    out.print(Text(" Expected yearly loss, month by month", style="bold"))
    most = max(plan.organisation.expected, *(each.expected for each in plan.burn_down))
    for each in plan.burn_down:
        bar = block * max(1, round(_BAR * each.expected / most)) if most else ""
        band = f"  {money(each.low, plan.unit)} to {money(each.high, plan.unit)}; {each.days:.0f} days"
        loss = f" {money(each.expected, plan.unit):>14}"
        out.print(Text.assemble(f"   {each.month:%Y-%m}  ", (bar.ljust(_BAR), "cyan"), loss, (band, "dim")))


def _write_rest(out: Console, plan: Plan) -> None:
    if plan.worth_knowing:
        out.print()
        out.print(Text(" Worth finding out first", style="bold"))
        for each in plan.worth_knowing[:5]:
            name = each.what.partition("@")[0].removeprefix("profile:")
            row = Table.grid(padding=(0, 2, 0, 0))
            row.add_row(Text(f"   {money(each.value, plan.unit):>12}"), Text(escape(name), style="cyan"), Text(escape(each.question)))
            out.print(row)
    if plan.unknown_answers:
        out.print()
        named = escape(", ".join(plan.unknown_answers[:8]))
        out.print(Text(f" {count(len(plan.unknown_answers), 'answer')} of the profile not given: {named}", style="yellow"))
    out.print()
    for note in plan.notes:
        out.print(Text(f" {escape(note)}", style="dim"))
