"""One Markdown page of the catalogue: a heading, one `toml` fence that is the record, prose, and examples."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from pentascope.catalogue.records import decode_record, malformed, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RecordT = TypeVar("RecordT")

_FENCE = re.compile(r"(`{3,}|~{3,})\s*(.*)$")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
_EXAMPLE_KEYS = ({"path", "facts"}, {"path", "shows"})
_NO_FACTS = "none"


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One executed example: a file of a tree, and the facts it must give (a signature) or what it shows (a requirement).

    Shape: `facts` are words `kind`, `kind:subject` or `kind:value`; none at all is a near-miss. `shows` are words
    `check:ground`, or the verdict.
    """

    language: str
    path: str
    facts: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    text: str
    line: int

    @property
    def is_near_miss(self) -> bool:
        """The example resembles a match and must prove nothing."""
        return not self.facts


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One prose section: its title ("" for what stands before the first one) and Markdown text."""

    title: str
    text: str


class Page(msgspec.Struct, Generic[RecordT], frozen=True, kw_only=True):
    """One page, read. `record_line` is the line where the record's TOML begins."""

    path: str
    heading: str
    record: RecordT
    record_text: str
    record_line: int
    sections: tuple[Section, ...]
    examples: tuple[Example, ...]

    @property
    def prose(self) -> str:
        """All prose as Markdown, sections with their titles."""
        parts = (f"## {part.title}\n\n{part.text}" if part.title else part.text for part in self.sections)
        return "\n\n".join(part.strip() for part in parts if part.strip())


class _Fence(msgspec.Struct, frozen=True):
    info: str
    text: str
    line: int  # of the opening fence


class _Line(msgspec.Struct, frozen=True):
    text: str
    line: int


class Named(Protocol):
    """A record whose page is headed by its title and lies in a file of its id."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


def name_faults(page: Page[NamedT]) -> Iterator[tuple[str, str, str]]:
    """Where record, heading and file disagree: key, what is wrong, what to do."""
    if page.record.id != Path(page.path).stem:
        yield "id", f"id `{page.record.id}` is not the file name", "Make the two equal."
    if page.heading != page.record.title:
        yield "title", "the title is not the heading", "Make the two equal."


def refuse_sections(page: Page[NamedT], name: str, titles: Iterable[str], opening: tuple[str, str]) -> None:
    """Raises: CatalogueError unless the page opens with words (`opening`: what to say, what to do) and has each section once."""
    path, present = Path(page.path), [section.title for section in page.sections]
    if present[0] != "" or not page.sections[0].text:
        raise malformed(path, 1, *opening)
    for title in titles:
        if present.count(title) != 1:
            raise malformed(path, 1, f"{name} needs one section `{title}`", f"Add `## {title}`.")


def load_page(path: Path, record_type: type[RecordT]) -> Page[RecordT]:
    """The page in a file. Raises: CatalogueError naming file, line and remedy."""
    return parse_page(read_text(path), record_type, path)


def parse_page(text: str, record_type: type[RecordT], path: Path) -> Page[RecordT]:
    """The page that Markdown text holds. Raises: CatalogueError."""
    blocks = tuple(_blocks(text, path))
    fence = _record_fence(blocks, path)
    return Page(
        path=str(path),
        heading=_heading(blocks, path),
        record=decode_record(fence.text, record_type, path, fence.line + 1),
        record_text=fence.text,
        record_line=fence.line + 1,
        sections=tuple(_sections(blocks)),
        examples=tuple(_examples(blocks, path)),
    )


def _blocks(text: str, path: Path) -> Iterator[_Fence | _Line]:
    """Fences as wholes, everything else line by line."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if not opening:
            yield _Line(lines[number], number + 1)
            number += 1
            continue
        end = _closing(lines, number + 1, opening[1])
        if end is None:
            raise malformed(path, number + 1, "this fence is never closed", f"Close it with a line `{opening[1]}`.")
        yield _Fence(opening[2].strip(), "".join(f"{line}\n" for line in lines[number + 1 : end]), number + 1)
        number = end + 1


def _closing(lines: Sequence[str], start: int, mark: str) -> int | None:
    for number in range(start, len(lines)):
        bare = lines[number].rstrip()
        if bare.startswith(mark) and not bare.strip(mark[0]):
            return number
    return None


def _record_fence(blocks: Sequence[_Fence | _Line], path: Path) -> _Fence:
    records = [block for block in blocks if isinstance(block, _Fence) and block.info == "toml"]
    if not records:
        raise malformed(path, 1, "no ```toml fence", "Add one fence ```toml that holds the record.")
    if len(records) > 1:
        raise malformed(
            path,
            records[1].line,
            "a second ```toml fence",
            'Keep one record a page; an example that is TOML needs path="..." and facts="...".',
        )
    return records[0]


def _heading(blocks: Sequence[_Fence | _Line], path: Path) -> str:
    first = next((block for block in blocks if isinstance(block, _Fence) or block.text.strip()), None)
    match = _HEADING.match(first.text) if isinstance(first, _Line) else None
    if match is None or len(match[1]) != 1:
        raise malformed(path, first.line if first else 1, "no heading", "Begin the page with `# Name`.")
    return match[2]


def _sections(blocks: Sequence[_Fence | _Line]) -> Iterator[Section]:
    title, lines = "", list[str]()
    for block in blocks:
        if isinstance(block, _Fence):
            if block.info != "toml" and not _ATTRIBUTE.search(block.info):
                lines += [f"```{block.info}", *block.text.splitlines(), "```"]
            continue
        match = _HEADING.match(block.text)
        if match is None:
            lines.append(block.text)
        elif len(match[1]) > 1:
            yield Section(title=title, text="\n".join(lines).strip())
            title, lines = match[2], []
    yield Section(title=title, text="\n".join(lines).strip())


def _examples(blocks: Sequence[_Fence | _Line], path: Path) -> Iterator[Example]:
    for block in blocks:
        if isinstance(block, _Fence) and block.info != "toml" and "=" in block.info:
            yield _example(block, path)


def _example(fence: _Fence, path: Path) -> Example:
    attributes = dict(_ATTRIBUTE.findall(fence.info))
    language, *rest = _ATTRIBUTE.sub("", fence.info).split() or [""]
    if rest or set(attributes) not in _EXAMPLE_KEYS:
        raise malformed(
            path,
            fence.line,
            f"not an example: ```{fence.info}",
            'Write ```language path="app.py" facts="inference:openai"; facts="" says that nothing is proved. On the page of a '
            'requirement: path="app.py" shows="check-id:good".',
        )
    place = PurePosixPath(attributes["path"])
    if not attributes["path"] or place.is_absolute() or ".." in place.parts:
        raise malformed(path, fence.line, f"path `{place}` leaves the tree", "Give a relative path.")
    facts = tuple(word for word in attributes.get("facts", "").split() if word != _NO_FACTS)
    shows = tuple(attributes.get("shows", "").split())
    return Example(language=language, path=attributes["path"], facts=facts, shows=shows, text=fence.text, line=fence.line)
