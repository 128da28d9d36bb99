"""A scan that uses what earlier scans found says, byte for byte, what a scan from nothing says."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import msgspec
import pytest

from pentascope.app.scan import scan
from pentascope.store import scancache

CONTENTS = (
    'from openai import OpenAI\n\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", messages=[])\n',
    "from agents import Agent\n\nAgent(name='a', tools=[])\n",
    "import anthropic\n\nanthropic.Anthropic().messages.create(model='claude-3-5-sonnet-latest')\n",
    "import langchain_openai\n\nllm = langchain_openai.ChatOpenAI(model='gpt-4o')\n",
    "import torch\nfrom transformers import Trainer\n\nTrainer(model=model).train()\n",
    "openai==1.0\n",
    '{"dependencies": {"openai": "^4.0.0"}}\n',
    "# How to work here\n",
    "",
    "x = 1\n",
    "\0binary",
    "x = (" * 3000,
)
NAMES = (
    "app.py", "openai.py", "agents/__init__.py", "agents/core.py", "anthropic/__init__.py", "src/openai/__init__.py", "src/app.py",
    "pkg/app.py", "pkg/__init__.py", "pkg/openai.py", "tests/test_app.py", "docs/app.py", "requirements.txt", "package.json",
    "CLAUDE.md", "AGENTS.md", "rules/a.mdc", ".cursor/rules/b.mdc", "model.gguf",
)  # fmt: skip


def edit(root: Path, choose: random.Random) -> None:
    """One change that a person or a tool makes to a tree."""
    path = root / choose.choice(NAMES)
    deed = choose.choice(("write", "write", "write", "delete", "touch", "move", "link", "grow", "close"))
    if deed == "delete":
        path.unlink(missing_ok=True)
    elif deed == "touch" and path.is_file():
        path.touch()
    elif deed == "move" and path.is_file():
        other = root / choose.choice(NAMES)
        other.parent.mkdir(parents=True, exist_ok=True)
        path.replace(other)
    elif deed == "grow" and path.is_file() and not path.is_symlink():
        with path.open("a") as file:
            file.write(choose.choice(CONTENTS))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if deed == "link":
            path.symlink_to(os.path.relpath(root / choose.choice(NAMES), path.parent))
        else:
            path.write_text(choose.choice(CONTENTS))


def selection(choose: random.Random) -> dict[str, list[str]]:
    kind = choose.choice(("all", "all", "all", "include", "exclude"))
    return {} if kind == "all" else {kind: [choose.choice(("*.py", "pkg", "agents", "*.md", "tests/**", "openai.py"))]}


@pytest.mark.parametrize("seed", range(3))
def test_cached_scan_equals_a_fresh_one(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scancache, "RACY_NS", 0)  # so that young files are remembered at once, which the test waits for
    choose = random.Random(seed)
    root = tmp_path / "tree"
    root.mkdir()
    for _ in range(5):
        for _ in range(choose.randrange(1, 5)):
            edit(root, choose)
        time.sleep(0.02)  # longer than the clock of the file system ticks
        chosen = selection(choose)

        cached = scan(root, jobs=1, use_cache=True, **chosen)
        again = scan(root, jobs=1, use_cache=True, **chosen)
        fresh = scan(root, jobs=1, use_cache=False, **chosen)

        assert msgspec.json.encode(cached) == msgspec.json.encode(fresh)
        assert msgspec.json.encode(again) == msgspec.json.encode(fresh)
