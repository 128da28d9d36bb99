"""Which imports mean the owner's own files: a local module with a library's name is not that library. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

SOURCE_FOLDERS = ("", "src", "lib", "python")


class LocalModules:
    """What a tree can import from itself, built once from the list of its files.

    `go_prefixes` are the module paths of its `go.mod` files, `packages` the names of its own packages (npm workspaces,
    Cargo members, distributions).
    """

    def __init__(self, paths: Iterable[str], *, go_prefixes: Iterable[str] = (), packages: Iterable[str] = ()) -> None:
        paths = tuple(paths)
        self._modules = frozenset(path for path in paths if path.endswith(".py"))
        self._jvm_paths = tuple(path for path in paths if path.endswith((".java", ".kt", ".scala")))
        self._go_prefixes = tuple(sorted({prefix.rstrip("/") for prefix in go_prefixes if prefix}))
        self._packages = frozenset(packages)
        self._answers: dict[tuple[str, str], tuple[str, ...]] = {}

    def is_local(self, module: str, importing_path: str) -> bool:
        """Whether a Python import at `importing_path` finds a file of the tree before an installed library.

        `module` is dotted, with everything that is known (`agents.planner.Planner`): a folder without `__init__.py`
        gives way to an installed package, so it counts only when the second name stands in it.
        """
        if module.startswith("."):
            return True
        name, _, rest = module.partition(".")
        second = rest.partition(".")[0]
        for place in self._places(name, importing_path.rpartition("/")[0]):
            if place.endswith(".py"):
                if place != importing_path:
                    return True
            elif f"{place}/__init__.py" in self._modules or (second and self._holds(place, second)):
                return True
        return False

    def is_local_jvm(self, name: str) -> bool:
        """Whether the package of a dotted JVM name (`io.acme.chat.Client.send`) has its source in this tree."""
        parts = name.split(".")
        length = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
        return length > 1 and "/".join(parts[:length]) in self._jvm_packages

    @cached_property
    def _jvm_packages(self) -> frozenset[str]:
        """The paths of folders with JVM sources, and of each what stands below any source root."""
        packages: set[str] = set()
        for folder in {path.rpartition("/")[0] for path in self._jvm_paths}:
            rest = folder
            while rest:
                packages.add(rest)
                rest = rest.partition("/")[2]
        return frozenset(packages)

    def is_local_go(self, import_path: str) -> bool:
        """Whether a Go import path belongs to a module of this tree."""
        return any(import_path == prefix or import_path.startswith(prefix + "/") for prefix in self._go_prefixes)

    def is_local_package(self, name: str) -> bool:
        """Whether a package name (npm workspace, crate) is one of this tree's own."""
        if name in self._packages:
            return True
        parts = name.split("/")
        package = "/".join(parts[:2]) if name.startswith("@") else parts[0]
        return package in self._packages

    def _places(self, name: str, folder: str) -> tuple[str, ...]:
        """The files and folders called `name` that an import from `folder` can reach, nearest first."""
        key = (name, folder)
        if key not in self._answers:
            self._answers[key] = tuple(self._look_up(name, folder)) if name in self._names else ()
        return self._answers[key]

    def _look_up(self, name: str, folder: str) -> Iterator[str]:
        for base in self._search_folders(folder):
            stem = f"{base}/{name}" if base else name
            if stem in self._folders:
                yield stem
            if f"{stem}.py" in self._modules:
                yield f"{stem}.py"

    def _search_folders(self, folder: str) -> Iterator[str]:
        """The folders that can stand on `sys.path`: those above the file that are not packages, nearest first."""
        while True:
            if not folder or f"{folder}/__init__.py" not in self._modules:
                for source in SOURCE_FOLDERS:
                    yield "/".join(part for part in (folder, source) if part)
            if not folder:
                return
            folder = folder.rpartition("/")[0]

    def _holds(self, folder: str, name: str) -> bool:
        stem = f"{folder}/{name}"
        return f"{stem}.py" in self._modules or stem in self._folders

    @cached_property
    def _names(self) -> frozenset[str]:
        """What any file or folder of Python is called: most imports ask for something else and are not looked up."""
        return frozenset({path.rpartition("/")[2].removesuffix(".py") for path in self._modules} | {
            path.rpartition("/")[2] for path in self._folders
        })

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Folders that hold Python files, directly or below."""
        folders = {path.rpartition("/")[0] for path in self._modules}
        for folder in tuple(folders):
            while folder := folder.rpartition("/")[0]:
                if folder in folders:
                    break
                folders.add(folder)
        return frozenset(folders)
