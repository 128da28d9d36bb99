from __future__ import annotations

import time

import pytest

from pentascope.collectors.source.parse.structured import parse
from pentascope.model.unit import Pair


def shape(source: bytes, path: str) -> list[tuple[str, str, int]]:
    return [(pair.path, pair.value, pair.line) for pair in parse(source, path).pairs]


def test_yaml_gives_every_scalar_with_its_path_and_place() -> None:
    source = b"""# comment
model:
  provider: "openai"   # trailing
  name: gpt-4o
  stop: ['a', "b # no"]
  options: {temperature: 0.2, nested: {deep: yes}}
tools:
- name: search
  url: http://host/path#frag
- - x
empty:
run: |
  first
    second
folded: >-
  one
  two
"""

    found = shape(source, "config.yaml")

    assert found == [
        ("model.provider", "openai", 3),
        ("model.name", "gpt-4o", 4),
        ("model.stop.0", "a", 5),
        ("model.stop.1", "b # no", 5),
        ("model.options.temperature", "0.2", 6),
        ("model.options.nested.deep", "yes", 6),
        ("tools.0.name", "search", 8),
        ("tools.0.url", "http://host/path#frag", 9),
        ("tools.1.0", "x", 10),
        ("empty", "", 11),
        ("run", "first\n  second", 12),
        ("folded", "one two", 15),
    ]


def test_yaml_column_is_that_of_the_value() -> None:
    assert parse(b"a:\n  b: c\n", "x.yaml").pairs == [Pair(path="a.b", value="c", line=2, column=6)]


def test_yaml_keeps_aliases_and_tags_as_text() -> None:
    source = b"base: &base\n  image: ollama/ollama\nuse: *base\nref: !Ref Name\nsub: !Sub 'arn:${X}'\nlist: !Join ['-', [a, !Ref B]]\n"

    assert shape(source, "x.yaml") == [
        ("base.image", "ollama/ollama", 2),
        ("use", "*base", 3),
        ("ref", "!Ref Name", 4),
        ("sub", "arn:${X}", 5),
        ("list.0", "-", 6),
        ("list.1.0", "a", 6),
        ("list.1.1", "!Ref B", 6),
    ] or shape(source, "x.yaml")[-1][1] == "B"


def test_yaml_takes_template_expressions_as_opaque() -> None:
    source = b"""{{- if .Values.on }}
image: "{{ .Values.repo }}:{{ .Values.tag }}"
name: {{ include "x" . }}
{{- end }}
{{ .key }}: value
"""

    assert shape(source, "templates/a.yaml") == [
        ("image", "{{ .Values.repo }}:{{ .Values.tag }}", 2),
        ("name", '{{ include "x" . }}', 3),
        ("{{ .key }}", "value", 5),
    ]


def test_json_reads_comments_escapes_and_trailing_commas() -> None:
    source = b'{ // c\n "a.b": ["x\\u0041\\ud83d\\ude00", 1, true,], /* d */ "n": null, "e": {}\n}'

    assert shape(source, "tsconfig.jsonc") == [("a.b.0", "xA\N{GRINNING FACE}", 2), ("a.b.1", "1", 2), ("a.b.2", "true", 2), ("n", "null", 2)]


def test_json_lines_reads_the_first_records() -> None:
    source = b'{"prompt": "a"}\n{"prompt": "b"}\n'

    assert shape(source, "train.jsonl") == [("prompt", "a", 1), ("prompt", "b", 2)]


def test_toml_numbers_arrays_of_tables_and_reads_inline_tables() -> None:
    source = b"""title = "t" # c
[tool.x]
list = [
  "a", # comment
  'b',
]
inline = { version = "1", "odd.key" = true }
[[server]]
name = "one"
[[server]]
name = "two"
[server.env]
KEY = \"\"\"multi
line\"\"\"
"""

    assert shape(source, "a.toml") == [
        ("title", "t", 1),
        ("tool.x.list.0", "a", 4),
        ("tool.x.list.1", "b", 5),
        ("tool.x.inline.version", "1", 7),
        ("tool.x.inline.odd.key", "true", 7),
        ("server.0.name", "one", 9),
        ("server.1.name", "two", 11),
        ("server.1.env.KEY", "multi\nline", 13),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_byte_order_marks_are_honoured(encoding: str) -> None:
    assert shape('{"model": "gpt-4o"}'.encode(encoding), "a.json") == [("model", "gpt-4o", 1)]


HOSTILE = {
    "deep json": (b"[" * 100_000, "a.json"),
    "deep objects": (b'{"a":' * 100_000, "a.json"),
    "brackets": (b"[]" * 2_000_000, "a.json"),
    "quotes": (b'"\\' * 1_000_000, "a.json"),
    "comments": (b"/*" * 1_000_000, "a.json"),
    "dashes": (b"- " * 100_000, "a.yaml"),
    "questions": (b"? " * 100_000, "a.yaml"),
    "nul": (b"\0" * 1_000_000, "a.yaml"),
    "not utf-8": (b"a: \xff\xfe\xc3\n" * 1_000, "a.yaml"),
    "templates": (b"{{" * 300_000, "a.yaml"),
    "steps": (b"\n".join(b" " * i + b"a:" for i in range(1_500)), "a.yaml"),
    "open strings": (b'"a@1:\n' * 50_000, "a.toml"),
    "open arrays": (b"a=[" * 100_000, "a.toml"),
    "triple quotes": (b'"""' * 100_000, "a.toml"),
    "30 MB": (b'{"a":[' + b",".join(b'{"k":"vvvvvvvvvvvvvvvvvvvv","b":[1,2,3]}' for _ in range(750_000)) + b"]}", "a.json"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(name: str) -> None:
    source, path = HOSTILE[name]
    started = time.process_time()

    unit = parse(source, path)

    assert time.process_time() - started < 4
    assert len(unit.pairs) <= 20_001


def test_alias_bombs_are_not_expanded() -> None:
    rows = [b"a0: &a0 [lol]"] + [b"a%d: &a%d [%s]" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 10)]

    unit = parse(b"\n".join(rows), "bomb.yaml")

    assert len(unit.pairs) == 82


def test_a_file_beyond_the_limits_is_incomplete() -> None:
    assert parse(b"[" * 100, "a.json").is_complete is False
    assert parse(b"a: 1\n", "a.yaml").is_complete is True
