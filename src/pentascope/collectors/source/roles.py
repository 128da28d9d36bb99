"""Which part of a tree a file belongs to, told from its path alone. Pure.

The words are conventions of the ecosystems. Where a word is also an ordinary name of production code (`external`,
`vendor`, `docs`), it counts only where it stands near the root or outside source folders. Evaluation is production:
a judge model in `eval/` is a use of that model.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pentascope.collectors.source.folders import INSTALLED
from pentascope.model.evidence import Role

TEST_FOLDERS = frozenset(
    {
        "test", "tests", "__tests__", "__test__", "__mocks__", "__fixtures__", "__snapshots__", "spec", "specs",
        "testdata", "test_data", "test-data", "testutil", "testutils", "test_utils", "test-utils", "testlib",
        "test_helpers", "test-helpers", "test_resources", "test-resources", "testresources", "test_fixtures",
        "test-fixtures", "fixture", "fixtures", "mock", "mocks", "stubs", "unittest", "unittests", "unit_tests",
        "unit-tests", "integration_tests", "integration-tests", "integrationtest", "androidtest", "commontest",
        "jvmtest", "iostest", "testfixtures", "e2e", "e2e-tests", "cypress", "cassettes", "vcr_cassettes",
        "tst", "integ", "integtest", "integtests",
    }
)  # fmt: skip
TEST_ENDINGS = ("_tests", "-tests", ".tests", ".test", "-test", "_test", "-e2e")
EXAMPLE_FOLDERS = frozenset(
    {
        "example", "examples", "sample", "samples", "demo", "demos", "cookbook", "cookbooks", "notebook", "notebooks",
        "tutorial", "tutorials", "quickstart", "quickstarts", "getting-started", "getting_started", "workshop",
        "workshops", "showcase", "showcases",
    }
)  # fmt: skip
EXAMPLE_ENDINGS = (
    "-example", "-examples", "_example", "_examples", "-sample", "-samples", "_samples", "-demo", "-demos",
)  # fmt: skip
DOCUMENTATION_FOLDERS = frozenset({"docs", "doc", "documentation", "javadoc", "javadocs", "apidocs"})
VENDORED_FOLDERS = (
    frozenset({"third_party", "third-party", "thirdparty", "3rdparty", "3rd-party", "3rd_party", "_vendor", "vendored"})
    | INSTALLED
)
VENDORED_AT_THE_ROOT = frozenset({"external", "externals", "extern", "deps", "submodules"})
GENERATED_FOLDERS = frozenset(
    {"__generated__", "generated", "storybook-static", "htmlcov", "_build", "_site", "generated-sources"}
)
SOURCE_ROOTS = frozenset({"src", "app", "lib", "internal", "pkg", "cmd"})
WORKSPACES = frozenset({"packages", "apps", "libs", "crates", "modules", "projects", "services"})
BUSINESS_FOLDERS = frozenset(
    {"app", "controllers", "routes", "pages", "components", "views", "templates", "domain", "features", "services"}
)  # a `vendor` below one of these is a supplier
ASSET_FOLDERS = frozenset({"assets", "static", "public", "lib", "js", "javascripts", "css", "www", "dist", "resources"})
JVM_LANGUAGES = frozenset({"java", "kotlin", "scala", "groovy", "resources", "webapp"})

PROSE_SUFFIXES = frozenset(
    {"md", "mdx", "mdc", "rst", "adoc", "asciidoc", "markdown", "textile", "org", "tex", "bib", "rdoc", "pod"}
)
BUNDLE_SUFFIXES = frozenset({"js", "mjs", "cjs", "css", "map"})
INSTRUCTION_NAMES = frozenset(
    {"agents.md", "agent.md", "claude.md", "claude.local.md", "gemini.md", "copilot-instructions.md", "skill.md",
     "crush.md", "warp.md", "conventions.md"}
)  # fmt: skip
INSTRUCTION_ENDINGS = (".prompt.md", ".instructions.md", ".chatmode.md", ".agent.md", ".mdc")
PROMPT_FOLDERS = frozenset({"prompts", "prompt", "prompt_templates", "system_prompts", "skills", "agents", "commands"})

TEST_NAME = re.compile(
    r"""test_[^/]*\.(?:py|rb|js|ts|c|cc|cpp|lua|sh)$
    | [^/]*_test\.(?:py|go|rb|rs|dart|exs?|c|cc|cpp|sh|lua|ts|js)$
    | [^/]*_spec\.(?:rb|lua|js|ts)$
    | (?:conftest|tests|_conftest)\.py$
    | [^/]*\.(?:spec|test|tests|cy|e2e|stories|vitest|it)(?:\.skip)?\.[cm]?[jt]sx?$
    | [^/]*[a-z0-9](?:Test|Tests|TestCase|TestBase|Spec|Specs|IT)\.(?:java|kt|kts|scala|groovy|cs|swift|php|fs|vb)$
    | [^/]*(?:_mock|_mocks)\.(?:go|py)$
    | mock_[^/]*\.go$
    | (?:jest|vitest|karma|playwright|cypress)\.(?:config|setup)\.
    | [^/]*\.tftest\.hcl$ | [^/]*\.snap$
    """,
    re.VERBOSE,
)
GENERATED_NAME = re.compile(
    r"""[^/]*(?:_pb2|_pb2_grpc)\.pyi?$
    | [^/]*\.(?:generated|gen|g|freezed|pb|pb\.gw|min|bundle|designer)\.[a-z]+$
    | [^/]*\.d\.[cm]?ts$
    | zz_generated[._][^/]*$ | [^/]*_generated\.go$ | [^/]*_pb\.(?:js|ts|d\.ts)$
    """,
    re.VERBOSE | re.IGNORECASE,
)


def role(path: str) -> Role:
    """The role of the file at `path`, relative to the scanned root."""
    folder, _, name = path.rpartition("/")
    place, is_dotted, is_prompts, is_jvm_main = _folder_role(folder)
    suffix = name.rpartition(".")[2].lower()
    if place is Role.VENDORED or place is Role.TEST:
        return place
    if GENERATED_NAME.match(name) or (place is Role.GENERATED):
        return Role.GENERATED
    if suffix in BUNDLE_SUFFIXES and _is_build_output(folder):
        return Role.GENERATED
    if not is_jvm_main and TEST_NAME.match(name):
        return Role.TEST
    if suffix in PROSE_SUFFIXES:
        is_obeyed = is_dotted or is_prompts or name.lower() in INSTRUCTION_NAMES or name.endswith(INSTRUCTION_ENDINGS)
        return Role.DOCUMENTATION if not is_obeyed else _not_documentation(place)
    return place


def _not_documentation(place: Role) -> Role:
    return Role.PRODUCTION if place is Role.DOCUMENTATION else place


@lru_cache(maxsize=65_536)
def _folder_role(folder: str) -> tuple[Role, bool, bool, bool]:
    """The role that the folders give; whether one is a tool's dot folder, holds prompts, is `src/main/java`."""
    names = folder.lower().split("/") if folder else []
    jvm_root = _jvm_root(names)
    conventional = names if jvm_root is None else names[:jvm_root]
    return (
        _role_of_names(conventional, folder),
        any(name.startswith(".") and name not in {".", ".."} for name in names),
        not PROMPT_FOLDERS.isdisjoint(names),
        jvm_root is not None,
    )


def _jvm_root(names: list[str]) -> int | None:
    """Where the packages of `src/main/java` begin; their names are no conventions."""
    for index in range(len(names) - 2):
        if names[index] == "src" and names[index + 1] in {"main", "commonmain"} and names[index + 2] in JVM_LANGUAGES:
            return index
    return None


def _role_of_names(names: list[str], folder: str) -> Role:
    found = set(names)
    if not VENDORED_FOLDERS.isdisjoint(found) or (names and names[0] in VENDORED_AT_THE_ROOT) or _has_vendor(names):
        return Role.VENDORED
    if not TEST_FOLDERS.isdisjoint(found) or any(_is_test_folder(name) for name in names) or _has_camel_tests(folder):
        return Role.TEST
    if not GENERATED_FOLDERS.isdisjoint(found):
        return Role.GENERATED
    return _deepest(names)


def _deepest(names: list[str]) -> Role:
    """Example or documentation, whichever folder stands deeper: `docs/examples` holds examples."""
    result = Role.PRODUCTION
    for index, name in enumerate(names):
        if name in EXAMPLE_FOLDERS or name.endswith(EXAMPLE_ENDINGS):
            result = Role.EXAMPLE
        elif name in DOCUMENTATION_FOLDERS and _is_beside_source(names[:index]):
            result = Role.DOCUMENTATION
    return result


def _is_beside_source(before: list[str]) -> bool:
    """Whether a `docs` folder with these ancestors documents a project; deeper ones are packages about documents."""
    depth = len(before) - (before[:1] != [] and before[0] in WORKSPACES)
    return depth <= 1 and SOURCE_ROOTS.isdisjoint(before)


def _is_test_folder(name: str) -> bool:
    return name.endswith(TEST_ENDINGS)


def _has_camel_tests(folder: str) -> bool:
    """`FooTests/` of Swift, `Foo.UnitTests/` of C#."""
    return "Tests" in folder and any(name.endswith("Tests") for name in folder.split("/"))


def _has_vendor(names: list[str]) -> bool:
    """A `vendor` folder that holds other people's code, not one about suppliers."""
    if "vendor" not in names:
        return False
    before = names[: names.index("vendor")]
    if before and before[-1] in ASSET_FOLDERS:
        return True
    return BUSINESS_FOLDERS.isdisjoint(before)


@lru_cache(maxsize=65_536)
def _is_build_output(folder: str) -> bool:
    names = folder.split("/")
    return "dist" in names or not {"build", "out"}.isdisjoint(names[:2])
