"""A plan for machines and other tools: JSON, CSV for trackers, Markdown, and an iCalendar of its dates."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.plan import Plan
from pentascope.report.escape import escape, unformula
from pentascope.report.formats.markdown import text
from pentascope.report.words import LEVEL_NAMES, money

if TYPE_CHECKING:
    from pentascope.model.plan import RoadmapItem

_HEADER = (
    "Summary", "Description", "Priority", "Labels", "Due Date", "Start Date", "Owner", "Original Estimate (days)", "Requirement",
    "Systems", "Removes a year", "Unit", "Rank", "Out of reach",
)  # fmt: skip
_PRIORITY = {"act_now": "Highest", "next": "High", "plan": "Medium", "track": "Low"}


def to_json(plan: Plan) -> bytes:
    """The plan as JSON. Its schema is `json_schema`."""
    return msgspec.json.format(msgspec.json.encode(plan, order="deterministic"), indent=2) + b"\n"


def json_schema() -> bytes:
    """The JSON Schema of a plan."""
    (reference,), definitions = msgspec.json.schema_components([Plan], ref_template="#/$defs/{name}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:pentascope:schema:plan:1", "title": "Pentascope plan",
        **reference, "$defs": definitions,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def to_csv(plan: Plan) -> str:
    """One row an item, with the column names that Jira's import knows; RFC 4180."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for item in plan.items:
        row = (
            f"{item.requirement} {item.title}", describe(item, plan), _PRIORITY[item.level], f"pentascope {item.discipline} {item.phase}",
            item.ends.isoformat() if item.ends else "", item.starts.isoformat() if item.starts else "", item.owner, f"{item.days:.1f}",
            item.requirement, ", ".join(item.names), f"{item.removes:.6g}", plan.unit, str(item.rank), item.out_of_reach or "",
        )  # fmt: skip
        writer.writerow([unformula(escape(word)) for word in row])
    return file.getvalue()


def describe(item: RoadmapItem, plan: Plan) -> str:
    """Why the item is where it is, in a few sentences."""
    cuts = "; ".join(f"{each.name} ({money(each.loss, plan.unit)})" for each in item.scenarios[:3])
    parts = [item.because, f"It removes {money(item.removes, plan.unit)} of expected loss a year: {cuts}." if cuts else ""]
    if item.duties:
        parts.append(f"Demanded by {'; '.join(item.duties)}.")
    if item.after:
        parts.append(f"After {', '.join(item.after)}.")
    return " ".join(part for part in parts if part)


def to_markdown(plan: Plan) -> str:
    """The plan as Markdown: the risk, the roadmap, what is out of reach."""
    risk = plan.organisation
    lines = [
        "# Plan",
        "",
        (
            f"Expected yearly loss {money(risk.expected, plan.unit)} (90 % of draws between {money(risk.low, plan.unit)} and "
            f"{money(risk.high, plan.unit)}); one year in twenty reaches {money(risk.worst, plan.unit)}. As of {plan.as_of}."
        ),
        "",
        "| # | when | what | where | days | removes a year | from | to |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {item.rank} | {LEVEL_NAMES[item.level]} | {item.requirement} {text(item.title)} "
        f"| {text(', '.join(item.names))} | {item.days:.1f} | {money(item.removes, plan.unit)} "
        f"| {item.starts or ''} | {item.ends or text(item.out_of_reach or '')} |"
        for item in plan.items
    ]
    if plan.worth_knowing:
        lines += ["", "## Worth knowing first", ""]
        lines += [f"- {text(each.what)}: {text(each.question)} ({money(each.value, plan.unit)})" for each in plan.worth_knowing]
    lines += ["", "## What the numbers cannot tell", "", *(f"- {text(note)}" for note in plan.notes), ""]
    return "\n".join(lines)


def to_ics(plan: Plan) -> str:
    """The dates of the work as all-day events. Source: RFC 5545."""
    stamp = dt.date.fromisoformat(plan.as_of).strftime("%Y%m%dT000000Z")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pentascope//Plan//EN"]
    for item in plan.items:
        if item.starts is None or item.ends is None:
            continue
        lines += [
            "BEGIN:VEVENT", f"UID:{item.id}@plan.pentascope", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{item.starts:%Y%m%d}",
            f"DTEND;VALUE=DATE:{item.ends + dt.timedelta(days=1):%Y%m%d}", f"SUMMARY:{_ics(f'{item.requirement} {item.title}')}",
            f"DESCRIPTION:{_ics(describe(item, plan))}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _ics(text: str) -> str:
    return escape(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> list[str]:
    """Lines of at most 75 octets; a letter is never cut."""
    found, current = list[str](), ""
    for letter in line:
        if len((current + letter).encode()) > (75 if not found else 74):
            found.append(current)
            current = ""
        current += letter
    return [part if number == 0 else f" {part}" for number, part in enumerate([*found, current])]
