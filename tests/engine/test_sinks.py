from __future__ import annotations

import pytest

from pentascope.collectors.source.parse.python import parse
from pentascope.engine.findings import Findings
from pentascope.engine.sinks import find_sinks
from pentascope.engine.texts import KeyTable
from pentascope.model.evidence import Evidence, FactKind, Role

CALL = """import os, subprocess
from openai import OpenAI
client = OpenAI()
def answer(question, cursor):
    response = client.chat.completions.create(model="gpt-4o", messages=[question])
    code = response.choices[0].message.content
"""


def sinks_of(body: str) -> list[tuple[int, str | None]]:
    unit = parse(f"{CALL}    {body}\n".encode(), "app.py", frozenset({"openai"}))
    found = Findings("app.py", Role.PRODUCTION, KeyTable(()))
    found.add(FactKind.INFERENCE, "openai", 5, "openai")
    find_sinks(unit, found)
    return [(e.line, e.value) for e in practices(found.sorted())]


def practices(evidence: list[Evidence]) -> list[Evidence]:
    return [e for e in evidence if e.kind is FactKind.PRACTICE]


@pytest.mark.parametrize(
    ("body", "sink"),
    [
        ("exec(code)", "exec"),
        ("eval(response.choices[0].message.content)", "eval"),
        ('os.system(f"sh -c {code}")', "os.system"),
        ('subprocess.run(["sh", "-c", code])', "subprocess.run"),
        ("cursor.execute(code)", "cursor.execute"),
        ('cursor.execute(f"select {code}")', "cursor.execute"),
    ],
)
def test_answer_that_is_run_is_found(body: str, sink: str) -> None:
    assert sinks_of(body) == [(7, sink)]


@pytest.mark.parametrize(
    "body",
    [
        'exec("print(1)")',
        'os.system("echo code")',
        "cursor.execute(question)",
        'cursor.execute("insert into answers values (?)", (code,))',
        "print(code)",
        'cursor.execute(f"insert into usage values ({response.usage.total_tokens})")',
        "cursor.execute(response.id)",
        'pass\n\ndef other(cursor):\n    code = "select 1"\n    cursor.execute(code)',
        'pass\n\ndef other(code):\n    os.system("rm -f /tmp/x" + code)',
    ],
)
def test_what_only_looks_like_it_is_not(body: str) -> None:
    assert sinks_of(body) == []
