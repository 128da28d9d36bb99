"""The role of a file is told from its path."""

from __future__ import annotations

import pytest

from pentascope.collectors.source.roles import role
from pentascope.model.evidence import Role


@pytest.mark.parametrize(
    "path",
    [
        "app.py", "src/main/java/com/acme/test/Client.java", "src/main/java/com/acme/docs/LoaderTest.java",
        "eval/judge.py", "evaluation/run.py", "benchmarks/speed.py", "contest/latest.py", "AGENTS.md", "CLAUDE.md",
        "pkg/AGENTS.md", ".github/copilot-instructions.md", ".claude/commands/fix.md", ".cursor/rules/style.mdc",
        "prompts/system.md", "src/app/vendor/list.tsx", "app/external/openai_client.py", "core/indexing/docs/crawler.py",
        "requirements.txt", "dist/cli.py", "server/features/build/plugin.js", "src/latestest.py", "Audit.java",
        "test.py", "src/attest/sign.go",
    ],
)  # fmt: skip
def test_role_production(path: str) -> None:
    assert role(path) is Role.PRODUCTION


@pytest.mark.parametrize(
    "path",
    [
        "tests/a.py", "pkg/__tests__/a.ts", "pkg/a.spec.ts", "pkg/a.test.tsx", "pkg/a_test.go", "test_a.py",
        "pkg/conftest.py", "src/test/java/com/acme/Client.java", "com/acme/ClientTest.java", "Acme.Tests/Client.cs",
        "AppTests/Client.swift", "spec/models/user_spec.rb", "cypress/a.js", "e2e/a.ts", "fixtures/AGENTS.md",
        "testdata/.cursor/rules/a.mdc", "examples/tests/a.py", "tests/examples/a.py", "a.stories.tsx", "cassettes/a.yaml",
    ],
)  # fmt: skip
def test_role_test(path: str) -> None:
    assert role(path) is Role.TEST


@pytest.mark.parametrize(
    "path", ["examples/a.py", "docs/examples/a.py", "demo/app.py", "notebooks/a.ipynb", "rag-examples/src/main/java/A.java"]
)
def test_role_example(path: str) -> None:
    assert role(path) is Role.EXAMPLE


@pytest.mark.parametrize(
    "path", ["README.md", "docs/conf.py", "src/notes.rst", "examples/README.md", "packages/a/docs/b.ts", "blog/post.mdx"]
)
def test_role_documentation(path: str) -> None:
    assert role(path) is Role.DOCUMENTATION


@pytest.mark.parametrize(
    "path",
    ["third_party/a.py", "vendor/github.com/a/b.go", "external/lib/a.cc", "public/vendor/a.js", "node_modules/a/b.js",
     "third_party/tests/a.py"],
)  # fmt: skip
def test_role_vendored(path: str) -> None:
    assert role(path) is Role.VENDORED


@pytest.mark.parametrize(
    "path", ["a_pb2.py", "a.pb.go", "api.generated.ts", "types.d.ts", "dist/index.js", "storybook-static/a.js", "a.min.js"]
)
def test_role_generated(path: str) -> None:
    assert role(path) is Role.GENERATED
