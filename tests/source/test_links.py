"""A link gives its name to rules on file names; it is never followed, and leads nowhere but to files of the tree."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from pentascope.app.scan import scan
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.joined import JoinedTree
from pentascope.collectors.source.links import MAX_NAMES, linked
from pentascope.collectors.source.tree import FileEntry
from pentascope.model.evidence import FactKind, SkipReason

FILES = ("AGENTS.md", "a/b/c.md", "a/b/d.md", "a/e.md", "z.md")


def names(links: dict[str, str], files: tuple[str, ...] = FILES) -> list[tuple[str, str]]:
    return [(path, entry.path) for path, entry in linked(links, [FileEntry(path, 1) for path in files])]


@pytest.mark.parametrize(
    ("link", "target", "expected"),
    [
        ("CLAUDE.md", "AGENTS.md", [("CLAUDE.md", "AGENTS.md")]),
        ("CLAUDE.md", "./AGENTS.md", [("CLAUDE.md", "AGENTS.md")]),
        ("a/CLAUDE.md", "../AGENTS.md", [("a/CLAUDE.md", "AGENTS.md")]),
        ("a/CLAUDE.md", "b/../../AGENTS.md", [("a/CLAUDE.md", "AGENTS.md")]),
        (".claude/skills", "../a/b", [(".claude/skills/c.md", "a/b/c.md"), (".claude/skills/d.md", "a/b/d.md")]),
        (".claude/skills", "../a/b/", [(".claude/skills/c.md", "a/b/c.md"), (".claude/skills/d.md", "a/b/d.md")]),
        ("CLAUDE.md", "missing.md", []),
        ("CLAUDE.md", "AGENTS.md/", []),
        ("CLAUDE.md", "AGENTS.md/../z.md", []),
        ("CLAUDE.md", "missing/../AGENTS.md", []),
        ("CLAUDE.md", "CLAUDE.md", []),
        ("CLAUDE.md", "../AGENTS.md", []),
        ("CLAUDE.md", "/AGENTS.md", []),
        ("CLAUDE.md", "a/" * 3000, []),
        ("CLAUDE.md", "", []),
        ("a/loop", ".", []),
        ("a/up", "..", []),
        ("a/b/up", "..", []),
        ("root", ".", []),
    ],
)
def test_link_leads_to_files_of_the_tree_only(link: str, target: str, expected: list[tuple[str, str]]) -> None:
    found = names({link: target})

    assert found == expected


def test_link_through_links_is_resolved_as_a_system_would() -> None:
    found = names({"one.md": "two/c.md", "two": "a/b", "three.md": "two/../e.md"})

    assert found == [("one.md", "a/b/c.md"), ("three.md", "a/e.md"), ("two/c.md", "a/b/c.md"), ("two/d.md", "a/b/d.md")]


def test_links_in_a_circle_lead_nowhere() -> None:
    found = names({"one": "two", "two": "one", "three": "four/x", "four": "three/x"})

    assert found == []


def test_links_by_the_thousand_are_bounded() -> None:
    files = tuple(f"f/{number:05d}.md" for number in range(5_000))

    found = names({f"l{number}": "f" for number in range(5_000)}, files)

    assert len(found) == MAX_NAMES


# -- whole scans ------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "rules").mkdir(parents=True)
    (root / ".cursor").mkdir()
    (root / "GUIDE.md").write_text("# How to work here\n")
    (root / "rules" / "style.mdc").write_text("Write tests.\n")
    (tmp_path / "outside.md").write_text("# Outside\n")
    (root / "CLAUDE.md").symlink_to("GUIDE.md")
    (root / ".cursor" / "rules").symlink_to("../rules")
    (root / "GEMINI.md").symlink_to("missing.md")
    (root / ".cursorrules").symlink_to("../outside.md")
    (root / ".windsurfrules").symlink_to("/etc/hostname")
    return root


def assistants(target: str) -> list[tuple[str, int, str]]:
    found = scan(target, use_cache=False)
    return [(one.path, one.line, one.excerpt) for one in found.evidence if one.kind is FactKind.ASSISTANT]


EXPECTED = [(".cursor/rules/style.mdc", 1, "Write tests."), ("CLAUDE.md", 1, "# How to work here")]


def commit(root: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": "/", "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=root, env=environment, check=True)


def test_links_of_a_directory_count_for_rules_on_names(root: Path) -> None:
    assert assistants(str(root)) == EXPECTED


def test_links_of_a_revision_count_for_rules_on_names(root: Path) -> None:
    commit(root)

    assert assistants(f"{root}@HEAD") == EXPECTED


def test_links_of_an_archive_count_for_rules_on_names(root: Path) -> None:
    archive = root.parent / "tree.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(root, arcname="tree")

    assert assistants(str(archive)) == EXPECTED


def test_links_of_joined_trees_stay_in_their_own(root: Path) -> None:
    other = root.parent / "other"
    other.mkdir()
    (other / "CLAUDE.md").symlink_to("../tree/GUIDE.md")

    joined = JoinedTree([DirectoryTree(root), DirectoryTree(other)])

    assert [(path, entry.path) for path, entry in joined.linked] == [
        ("tree/.cursor/rules/style.mdc", "tree/rules/style.mdc"),
        ("tree/CLAUDE.md", "tree/GUIDE.md"),
    ]


def test_links_are_still_said_to_be_links(root: Path) -> None:
    found = scan(root, use_cache=False)

    assert dict(found.coverage.skipped_counts) == {SkipReason.LINK: 3, SkipReason.LINK_OUTSIDE: 2}


def test_new_link_to_an_old_file_is_a_change(root: Path) -> None:
    (root / "CLAUDE.md").unlink()
    commit(root)
    (root / "CLAUDE.md").symlink_to("GUIDE.md")

    found = scan(root, use_cache=False, since="HEAD")

    assert [one.path for one in found.evidence] == ["CLAUDE.md"]


def test_absolute_link_into_the_tree_counts(root: Path) -> None:
    (root / "AGENTS.md").symlink_to(root / "GUIDE.md")

    tree = DirectoryTree(root)

    assert ("AGENTS.md", "GUIDE.md") in [(path, entry.path) for path, entry in tree.linked]


def test_archive_with_a_hostile_link_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as file:
        for name, target in {"CLAUDE.md": "../../etc/passwd", "AGENTS.md": "/etc/passwd", ".cursorrules": ".cursorrules"}.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            file.addfile(member)
        member = tarfile.TarInfo("a.txt")
        member.size = 1
        file.addfile(member, io.BytesIO(b"a"))

    assert assistants(str(archive)) == []
