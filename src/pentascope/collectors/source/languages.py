"""Which parser reads which file, loaded only when a file of its kind turns up."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from pentascope.model.unit import Unit

MEGABYTE = 1_000_000


class Language(msgspec.Struct, frozen=True):
    """One kind of file: the family of its prefilter, the module that parses it, how much of it is read."""

    family: str
    module: str
    limit_bytes: int = 2 * MEGABYTE


PYTHON = Language("python", "python")
NOTEBOOK = Language("python", "notebook", 30 * MEGABYTE)
JAVASCRIPT = Language("javascript", "javascript")
LIGHT_FAMILIES = ("r", "elixir", "erlang", "lua", "julia", "perl", "powershell", "haskell", "ocaml", "clojure", "emacs-lisp", "zig", "nim")
LIGHT = Language("light", "light")
"""Languages of which few files stand in few trees: one prefilter for all of them."""

EXTENSIONS: dict[str, Language] = {
    **dict.fromkeys((".py", ".pyw", ".pyi"), PYTHON),
    ".ipynb": NOTEBOOK,
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro"), JAVASCRIPT),
    ".java": Language("java", "java"),
    **dict.fromkeys((".kt", ".kts"), Language("java", "kotlin")),
    **dict.fromkeys((".scala", ".sc"), Language("java", "scala")),
    ".go": Language("go", "go"),
    ".cs": Language("csharp", "csharp"),
    ".rs": Language("rust", "rust"),
    **dict.fromkeys((".rb", ".rake"), Language("ruby", "ruby")),
    ".php": Language("php", "php"),
    ".swift": Language("swift", "swift"),
    ".dart": Language("dart", "dart"),
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".mm", ".m"), Language("cpp", "cpp")),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh"), Language("shell", "shell")),
    **dict.fromkeys(
        (
            ".r", ".rmd", ".qmd", ".ex", ".exs", ".heex", ".livemd", ".erl", ".hrl", ".lua", ".jl", ".pl", ".pm", ".ps1", ".psm1", ".hs",
            ".ml", ".mli", ".el", ".clj", ".cljs", ".cljc", ".bb", ".zig", ".nim", ".nims",
        ),
        LIGHT,
    ),
    ".groovy": Language("java", "light"),
    **dict.fromkeys((".fs", ".fsx", ".vb"), Language("csharp", "light")),
}
DOCUMENT_LIMIT = 5 * MEGABYTE
LOCK_LIMIT = 30 * MEGABYTE
WEIGHT_EXTENSIONS = frozenset(
    {".safetensors", ".gguf", ".ggml", ".bin", ".pt", ".pth", ".ckpt", ".onnx", ".tflite", ".h5", ".keras", ".mlmodel", ".npz", ".pkl"}
)


def language_of(path: str) -> Language | None:
    """How the file of that name is read; None when nothing here reads it."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    extension = name[dot:].lower() if dot > 0 else ""
    known = EXTENSIONS.get(extension)
    document = _route(path, name, extension)
    if document is not None:
        return document
    return known


_ROUTED = frozenset(
    {
        "", ".json", ".jsonc", ".json5", ".jsonl", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".env", ".properties", ".xml",
        ".txt", ".lock", ".mod", ".sum", ".csproj", ".fsproj", ".vbproj", ".props", ".config", ".gradle", ".kts", ".sbt", ".tf",
        ".tofu", ".hcl", ".bicep", ".tpl", ".template", ".gemspec", ".resolved", ".py", ".swift", ".md", ".dockerfile", ".js",
        ".j2", ".example", ".sample", ".local", ".production", ".development", ".exs", ".plist", ".user", ".cmake", ".mk", ".in", ".tfvars",
    }
)


def _route(path: str, name: str, extension: str) -> Language | None:
    if extension not in _ROUTED and not name.startswith((".env", "Dockerfile", "Containerfile")):
        return None
    module = _routes()(path)
    if module is None:
        return None
    limit = LOCK_LIMIT if module == "lockfiles" or name.endswith(("lock", "lock.json", "lock.yaml")) else DOCUMENT_LIMIT
    return Language("config", module, limit)


@cache
def _routes() -> Callable[[str], str | None]:
    route: Callable[[str], str | None] = import_module("pentascope.collectors.source.parse.documents").route
    return route


@cache
def parser_of(module: str) -> Callable[..., Unit]:
    """The parse function of a module of `parse/`."""
    parse: Callable[..., Unit] = import_module(f"pentascope.collectors.source.parse.{module}").parse
    return parse
