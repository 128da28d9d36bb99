from __future__ import annotations

import pytest

from pentascope.collectors.source.parse.manifests import parse


def shape(source: bytes, path: str) -> list[tuple[str, str, str | None, int]]:
    return [(found.ecosystem, found.name, found.version, found.line) for found in parse(source, path).dependencies]


CASES: dict[str, tuple[bytes, list[tuple[str, str, str | None, int]]]] = {
    "requirements.txt": (
        b"# openai\nOpenAI>=1.0  # c\nlang_chain[all]==0.1; python_version<'4'\n-r other.txt\ngit+https://github.com/huggingface/peft.git@main\n",
        [("pypi", "openai", ">=1.0", 2), ("pypi", "lang-chain", "==0.1", 3), ("pypi", "peft", None, 5)],
    ),
    "pyproject.toml": (
        b'[project]\ndependencies = ["anthropic>=0.3", "x @ https://e/x.whl"]\n[tool.poetry.dependencies]\npython = "^3.11"\nlitellm = {version = "^1", extras = ["proxy"]}\n',
        [("pypi", "anthropic", ">=0.3", 2), ("pypi", "x", None, 2), ("pypi", "litellm", "^1", 5)],
    ),
    "setup.py": (
        b'REQ = ["torch"]\n# "nope"\nsetup(install_requires=["trl>=0.7", "peft"], name="transformers")\n',
        [("pypi", "torch", None, 1), ("pypi", "trl", ">=0.7", 3), ("pypi", "peft", None, 3)],
    ),
    "setup.cfg": (b"[options]\ninstall_requires =\n    openai\n    torch>=2\n", [("pypi", "openai", None, 3), ("pypi", "torch", ">=2", 4)]),
    "environment.yml": (
        b"dependencies:\n  - python=3.11\n  - pip:\n    - openai==1.2\n",
        [("pypi", "python", "3.11", 2), ("pypi", "openai", "1.2", 4)],
    ),
    "uv.lock": (b'[[package]]\nname = "openai"\nversion = "1.0"\nsource = {}\n', [("pypi", "openai", "1.0", 2)]),
    "package.json": (
        b'{"name": "x", "dependencies": {"@ai-sdk/openai": "^1", "ai": "npm:real-ai@3"}}',
        [("npm", "@ai-sdk/openai", "^1", 1), ("npm", "real-ai", "npm:real-ai@3", 1)],
    ),
    "package-lock.json": (
        b'{"packages": {\n"node_modules/openai": {\n"version": "4.1.0"},\n"node_modules/a/node_modules/@b/c": {\n"version": "1.0.0"}}}',
        [("npm", "openai", "4.1.0", 2), ("npm", "@b/c", "1.0.0", 4)],
    ),
    "yarn.lock": (b'"@ai-sdk/openai@^1":\n  version "1.0.2"\n\nopenai@^4:\n  version "4.0.0"\n', [("npm", "@ai-sdk/openai", "1.0.2", 1), ("npm", "openai", "4.0.0", 4)]),
    "pnpm-lock.yaml": (b"packages:\n\n  openai@4.0.0(zod@3):\n    r: 1\n  '@a/b@1.2.3':\n", [("npm", "openai", "4.0.0", 3), ("npm", "@a/b", "1.2.3", 5)]),
    "pom.xml": (
        b"<project><properties><v>1.2</v></properties><dependencies>\n<!-- <dependency><groupId>no</groupId></dependency> -->\n<dependency><groupId>dev.langchain4j</groupId>\n<artifactId>langchain4j</artifactId><version>${v}</version></dependency></dependencies></project>",
        [("maven", "dev.langchain4j:langchain4j", "1.2", 4)],
    ),
    "build.gradle.kts": (
        b'dependencies {\n  // implementation("a:b:1")\n  implementation("com.aallam.openai:openai-client:3.0")\n  implementation(platform("x.y:bom:1"))\n}\n',
        [("maven", "com.aallam.openai:openai-client", "3.0", 3), ("maven", "x.y:bom", "1", 4)],
    ),
    "libs.versions.toml": (
        b'[versions]\nai = "1.0"\n[libraries]\na = { module = "g:a", version.ref = "ai" }\nb = "g:b:2"\n',
        [("maven", "g:a", "1.0", 4), ("maven", "g:b", "2", 5)],
    ),
    "build.sbt": (b'libraryDependencies += "io.cequence" %% "openai-scala-client" % "1.1"\n', [("maven", "io.cequence:openai-scala-client", "1.1", 1)]),
    "go.mod": (
        b"module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/sashabaranov/go-openai v1.20.0\n\t// github.com/no/no v1.0.0\n)\n",
        [("go", "github.com/sashabaranov/go-openai", "v1.20.0", 6)],
    ),
    "a.csproj": (
        b'<Project><ItemGroup>\n<PackageReference Include="Azure.AI.OpenAI" Version="2.0" />\n</ItemGroup></Project>',
        [("nuget", "Azure.AI.OpenAI", "2.0", 2)],
    ),
    "Cargo.toml": (
        b'[dependencies]\nasync-openai = "0.20"\nllm = { package = "rllm", version = "1" }\n[package]\nname = "x"\n',
        [("cargo", "async-openai", "0.20", 2), ("cargo", "rllm", "1", 3)],
    ),
    "Gemfile": (b'# gem "no"\ngem "ruby-openai", "~> 6"\n', [("gem", "ruby-openai", "~> 6", 2)]),
    "Gemfile.lock": (b"GEM\n  specs:\n    ruby-openai (6.0.0)\n      faraday (>= 1)\n", [("gem", "ruby-openai", "6.0.0", 3)]),
    "composer.json": (b'{"require": {"php": ">=8", "openai-php/client": "^0.8"}}', [("composer", "openai-php/client", "^0.8", 1)]),
    "pubspec.yaml": (b"dependencies:\n  dart_openai: ^5.0\n", [("pub", "dart_openai", "^5.0", 2)]),
    "Package.swift": (b'.package(url: "https://github.com/MacPaw/OpenAI.git", from: "0.2.0")', [("swift", "MacPaw/OpenAI", "0.2.0", 1)]),
    "conanfile.txt": (b"[requires]\nllama-cpp/b3040\n", [("conan", "llama-cpp", "b3040", 2)]),
    "mix.exs": (b'defp deps do\n  [{:openai_ex, "~> 0.5"}, # {:no, "1"}\n  ]\nend\n', [("hex", "openai_ex", "~> 0.5", 2)]),
}


@pytest.mark.parametrize("path", CASES)
def test_manifest_gives_its_dependencies(path: str) -> None:
    source, expected = CASES[path]

    assert shape(source, path) == expected


def test_development_groups_are_marked() -> None:
    source = b'{"devDependencies": {"vitest": "1"}, "dependencies": {"ai": "1"}}'

    found = parse(source, "package.json").dependencies

    assert [(entry.name, entry.is_development, entry.is_locked) for entry in found] == [("vitest", True, False), ("ai", False, False)]


def test_lock_files_are_marked_locked() -> None:
    found = parse(b'[[package]]\nname = "openai"\nversion = "1"\n', "poetry.lock").dependencies

    assert [entry.is_locked for entry in found] == [True]


@pytest.mark.parametrize("source", [b"[1, 2]", b'"text"', b"", b"null"])
def test_a_manifest_of_the_wrong_shape_is_empty_and_incomplete(source: bytes) -> None:
    unit = parse(source, "package.json")

    assert (unit.dependencies, unit.is_complete) == ([], False)
