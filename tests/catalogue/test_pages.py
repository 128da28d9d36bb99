from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pentascope.catalogue.pages import Example, Section, load_page, parse_page
from pentascope.errors import CatalogueError

PAGE = Path("demo.md")


class Inner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    on: str
    size: int = 0


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    rules: tuple[Inner, ...] = ()


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(CatalogueError) as caught:
        parse_page(text, Record, PAGE)
    return caught.value.message, caught.value.hint


def test_page_gives_record_prose_and_examples() -> None:
    text = (
        '# Demo\n\nLead.\n\n```toml\nid = "demo"\n```\n\n## Use\n\nSome words.\n\n```\nplain code\n```\n\n'
        '```python path="app.py" facts="inference:openai model:gpt-4o"\nx = 1\n```\n\n'
        '```toml path="pyproject.toml" facts=""\n[project]\n```\n'
    )

    page = parse_page(text, Record, PAGE)

    assert page.heading == "Demo"
    assert page.record == Record(id="demo")
    assert page.record_line == 6
    assert page.sections == (
        Section(title="", text="Lead."),
        Section(title="Use", text="Some words.\n\n```\nplain code\n```"),
    )
    assert page.examples == (
        Example(language="python", path="app.py", facts=("inference:openai", "model:gpt-4o"), text="x = 1\n", line=17),
        Example(language="toml", path="pyproject.toml", facts=(), text="[project]\n", line=21),
    )
    assert [example.is_near_miss for example in page.examples] == [False, True]
    assert page.prose == "Lead.\n\n## Use\n\nSome words.\n\n```\nplain code\n```"


def test_page_keeps_fences_that_stand_in_a_longer_fence() -> None:
    text = '# D\n\n```toml\nid = "d"\n```\n\n````markdown path="a.md" facts="none"\n```toml\nid = 1\n```\n````\n'

    page = parse_page(text, Record, PAGE)

    assert [example.text for example in page.examples] == ["```toml\nid = 1\n```\n"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "demo.md:1: no ```toml fence", "Add one fence ```toml that holds the record."),
        ('```toml\nid = "d"\n```\n', "demo.md:1: no heading", "Begin the page with `# Name`."),
        ("# D\n\n```toml\nid = 1\n", "demo.md:3: this fence is never closed", "Close it with a line ```` ``` ````."),
        (
            '# D\n```toml\nid = "d"\nsize = \n```\n',
            "demo.md:4: not TOML: Invalid value",
            "Write the record as TOML 1.0.",
        ),
        ('# D\n```toml\nid = "d"\nrulez = []\n```\n', "demo.md:4: unknown key `rulez`", "Did you mean `rules`?"),
        ("# D\n```toml\nrules = []\n```\n", "demo.md:3: missing key `id` in the record", "Add the key."),
        ("# D\n```toml\n\nid = 1\n```\n", "demo.md:4: `id`: Expected `str`, got `int`", "Correct the value."),
        (
            '# D\n```toml\nid = "d"\n[[rules]]\non = "a"\n[[rules]]\non = "b"\nsizes = 2\n```\n',
            "demo.md:8: unknown key `sizes`",
            "Did you mean `size`?",
        ),
        (
            '# D\n```toml\nid = "d"\n[[rules]]\non = "a"\n[[rules]]\non = "b"\nsize = "2"\n```\n',
            "demo.md:8: `rules[1].size`: Expected `int`, got `str`",
            "Correct the value.",
        ),
    ],
)
def test_page_refuses_malformed_text_and_says_where(text: str, message: str, hint: str) -> None:
    found = refusal(text)

    assert found == (message, hint.replace("```` ``` ````", "`" + "```" + "`"))


def test_page_refuses_a_second_record() -> None:
    message, hint = refusal('# D\n```toml\nid = "d"\n```\n```toml\nid = "e"\n```\n')

    assert message == "demo.md:5: a second ```toml fence"
    assert hint.startswith("Keep one record a page")


@pytest.mark.parametrize(
    "info", ['python path="a.py"', 'python facts=""', 'python path="a.py" fact=""', "python title=a"]
)
def test_page_refuses_examples_without_path_and_facts(info: str) -> None:
    message, _ = refusal(f'# D\n```toml\nid = "d"\n```\n```{info}\nx\n```\n')

    assert message == f"demo.md:5: not an example: ```{info}"


@pytest.mark.parametrize("place", ["/etc/passwd", "../a.py", ""])
def test_page_refuses_examples_outside_the_tree(place: str) -> None:
    message, _ = refusal(f'# D\n```toml\nid = "d"\n```\n```python path="{place}" facts=""\nx\n```\n')

    assert message.endswith("leaves the tree")


def test_page_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo.md"
    path.write_bytes(b"# \xff\n")

    with pytest.raises(CatalogueError, match="cannot be read"):
        load_page(path, Record)
