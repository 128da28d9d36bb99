"""pentascope.toml: read strictly, written without losing anything, published as a schema."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.app.declarations import read_declarations
from pentascope.catalogue.load import load
from pentascope.collectors.declarations.edit import with_entry, with_system
from pentascope.collectors.declarations.parse import parse_declarations, parse_policy
from pentascope.errors import ConfigurationError
from pentascope.model.declaration import (
    Answer,
    Attestation,
    DeclaredException,
    DeclaredSystem,
    DocumentProblem,
    Policy,
    ScopeConfirmation,
)
from pentascope.model.requirement import Condition
from pentascope.model.scoping import Scope
from pentascope.report.formats.declaration_schema import declarations_schema, policy_schema

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "src" / "pentascope" / "report" / "schema"
DOC = (ROOT / "docs" / "pentascope-toml.md").read_text(encoding="utf-8")
EXAMPLE, POLICY = re.findall(r"^```toml\n(.*?)^```", DOC, re.DOTALL | re.MULTILINE)
CODES = tuple(entry.code for entry in load().matrix.requirements)
SAID = Attestation(requirement="CTL-07", owner="jo", date=date(2026, 11, 1), expires=date(2027, 1, 31))
DATES = "date = 2026-01-01\nexpires = 2026-02-01\n"
ATTESTED = '[[attestations]]\nrequirement = "CTL-07"\n'


def plain(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize(("name", "made"), [("declarations-1", declarations_schema()), ("policy-1", policy_schema())])
def test_published_schemas_are_up_to_date(name: str, made: bytes) -> None:
    assert (SCHEMAS / f"{name}.schema.json").read_bytes() == made


def test_examples_of_the_documentation_are_good_files() -> None:
    jsonschema.validate(plain(EXAMPLE), json.loads(declarations_schema()))
    jsonschema.validate(plain(POLICY), json.loads(policy_schema()))

    declared, policy = parse_declarations(EXAMPLE, "x", CODES), parse_policy(POLICY, "p", CODES)

    assert (declared.systems[0].not_conditions, declared.attestation_lines) == ((Condition.UPLOADS,), (11,))
    assert policy.max_exception_days == 90


def test_schema_refuses_an_unknown_key() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"systems": [{"name": "a", "colour": "red"}]}, json.loads(declarations_schema()))


def test_every_key_is_documented() -> None:
    records = (DeclaredSystem, Attestation, DeclaredException, ScopeConfirmation, Policy)

    assert {key for record in records for key in record.__struct_fields__ if f"`{key}`" not in DOC} == set()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("x =\n", "f.toml:1: not TOML", "TOML 1.0"),
        ('\n[[systems]]\nnme = "a"\n', "f.toml:3: unknown key `nme`", "`name`"),
        ("[[systems]]\n", "f.toml:1: missing key `name`", "Add the key."),
        ('[[systems]]\nname = "a"\nscopes = [9]\n', "f.toml:3: `systems[1].scopes[1]` is 9", "Allowed: 1, 2, 3, 4, 5."),
        (f'{ATTESTED}answer = "maybe"\n{DATES}', "f.toml:3: `attestations[1].answer` is 'maybe'", "Allowed: yes, no, not_applicable."),
        (f'[[attestations]]\nrequirement = "CTL-7"\n{DATES}', "f.toml:2: no requirement is called `CTL-7`", "Did you mean `CTL-07`?"),
        (f'{ATTESTED}document = "../a"\n{DATES}', "f.toml:3: `document` leads out of the folder: '../a'", "below"),
        (f'{ATTESTED}document = "/etc/passwd"\n{DATES}', "f.toml:3: `document` leads out", "below"),
        (f'{ATTESTED}sha256 = "12"\n{DATES}', "f.toml:3: `sha256` is no SHA-256: '12'", "64"),
        (f"{ATTESTED}date = 2026-02-01\nexpires = 2026-01-01\n", "f.toml:4: `expires` 2026-01-01 comes before", "Correct"),
        ('[[systems]]\nname = "a"\n[[systems]]\nname = "a"\n', "f.toml:4: `a` is declared twice", "Join"),
        ('[[systems]]\nname = "a"\nconditions = ["rag"]\nnot_conditions = ["rag"]\n', "f.toml:4: `rag` is declared to hold and not", "Take"),
    ],
)
def test_malformed_file_names_line_key_value_and_remedy(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_declarations(text, "f.toml", CODES)

    assert raised.value.message.startswith(message)
    assert hint in raised.value.hint


@pytest.mark.parametrize("text", ['required = ["CTL-999"]\n', "max_exception_days = -1\n", '[minimum_strength]\n"CTL-07" = "strong"\n', "colour = 1\n"])
def test_malformed_policy_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^p\.toml:[12]: "):
        parse_policy(text, "p.toml", CODES)


def test_documents_are_looked_at_and_none_is_a_crash(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "out.pdf").write_bytes(b"out")
    (folder / "a.pdf").write_bytes(b"a")
    (folder / "link.pdf").symlink_to(tmp_path / "out.pdf")
    names = ["a.pdf", "none.pdf", "link.pdf", ".", "https://example.org/a"]
    (folder / "f.toml").write_text("\n".join(f'{ATTESTED}document = "{name}"\n{DATES}' for name in names), encoding="utf-8")
    (folder / "p.toml").write_text("max_attestation_days = 5\n", encoding="utf-8")

    declared, policy = read_declarations(folder / "f.toml", folder / "p.toml")

    assert policy == Policy(max_attestation_days=5)
    assert [(fact.path, fact.problem, fact.sha256 and fact.sha256[:6]) for fact in declared.documents] == [
        (".", DocumentProblem.NOT_A_FILE, None),
        ("a.pdf", None, "ca9781"),
        ("link.pdf", DocumentProblem.OUTSIDE, None),
        ("none.pdf", DocumentProblem.MISSING, None),
    ]


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "f.toml").write_bytes(content)

    with pytest.raises(ConfigurationError):
        read_declarations(tmp_path / "f.toml")


def test_new_entry_stands_behind_its_family_and_before_the_comment_of_the_next() -> None:
    text = f'# top\n{ATTESTED}note = """\n[[exceptions]]\n"""\n{DATES}\n# gaps\n[[exceptions]]\nrequirement = "CTL-07"\nreason = "a"\n{DATES}# end\n'

    changed = with_entry(text, "attestations", SAID)

    first, gap, rest = text.partition("\n# gaps")
    assert changed.startswith(first)
    assert changed.endswith(gap + rest)
    assert [entry.note for entry in parse_declarations(changed, "f", CODES).attestations] == ["[[exceptions]]\n", None]


def test_family_in_one_array_is_added_to() -> None:
    changed = with_entry('# one\nsystems = [{ name = "a" }] # two\n', "systems", DeclaredSystem(name="b"))

    assert [system.name for system in parse_declarations(changed, "f", CODES).systems] == ["a", "b"]
    assert re.findall("#.*", changed) == ["# one", "# two"]


def test_line_ends_of_the_file_are_kept() -> None:
    changed = with_entry('[[systems]]\r\nname = "a"\r\n', "systems", DeclaredSystem(name="b"))

    assert changed.count("\n") == changed.count("\r\n")


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
maybe = st.none() | words
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
first_day = st.just(date(2000, 1, 1))
held = st.lists(st.sampled_from(Condition), max_size=3, unique=True).map(tuple)
codes, scopes = st.sampled_from(CODES), st.sampled_from(Scope)
entries = st.one_of(
    st.tuples(st.just("attestations"), st.builds(Attestation, requirement=codes, system=maybe, answer=st.sampled_from(Answer), owner=maybe, date=first_day, expires=days, note=maybe)),
    st.tuples(st.just("exceptions"), st.builds(DeclaredException, requirement=codes, system=maybe, reason=words, owner=maybe, date=first_day, expires=days, compensating=maybe)),
    st.tuples(st.just("confirmations"), st.builds(ScopeConfirmation, system=words, scope=scopes, by=words, date=days, note=maybe)),
    st.tuples(st.just("systems"), st.builds(DeclaredSystem, name=words.filter(str.strip), root=maybe, scopes=st.lists(scopes, max_size=2).map(tuple), conditions=held, owner=maybe)),
)  # fmt: skip


@given(st.lists(entries, max_size=6, unique_by=lambda one: getattr(one[1], "name", id(one))), st.sampled_from(["", "# top\n", "# top", "\n# [[systems]]\n"]))
def test_what_is_written_is_read_and_nothing_before_it_is_lost(told: list[tuple[str, Any]], text: str) -> None:
    top = text.rstrip("\n")
    for family, entry in told:
        text = with_entry(text, family, entry)

    read = parse_declarations(text, "f", CODES)

    assert text.startswith(top)
    for family in ("systems", "attestations", "exceptions", "confirmations"):
        assert list(getattr(read, family)) == [entry for name, entry in told if name == family]


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True), st.integers(0, 2), st.none() | st.just("jo"), held)
def test_change_of_a_system_leaves_the_others_and_every_comment(named: list[str], number: int, owner: str | None, conditions: tuple[Condition, ...]) -> None:
    number %= len(named)
    confirmed = '\n# said\n[[confirmations]]\nsystem = "x"\nscope = 3\nby = "jo"\ndate = 2026-01-01\n'
    text = "".join(f'# about {name}\n[[systems]]\nname = "{name}" # {name}\n{confirmed}' for name in named)
    new = DeclaredSystem(name=named[number], owner=owner, conditions=conditions)

    changed = with_system(text, number, new)

    before, after = parse_declarations(text, "f", CODES), parse_declarations(changed, "f", CODES)
    assert after.systems == tuple(new if n == number else system for n, system in enumerate(before.systems))
    assert after.confirmations == before.confirmations
    assert re.findall("#.*", changed) == re.findall("#.*", text)
