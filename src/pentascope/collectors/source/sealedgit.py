"""Git at arm's length: the `git` binary runs on the objects and refs of a repository, never on its configuration.

A repository can make git execute commands: `core.fsmonitor`, `core.sshCommand`, filter and textconv drivers, hooks,
aliases, `include.path`, lazy fetches of a partial clone. So git is not run there. It runs on a git directory of our
own making, with an empty configuration, that borrows the repository's objects and refs.
Source: git-config(1), gitrepository-layout(5), git(1) "ENVIRONMENT VARIABLES".
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import weakref
from pathlib import Path
from tempfile import mkdtemp

from pentascope.errors import SourceError

TIMEOUT_S = 60
CLONE_TIMEOUT_S = 900
BORROWED = ("refs", "packed-refs", "logs", "shallow", "FETCH_HEAD", "ORIG_HEAD")
OPTIONS = (
    "--no-pager", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.attributesFile=/dev/null",
    "-c", "core.excludesFile=/dev/null", "-c", "protocol.ext.allow=never", "-c", "gc.auto=0",
    "-c", "maintenance.auto=false", "-c", "credential.helper=",
)  # fmt: skip
NETWORK_VARIABLES = (
    "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy",
    "NO_PROXY",
)  # fmt: skip
URL = re.compile(r"(?:https|ssh|git)://[^\s\x00-\x1f-][^\s\x00-\x1f]*|\w[\w.-]*@\w[\w.-]*:[^\s\x00-\x1f]+", re.ASCII)
REVISION = re.compile(r"[^-\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*")
POINTER_BYTES = 4096


class SealedRepository:
    """A repository whose objects can be asked for and whose configuration is never read.

    `prefix` is the folder that was named, relative to the top of the repository, with a slash behind, or "".
    Raises: SourceError when there is no repository or no git.
    """

    def __init__(self, place: Path) -> None:
        self.top, git_directory = find(place)
        real = os.path.relpath(os.path.realpath(place), self.top) if self.top else "."
        self.prefix = "" if real == "." else f"{Path(real).as_posix()}/"
        self._folder = folder_of(self)
        _seal(Path(self._folder), git_directory)

    def run(self, *words: str, stdin: bytes = b"") -> bytes:
        """What a git command prints.

        Raises: SourceError when it fails or takes too long.
        """
        try:
            done = subprocess.run(  # noqa: S603  # no shell, sealed configuration
                self._command(*words),
                input=stdin,
                capture_output=True,
                check=True,
                timeout=TIMEOUT_S,
                cwd=self._folder,
                env=environment(),
            )
        except subprocess.CalledProcessError as error:
            raise SourceError(_complaint(words, error.stderr), hint="Check the repository: git fsck.") from error
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"git {words[0]} took more than {TIMEOUT_S} s.", hint="Check the repository.") from error
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A git command that reads questions and prints answers."""
        return subprocess.Popen(  # noqa: S603  # no shell, sealed configuration
            self._command(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=environment(),
        )

    def _command(self, *words: str) -> list[str]:
        return [binary(), *OPTIONS, f"--git-dir={self._folder}", *words]

    def resolve(self, revision: str) -> str:
        """The full hash of the commit that `revision` names.

        Raises: SourceError when there is none.
        """
        if not REVISION.fullmatch(revision):
            raise SourceError(f"{revision!r} is no git revision.", hint="Name a commit, a tag or HEAD~5.")
        try:
            words = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except SourceError as error:
            hint = "Name a commit, tag or branch that is in this repository; a shallow clone holds few."
            raise SourceError(f"There is no commit {revision!r} in the repository.", hint=hint) from error
        return words.decode("ascii", "replace").strip()

    def is_empty(self) -> bool:
        """Whether no branch or tag holds a commit yet."""
        return not self.run("rev-list", "--max-count=1", "--all").strip()


def folder_of(owner: object) -> str:
    """A new folder that goes when `owner` does, but not when a forked child's copy of it does."""
    folder = mkdtemp(prefix="pentascope-")
    weakref.finalize(owner, _remove, folder, os.getpid())
    return folder


def is_url(words: str) -> bool:
    """Whether the user named a repository elsewhere."""
    return URL.fullmatch(words) is not None


def without_password(url: str) -> str:
    """The URL without the credentials that may stand in it."""
    return re.sub(r"(?<=://)[^/@]*@", "", url)


def clone(url: str, folder: Path, *, revision: str | None = None, protocols: str = "https:ssh:git") -> Path:
    """A bare clone of the newest commit (of a branch or tag) in `folder`, without any file of it checked out.

    Raises: SourceError when the repository cannot be fetched.
    """
    if url.startswith("-") or (revision is not None and not REVISION.fullmatch(revision)):
        raise SourceError("That is no repository that git can clone.", hint="Name an https:// or ssh:// URL.")
    target = folder / "clone.git"
    branch = [f"--branch={revision}"] if revision else []
    how = ("--quiet", "--bare", "--depth=1", "--single-branch", "--no-tags", "--template=")
    variables = environment() | {name: os.environ[name] for name in NETWORK_VARIABLES if name in os.environ}
    variables |= {"GIT_ALLOW_PROTOCOL": protocols, "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
    try:
        subprocess.run(  # noqa: S603  # no shell, sealed configuration
            [binary(), *OPTIONS, "clone", *how, *branch, "--", url, str(target)],
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=CLONE_TIMEOUT_S,
            cwd=folder,
            env=variables,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        message = without_password(_complaint(("clone",), error.stderr or b"timed out"))
        raise SourceError(message, hint="Check the URL and your access to it.") from None
    return target


def binary() -> str:
    """The git to run, never one that lies in the current folder."""
    found = shutil.which("git")
    if found is None or not Path(found).is_absolute():
        raise SourceError("git is not installed.", hint="Install git, or name a directory without a revision.")
    return found


def environment() -> dict[str, str]:
    """The variables that git sees: none of the user's, so that nothing is configured behind our back."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }


def find(place: Path) -> tuple[str, Path]:
    """The top of the work tree around `place` ("" for a bare repository) and its git directory.

    Raises: SourceError when there is none.
    """
    real = Path(os.path.realpath(place))
    if _is_git_directory(real):
        return "", real
    for folder in (real, *real.parents):
        candidate = folder / ".git"
        if candidate.is_symlink():
            break
        if candidate.is_dir() and _is_git_directory(candidate):
            return str(folder), candidate
        if candidate.is_file():
            return str(folder), _worktree(candidate)
    raise SourceError(f"{place} is not in a git repository.", hint="Name no revision to scan the files as they lie.")


def _is_git_directory(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _worktree(pointer: Path) -> Path:
    """The git directory of a linked work tree, believed only when it points back: else a tree could name any other."""
    folder = pointer.parent / _words(pointer).removeprefix("gitdir:").strip()
    if folder.is_dir() and os.path.realpath(folder / _words(folder / "gitdir")) == os.path.realpath(pointer):
        return folder
    message = f"{pointer} points to a git directory that does not point back."
    raise SourceError(message, hint="Name the main repository.")


def _words(path: Path) -> str:
    """The text of a small file of git's, empty when it is not one."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(POINTER_BYTES).decode("utf-8", "surrogateescape").strip()


def _seal(folder: Path, git_directory: Path) -> None:
    """Make `folder` a git directory that borrows everything but the configuration."""
    common = git_directory / (_words(git_directory / "commondir") or ".")
    head = _words(git_directory / "HEAD")
    is_sha256 = re.search(r"^\s*objectformat\s*=\s*sha256\s*$", _configuration(common), re.IGNORECASE | re.MULTILINE)
    version, extension = ("1", "[extensions]\n\tobjectFormat = sha256\n") if is_sha256 else ("0", "")
    (folder / "HEAD").write_text(f"{head}\n", "utf-8", "surrogateescape")
    (folder / "config").write_text(f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}")
    (folder / "objects").symlink_to(os.path.realpath(common / "objects"))
    for name in BORROWED:
        source = (git_directory if name.endswith("_HEAD") else common) / name
        if source.exists():
            (folder / name).symlink_to(os.path.realpath(source))
    if not (folder / "refs").exists():
        (folder / "refs").mkdir()


def _configuration(common: Path) -> str:
    """The text of the repository's configuration, looked at for its hash function alone."""
    return _words(common / "config")


def _complaint(words: tuple[str, ...], stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
    return f"git {words[0]} failed: {''.join(char for char in lines[-1] if char.isprintable())}"


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
