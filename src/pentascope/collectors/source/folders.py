"""Which folders hold no work of the owner: installed dependencies, caches and build output. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection

SILENT = frozenset(
    {".git", ".hg", ".svn", ".bzr", ".jj", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
)
"""Bookkeeping of tools: left out without a word."""

INSTALLED = frozenset(
    {
        "node_modules", "bower_components", "jspm_packages", ".pnpm-store", ".venv", "site-packages", "dist-packages",
        "__pypackages__", ".tox", ".nox", ".eggs", "Pods", ".terraform", ".terragrunt-cache", ".gradle", ".dart_tool",
        ".pub-cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", ".aws-sam", "cdk.out", ".serverless",
        ".ipynb_checkpoints",
    }
)  # fmt: skip
"""Names that only installers and build tools give."""

MARKERS: dict[str, tuple[frozenset[str], ...]] = {
    "venv": (frozenset({"pyvenv.cfg"}), frozenset({"bin", "lib"}), frozenset({"Scripts", "Lib"})),
    "env": (frozenset({"pyvenv.cfg"}), frozenset({"conda-meta"})),
    ".env": (frozenset({"pyvenv.cfg"}),),
    "virtualenv": (frozenset({"pyvenv.cfg"}),),
    "vendor": (frozenset({"modules.txt"}), frozenset({"autoload.php", "composer"}), frozenset({"github.com"})),
    "bundle": (frozenset({"ruby"}),),
    "target": (
        frozenset({"CACHEDIR.TAG"}), frozenset({"classes", "maven-status"}), frozenset({"classes", "surefire-reports"}),
    ),
    "build": (
        frozenset({"CACHEDIR.TAG"}), frozenset({"CMakeCache.txt"}), frozenset({"asset-manifest.json"}),
        frozenset({"classes", "tmp"}), frozenset({"libs", "tmp"}),
    ),
    "dist": (frozenset({"CACHEDIR.TAG"}), frozenset({"licenses.txt", "index.js"}), frozenset({"asset-manifest.json"})),
    "out": (frozenset({"CACHEDIR.TAG"}), frozenset({"_next"})),
    ".build": (frozenset({"workspace-state.json"}), frozenset({"checkouts"})),
    "Carthage": (frozenset({"Checkouts"}), frozenset({"Build"})),
}  # fmt: skip
"""Names that people use too: left out only when everything of one set of markers stands directly inside."""


SYNTHESISED = "cdk.out"
"""Where the CDK writes what its programs come to: left out, but for the templates."""


def around_synthesised(path: str) -> str | None:
    """The folder that holds the `cdk.out` of a template that the CDK wrote, which is read all the same; None for other files."""
    head, found, tail = f"/{path}".partition(f"/{SYNTHESISED}/")
    if not found or not tail.endswith(".template.json") or not all(name.startswith("assembly-") for name in tail.split("/")[:-1]):
        return None
    return head.removeprefix("/")


def is_left_out(name: str, children: Callable[[], Collection[str]]) -> bool:
    """Whether a folder is installed or built; `children`, its direct names, is asked only where `name` is unclear."""
    if name in INSTALLED:
        return True
    markers = MARKERS.get(name)
    if markers is None:
        return False
    names = set(children())
    return any(marker <= names for marker in markers)
