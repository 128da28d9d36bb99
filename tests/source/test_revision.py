"""A commit is read from git's objects; nothing that the repository configures is ever executed."""

from __future__ import annotations

import gc
import os
import subprocess
from pathlib import Path

import pytest

from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.revision import ClonedTree, RevisionTree, changes_since
from pentascope.collectors.source.sealedgit import SealedRepository, is_url, without_password
from pentascope.errors import SourceError
from pentascope.model.evidence import Skipped, SkipReason

AUTHOR = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"],
}  # fmt: skip


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, env=AUTHOR, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, files: dict[str, bytes | None]) -> str:
    for path, data in files.items():
        if data is None:
            (root / path).unlink()
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
    git(root, "add", "-A", "-f")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    commit(root, {"app.py": b"import openai\n", "pkg/b.py": b"x = 1\n", "caf\udce9\n.py": b"y\n"})
    commit(root, {"app.py": b"import anthropic\n", "new.py": b"z\n", "pkg/b.py": None, "node_modules/a/b.js": b""})
    return root


def contents(tree: RevisionTree) -> dict[str, bytes | SkipReason]:
    results = {entry.path: tree.read(entry, 1_000_000) for entry in tree.files}
    return {path: data.reason if isinstance(data, Skipped) else data for path, data in results.items()}


def test_revision_gives_the_files_of_a_commit(repository: Path) -> None:
    now = RevisionTree(repository)
    before = RevisionTree(repository, "HEAD~1")

    assert now.revision == git(repository, "rev-parse", "HEAD")
    assert contents(now) == {"app.py": b"import anthropic\n", "caf\\xe9\n.py": b"y\n", "new.py": b"z\n"}
    assert contents(before) == {"app.py": b"import openai\n", "caf\\xe9\n.py": b"y\n", "pkg/b.py": b"x = 1\n"}
    assert now.skipped == [Skipped(path="node_modules", reason=SkipReason.VENDORED)]
    assert now.head(now.files[0], 6) == b"import"
    now.close()
    before.close()


def test_revision_of_a_folder_gives_the_files_below_it(repository: Path) -> None:
    (repository / "pkg").mkdir(exist_ok=True)

    tree = RevisionTree(repository / "pkg", "HEAD~1")

    assert contents(tree) == {"b.py": b"x = 1\n"}


def test_revision_reads_packed_objects_tags_and_linked_work_trees(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "-a", "-m", "x", "v1", "HEAD~1")
    git(repository, "gc", "-q")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "v1")

    by_tag = RevisionTree(repository, "v1")
    linked = RevisionTree(tmp_path / "linked")

    assert contents(by_tag) == contents(linked)
    assert by_tag.revision == git(repository, "rev-parse", "HEAD~1")


def test_revision_reads_sha256_repositories(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    head = commit(tmp_path, {"a.py": b"x"})

    tree = RevisionTree(tmp_path)

    assert (tree.revision, contents(tree)) == (head, {"a.py": b"x"})


def test_revision_names_links_submodules_and_missing_blobs(repository: Path) -> None:
    (repository / "link.py").symlink_to("/etc/passwd")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(repository, "add", "link.py")
    git(repository, "commit", "-q", "-m", "x")
    missing = git(repository, "rev-parse", "HEAD:app.py")
    (repository / ".git" / "objects" / missing[:2] / missing[2:]).unlink()

    tree = RevisionTree(repository)

    assert [(one.path, one.reason) for one in tree.skipped] == [
        ("app.py", SkipReason.MISSING_BLOB),
        ("link.py", SkipReason.LINK),
        ("module", SkipReason.NOT_REGULAR),
        ("node_modules", SkipReason.VENDORED),
    ]


def test_revision_that_is_too_large_is_not_asked_for(repository: Path) -> None:
    tree = RevisionTree(repository)

    result = tree.read(tree.files[0], 5)

    assert result == Skipped(path="app.py", reason=SkipReason.TOO_LARGE, detail="17 bytes, limit 5")


def test_revision_survives_an_object_that_is_a_pipe(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pentascope.collectors.source.revision.ANSWER_TIMEOUT_S", 0.2)
    tree = RevisionTree(repository)
    blob = git(repository, "rev-parse", "HEAD:app.py")
    stuck = repository / ".git" / "objects" / blob[:2] / blob[2:]
    stuck.unlink()
    os.mkfifo(stuck)

    assert contents(tree) == {"app.py": SkipReason.UNREADABLE, "caf\\xe9\n.py": b"y\n", "new.py": b"z\n"}


@pytest.mark.parametrize("words", ["nothing", "--help", "-c", "HEAD\n", "", "HEAD:app.py", "main..main", "$(touch x)"])
def test_revision_that_is_none_is_an_error(repository: Path, words: str) -> None:
    with pytest.raises(SourceError):
        RevisionTree(repository, words)


def test_revision_outside_a_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not in a git repository"):
        RevisionTree(tmp_path)


def test_git_pointer_to_a_foreign_repository_is_not_believed(repository: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / ".git").write_text(f"gitdir: {repository / '.git'}\n")

    with pytest.raises(SourceError, match="does not point back"):
        RevisionTree(hostile)


def test_nothing_that_the_repository_configures_is_executed(repository: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    touch = tmp_path / "touch.sh"
    touch.write_text(f"#!/bin/sh\ntouch {canary}\n")
    touch.chmod(0o755)
    (repository / "extra").write_text(f"[core]\n\tpager = {touch}\n")
    with (repository / ".git" / "config").open("a") as file:
        file.write(
            f"""
[core]
\tfsmonitor = {touch}
\tsshCommand = {touch}
\tpager = {touch}
\teditor = {touch}
\tgitProxy = {touch}
\thooksPath = {touch.parent}
\tworktree = /
\talternateRefsCommand = {touch}
\tpartialCloneFilter = blob:none
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = ext::{touch}
\tpromisor = true
\tuploadpack = {touch}
[alias]
\tls-tree = !{touch}
\tcat-file = !{touch}
[filter "x"]
\tsmudge = {touch}
\tclean = {touch}
\tprocess = {touch}
[diff "x"]
\ttextconv = {touch}
\tcommand = {touch}
[diff]
\texternal = {touch}
[gpg]
\tprogram = {touch}
[credential]
\thelper = !{touch}
[include]
\tpath = ../extra
"""
        )
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "fsmonitor-watchman", "post-index-change", "reference-transaction"):
        (hooks / name).symlink_to(touch)
    (repository / ".gitattributes").write_text("* filter=x diff=x\n")
    (repository / "git").symlink_to(touch)
    missing = next(path for path in (repository / ".git" / "objects").glob("??/*") if path.is_file())

    tree = RevisionTree(repository)
    before = contents(tree)
    changes = changes_since(repository, "HEAD~1", DirectoryTree(repository))
    missing.unlink()
    for revision in ("HEAD", "HEAD~1"):
        try:
            contents(RevisionTree(repository, revision))
        except SourceError:
            continue

    assert before["app.py"] == b"import anthropic\n"
    assert "app.py" in changes.changed
    assert not canary.exists()


def test_the_sealed_directory_goes_with_its_owner_and_not_with_a_fork(repository: Path) -> None:
    sealed = SealedRepository(repository)
    folder = Path(sealed._folder)
    child = os.fork()
    if child == 0:
        del sealed
        gc.collect()
        os._exit(0)
    os.waitpid(child, 0)
    was_there = folder.exists()

    del sealed
    gc.collect()

    assert (was_there, folder.exists()) == (True, False)
    assert (repository / ".git" / "objects").is_dir()


def test_revision_is_read_in_forked_children(repository: Path) -> None:
    tree = RevisionTree(repository)
    assert tree.read(tree.files[0], 100) == b"import anthropic\n"
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            good = all(tree.read(tree.files[0], 100) == b"import anthropic\n" for _ in range(50))
            tree.close()
            os._exit(0 if good else 1)
        children.append(child)

    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert tree.read(tree.files[2], 100) == b"z\n"


def test_changes_since_names_changed_new_and_removed_files(repository: Path) -> None:
    (repository / "untracked.py").write_text("x")
    (repository / "new.py").write_text("Z\n")

    changes = changes_since(repository, "HEAD~1", DirectoryTree(repository))
    since_head = changes_since(repository, "HEAD", DirectoryTree(repository))

    assert changes.changed == {"app.py", "new.py", "untracked.py"}
    assert changes.removed == {"pkg/b.py"}
    assert (since_head.changed, since_head.removed) == ({"new.py", "untracked.py"}, frozenset())


def test_changes_since_compares_two_commits(repository: Path) -> None:
    changes = changes_since(repository, "HEAD~1", RevisionTree(repository))

    assert (changes.changed, changes.removed) == ({"app.py", "new.py"}, {"pkg/b.py"})


def test_clone_reads_a_repository_elsewhere(repository: Path) -> None:
    tree = ClonedTree(repository.as_uri(), protocols="file")

    assert contents(tree) == contents(RevisionTree(repository))
    assert tree.name == repository.as_uri()


def test_clone_refuses_what_could_execute(tmp_path: Path) -> None:
    for url in ("ext::touch x", "--upload-pack=touch x", "file:///etc", "/etc", "https://-x", "git@-oProxyCommand=x:y"):
        with pytest.raises(SourceError):
            ClonedTree(url)
    for url in ("ext::touch x", "--upload-pack=x"):
        with pytest.raises(SourceError):
            ClonedTree(url, protocols="file")


def test_clone_that_fails_does_not_tell_the_password(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        ClonedTree("file://user:secret@localhost/nothing", protocols="file")

    assert "secret" not in str(caught.value)
    assert without_password("https://user:secret@host/x") == "https://host/x"


def test_is_url_tells_urls_from_paths() -> None:
    assert is_url("https://github.com/a/b")
    assert is_url("git@github.com:a/b.git")
    assert not is_url("./https://x")
    assert not is_url("HEAD~5")
    assert not is_url("file:///etc")
