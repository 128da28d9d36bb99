from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pentascope.catalogue.signatures import load_signature, load_signatures
from pentascope.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

RECORD = 'id = "demo-sdk"\nname = "Demo"\ncategory = "model-api"\nimports.python = ["demo"]\n'
RULE = '[[rules]]\non = "call"\nmatch = ["chat"]\nfact = "inference"\n'
MATCH = '```python path="a.py" facts="inference:demo"\nimport demo\n```\n'
NEAR_MISS = '```python path="a.py" facts=""\nx = "demo"\n```\n'


def write(
    folder: Path, record: str = RECORD + RULE, examples: str = MATCH + NEAR_MISS, name: str = "demo-sdk.md"
) -> Path:
    path = folder / name
    path.write_text(f"# Demo\n\n```toml\n{record}```\n\n{examples}", encoding="utf-8")
    return path


def test_signature_with_both_sides_is_loaded(tmp_path: Path) -> None:
    page = load_signature(write(tmp_path))

    assert page.record.id == "demo-sdk"
    assert page.record.imports == {"python": ("demo",)}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (RECORD.replace("demo-sdk", "other"), "4: id `other` is not the file name `demo-sdk`"),
        (RECORD + 'aliases = ["Demo_SDK"]\n', "8: `Demo_SDK` is not kebab-case"),
        (RECORD.replace("model-api", "model-apis"), "6: unknown category `model-apis`"),
        (RECORD.replace("imports.python", "imports.pyhton"), "7: unknown key `pyhton` in imports"),
        (RECORD + 'packages.pip = ["demo"]\n', "8: unknown key `pip` in packages"),
        (RECORD + "packages.pypi = []\n", "8: `packages.pypi` is empty"),
        (RECORD + 'packages.pypi = ["*"]\n', "8: `*` would match anything"),
        (RECORD + 'models = ["demo-("]\n', "8: `demo-(` is not a regular expression"),
        (RECORD + "models = ['(?!x)demo']\n", "8: `(?!x)demo` looks around or back"),
        (RECORD + "keys = ['(?<=x)demo']\n", "8: `(?<=x)demo` looks around or back"),
        (RECORD + "keys = ['(d)emo\\1']\n", "8: `(d)emo\\1` looks around or back"),
        (RECORD + "keys = ['x*']\n", "8: `x*` matches the empty string"),
        (RECORD.replace('imports.python = ["demo"]\n', ""), "4: the record can match nothing"),
        (RECORD + RULE.replace('["chat"]', '["**/*"]'), "10: glob `**/*` would match anything"),
        (RECORD + RULE.replace('["chat"]', "[]"), "10: a rule without alternatives"),
        (RECORD + RULE + 'languages = ["pyton"]\n', "12: unknown language `pyton`"),
        (RECORD + RULE.replace('"call"', '"file"') + "contains = '(?=x)'\n", "12: `(?=x)` looks around or back"),
        (RECORD + RULE.replace('"inference"', '"inferences"'), "11: `rules[0].fact`: Invalid enum value 'inferences'"),
        (RECORD + RULE + 'subjcet = "x"\n', "12: unknown key `subjcet`"),
        (RECORD.replace("imports.python", "packages.pypi") + RULE, "9: a `call` rule on a page without imports"),
        (RECORD + RULE + 'languages = ["go"]\n', "12: no imports for go"),
        (RECORD + RULE + 'values = ["x"]\n', "12: `values` says nothing about `call`"),
        (RECORD + RULE + "contains = 'x'\n", "12: `contains` says nothing about `call`"),
        (RECORD + RULE.replace('"call"', '"env"') + 'arguments.model = ["x"]\n', "12: `arguments` says nothing about `env`"),
        (RECORD + RULE.replace('"call"', '"endpoint"').replace("chat", "https://a.b"), "10: `https://a.b` names the scheme"),
        (RECORD + RULE.replace('"call"', '"image"').replace("chat", "a/b:1"), "10: `a/b:1` names the tag"),
        (RECORD + RULE.replace('"call"', '"action"').replace("chat", "a/b@v1"), "10: `a/b@v1` names the version"),
    ],
)
def test_signature_is_refused_with_its_line(tmp_path: Path, record: str, message: str) -> None:
    path = write(tmp_path, record)

    with pytest.raises(CatalogueError) as caught:
        load_signature(path)

    assert caught.value.message.startswith(f"{path}:{message}")
    assert caught.value.hint


def test_signature_pattern_may_use_escapes_that_resemble_look_around(tmp_path: Path) -> None:
    page = load_signature(write(tmp_path, RECORD + "models = ['a\\(?=b[(?!1]', '(?P<n>x)', '(?i:y)']\n"))

    assert len(page.record.models) == 3


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        (NEAR_MISS, "no example that matches"),
        (MATCH, "no near-miss"),
        (MATCH.replace("inference:", "infer:") + NEAR_MISS, "unknown fact `infer`"),
    ],
)
def test_signature_without_both_sides_is_refused(tmp_path: Path, examples: str, message: str) -> None:
    path = write(tmp_path, examples=examples)

    with pytest.raises(CatalogueError, match=message):
        load_signature(path)


def test_signatures_may_not_share_a_name(tmp_path: Path) -> None:
    write(tmp_path)
    other = write(tmp_path, RECORD.replace("demo-sdk", "other") + 'aliases = ["demo-sdk"]\n' + RULE, name="other.md")

    with pytest.raises(CatalogueError) as caught:
        load_signatures(tmp_path)

    assert caught.value.message == f"{other}:8: `demo-sdk` is already taken by {tmp_path / 'demo-sdk.md'}"


def test_signatures_names_every_bad_page(tmp_path: Path) -> None:
    write(tmp_path, examples=MATCH)
    write(tmp_path, RECORD.replace("model-api", "x"), name="other.md")

    with pytest.raises(CatalogueError) as caught:
        load_signatures(tmp_path)

    assert caught.value.message.splitlines() == [
        f"{tmp_path / 'demo-sdk.md'}:1: no near-miss",
        '  Add an example that looks alike and proves nothing: facts="".',
        f"{tmp_path / 'other.md'}:4: id `demo-sdk` is not the file name `other`",
    ]
