"""Shell scripts and snippets read into units."""

from pentascope.collectors.source.parse import shell
from pentascope.model.unit import Named, Text

SOURCE = b"""#!/bin/bash
MODEL=gpt-4o
curl -s https://api.openai.com/v1/chat/completions \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -d '{"model": "gpt-4o"}' | jq .
ollama run "$MODEL"
"""


def test_commands_are_words_with_known_variables_replaced() -> None:
    unit = shell.parse(SOURCE, "ask.sh")

    assert unit.commands == [
        Named(
            value="curl -s https://api.openai.com/v1/chat/completions -H Authorization: Bearer $OPENAI_API_KEY"
            ' -d {"model": "gpt-4o"}',
            line=3,
        ),
        Named(value="jq .", line=5, column=30),
        Named(value="ollama run gpt-4o", line=6),
    ]


def test_variables_set_and_read_are_environment() -> None:
    unit = shell.parse(SOURCE, "ask.sh")

    assert unit.env == [Named(value="MODEL", line=2, key="gpt-4o"), Named(value="OPENAI_API_KEY", line=4, column=30)]


def test_url_and_json_body_are_texts_of_curl() -> None:
    unit = shell.parse(SOURCE, "ask.sh")

    assert Text(value="https://api.openai.com/v1/chat/completions", line=3, column=9, callee="curl") in unit.texts
    assert Text(value="gpt-4o", line=5, column=6, key="model", callee="curl") in unit.texts


def test_snippet_counts_lines_from_where_it_stands() -> None:
    commands = shell.commands_of("pip install x && \\\n  ollama pull llama3", first_line=7)

    assert commands == [
        Named(value="pip install x", line=7),
        Named(value="ollama pull llama3", line=8, column=3),
    ]
