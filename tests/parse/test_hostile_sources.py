"""Broken and hostile text must end in a unit, quickly, in every language."""

import time
from importlib import import_module

import pytest

from pentascope.collectors.source.parse import manifests, syntax, terraform

LANGUAGES = ("go", "java", "csharp", "ruby", "kotlin", "rust", "php", "swift", "dart", "cpp", "scala", "shell")
HOSTILE = {
    "empty": b"",
    "nul": b"\0" * 1000 + b'x = "a-1"\0\xff\xfe',
    "nested": b"x = " + b"(" * 50_000 + b"1" + b")" * 50_000,
    "unbalanced": b"[" * 200_000,
    "one-line": b"a" * 1_000_000,
    "chain": b"a" + b'.b("x-1")' * 20_000,
}
LIMIT_S = 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_source_ends(language, kind) -> None:
    parse = import_module(f"pentascope.collectors.source.parse.{language}").parse
    started = time.process_time()

    unit = parse(HOSTILE[kind], "hostile")

    assert unit.path == "hostile"
    assert time.process_time() - started < LIMIT_S


def test_run_of_arrows_is_not_parsed() -> None:
    parse = import_module("pentascope.collectors.source.parse.dart").parse
    beginning = b"import 'package:a/a.dart';\nfinal c = A.b('x');\nfinal d = "

    short, long = parse(beginning + b"-> " * 100, "a.dart"), parse(beginning + b"->\n" * 500, "a.dart")

    assert (short.is_complete, long.is_complete) == (True, False)
    assert [call.callee for call in long.calls] == []


@pytest.mark.parametrize("language", ["dart", "scala"])
def test_long_run_beyond_ascii_is_not_parsed_and_a_page_of_it_is(language) -> None:
    page = ("/* " + "\u4e2d\u6587 " * 300 + "*/\n").encode() * 40

    assert syntax.parse(language, "\u00a0".encode() * 7_000)[1] is False
    assert syntax.parse(language, page)[1] is True
    assert syntax.parse("python", "\u00a0".encode() * 7_000)[1] is True


def test_file_after_one_that_was_given_up_is_read_as_ever() -> None:
    beginning, code = b"import 'package:a/a.dart';\nfinal c = ", b"final c = b(1);\n"
    before, _ = syntax.parse("dart", code)

    _, is_read = syntax.parse("dart", beginning + b"-> " * 3_000)
    after, is_read_after = syntax.parse("dart", code)

    assert (is_read, is_read_after) == (False, True)
    assert str(after) == str(before)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"x = f(a, b[1])\n" * 12_000, False),
        (b"x = f(a)\n" * 70_000, True),
        (b"x = " + b"not " * 3_000 + b"1\n" + b"y = g(a, 2)\n" * 12_000, True),
        (b"x = " + b"not " * 1_000 + b"1\n" + b"y = g(a, 2)\n" * 12_000, False),
    ],
    ids=["many-lines", "too-wide", "too-deep", "deep"],
)
def test_tree_is_degenerate_where_it_is_deeper_or_wider_than_queries_count(code: bytes, *, expected: bool) -> None:
    root, _ = syntax.parse("python", code)

    assert syntax.is_degenerate(root) is expected


SUMMED = ("go", "java", "csharp", "ruby", "kotlin", "php", "swift", "cpp", "scala")


@pytest.mark.parametrize("language", SUMMED)
def test_long_sum_is_read_in_linear_time(language) -> None:
    parse = import_module(f"pentascope.collectors.source.parse.{language}").parse
    operator = b"a." if language == "php" else b"a+"
    beginning = b"<?php $x = " if language == "php" else b"x = "
    started = time.process_time()

    unit = parse(beginning + operator * 9_000 + b"1;\n", "hostile")

    assert time.process_time() - started < 2
    assert not unit.is_complete


@pytest.mark.parametrize("language", ["java", "go", "cpp", "javascript", "python"])
def test_more_tokens_than_memory_can_hold_are_not_parsed(language) -> None:
    parse = import_module(f"pentascope.collectors.source.parse.{language}").parse

    unit = parse(b"a;" * 950_000, "hostile")

    assert not unit.is_complete
    assert unit.calls == []


def test_dense_code_of_ordinary_size_is_parsed() -> None:
    assert syntax.is_parsable(b"    result = function(argument, other[1]);\n" * 45_000)


@pytest.mark.parametrize("language", ["swift", "kotlin", "scala", "rust", "dart"])
def test_comments_that_stay_open_cost_little(language) -> None:
    parse = import_module(f"pentascope.collectors.source.parse.{language}").parse
    started = time.process_time()

    unit = parse(b"/*" * 50_000, "hostile")

    assert not unit.is_complete
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["mix.lock", "bun.lock"])
def test_lock_file_of_empty_lines_is_read_in_linear_time(name) -> None:
    started = time.process_time()

    unit = manifests.parse(b"\n" * 100_000, name)

    assert unit.dependencies == []
    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", [b"\t" * 100_000, b"x = " + b" \t" * 50_000 + b"1\n"])
def test_terraform_of_blanks_is_read_in_linear_time(text) -> None:
    started = time.process_time()

    terraform.parse(text, "main.tf")

    assert time.process_time() - started < 2
