"""A module of the tree shadows a library of the same name exactly where Python would find it first."""

from __future__ import annotations

import pickle

from pentascope.collectors.source.localmodules import LocalModules


def test_is_local_when_a_package_stands_at_the_root() -> None:
    modules = LocalModules(["mistral/__init__.py", "mistral/db/api.py", "mistral/db/__init__.py", "tools/run.py"])

    assert modules.is_local("mistral", "mistral/db/api.py")
    assert modules.is_local("mistral.db.api", "tools/run.py")
    assert not modules.is_local("mistralai", "tools/run.py")


def test_is_local_when_a_module_stands_beside_the_importing_script() -> None:
    modules = LocalModules(["scripts/replicate.py", "scripts/run.py", "other/run.py"])

    assert modules.is_local("replicate", "scripts/run.py")
    assert not modules.is_local("replicate", "other/run.py")


def test_is_local_below_a_source_folder() -> None:
    modules = LocalModules(["src/together/__init__.py", "tests/test_a.py", "backend/src/cohere.py", "backend/x/y.py"])

    assert modules.is_local("together", "tests/test_a.py")
    assert modules.is_local("cohere", "backend/x/y.py")


def test_is_local_not_for_a_module_inside_the_same_package() -> None:
    modules = LocalModules(["app/__init__.py", "app/openai.py", "app/chat.py"])

    assert not modules.is_local("openai", "app/chat.py")


def test_is_local_not_for_the_importing_file_itself() -> None:
    modules = LocalModules(["openai.py", "run.py"])

    assert not modules.is_local("openai", "openai.py")
    assert modules.is_local("openai", "run.py")


def test_is_local_folder_without_init_gives_way_unless_the_name_stands_in_it() -> None:
    modules = LocalModules(["examples/openai/chat.py", "examples/run.py", "agents/planner.py", "main.py"])

    assert not modules.is_local("openai", "examples/openai/chat.py")
    assert not modules.is_local("openai.OpenAI", "examples/run.py")
    assert not modules.is_local("agents.Agent", "main.py")
    assert modules.is_local("agents.planner.Planner", "main.py")


def test_is_local_relative_import() -> None:
    assert LocalModules([]).is_local(".openai", "a/b.py")


def test_is_local_go_and_packages() -> None:
    modules = LocalModules([], go_prefixes=["github.com/acme/bot"], packages=["@acme/ai", "ui"])

    assert modules.is_local_go("github.com/acme/bot/openai")
    assert not modules.is_local_go("github.com/acme/bottle")
    assert modules.is_local_package("@acme/ai/client")
    assert modules.is_local_package("ui")
    assert not modules.is_local_package("@acme/openai")


def test_local_modules_survive_pickling() -> None:
    modules = pickle.loads(pickle.dumps(LocalModules(["mistral/__init__.py"])))

    assert modules.is_local("mistral", "a.py")
