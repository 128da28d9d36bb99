"""The four commands that write people's word, as a user has them."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pentascope.app.declarations import read_declarations
from pentascope.cli.main import main

FILE = Path("pentascope.toml")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_attest_writes_hash_and_expiry_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("policy.pdf").write_bytes(b"policy")
    today = datetime.now(UTC).date()

    code = main(["attest", "gov-03", "--owner", "jo", "--document", "policy.pdf", "--days", "30", "--system", "bot"])

    (entry,) = tomllib.loads(FILE.read_text(encoding="utf-8"))["attestations"]
    assert code == 0
    assert entry == {
        "requirement": "GOV-03", "system": "bot", "answer": "yes", "owner": "jo", "date": entry["date"], "expires": entry["date"] + timedelta(days=30),
        "document": "policy.pdf", "sha256": hashlib.sha256(b"policy").hexdigest(),
    }  # fmt: skip
    assert entry["date"] - today <= timedelta(days=1)
    assert capsys.readouterr().out == f"pentascope.toml: jo attests `yes` for GOV-03 of bot until {entry['expires']}.\n"


def test_all_commands_write_one_file_and_keep_its_comments(tmp_path: Path) -> None:
    FILE.write_text("# ours\n", encoding="utf-8")
    FILE.chmod(0o640)
    expires = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()

    codes = [
        main(["declare", "bot", "--planned", "--scope", "3", "--condition", "rag", "--not-condition", "uploads", "--root", "services/bot", "--owner", "jo"]),
        main(["attest", "CTL-07", "--owner", "jo", "--answer", "not-applicable", "--note", "none"]),
        main(["except", "CTL-07", "--reason", "pilot", "--owner", "jo", "--expires", expires, "--compensating", "a person reads", "--system", "bot"]),
        main(["confirm", "bot", "3", "--by", "jo", "--disagree", "--note", "no"]),
        main(["declare", "bot", "--scope", "4", "--condition", "uploads"]),
    ]

    declared, _ = read_declarations(FILE)
    assert codes == [0] * 5
    assert FILE.read_text(encoding="utf-8").startswith("# ours\n")
    assert FILE.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["pentascope.toml"]
    assert [len(declared.attestations), len(declared.exceptions), len(declared.confirmations)] == [1, 1, 1]
    (bot,) = declared.systems
    assert (bot.status, bot.scopes, bot.conditions, bot.not_conditions, bot.owner) == ("current", (3, 4), ("rag", "uploads"), (), "jo")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["attest", "CTL-7", "--owner", "jo"], "`CTL-07`"),
        (["attest", "CTL-07", "--owner", " "], "--owner is empty"),
        (["attest", "CTL-07", "--owner", "jo", "--answer", "not-applicable"], "--note"),
        (["attest", "CTL-07", "--owner", "jo", "--document", "none.pdf"], "missing"),
        (["attest", "CTL-07", "--owner", "jo", "--document", "../a.pdf"], "outside"),
        (["attest", "CTL-07", "--owner", "jo", "--expires", "2020-01-01"], "has passed"),
        (["except", "CTL-07", "--owner", "jo", "--reason", "", "--expires", "2999-01-01"], "--reason is empty"),
        (["declare", "bot", "--condition", "rgg"], "`rag`"),
        (["declare", " "], "empty"),
        (["confirm", "bot", "3", "--by", ""], "--by is empty"),
        (["attest", "CTL-07", "--owner", "jo", "--file", "none/pentascope.toml"], "Cannot write"),
    ],
)
def test_wrong_words_write_nothing(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert told in capsys.readouterr().err
    assert not FILE.exists()


@pytest.mark.parametrize("text", ["[[systems]\n", '[[systems]]\nname = "a"\ncolour = 1\n'])
def test_malformed_file_stays_untouched(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    FILE.write_text(text, encoding="utf-8")

    assert main(["declare", "b"]) == 2
    assert "pentascope.toml:" in capsys.readouterr().err
    assert FILE.read_text(encoding="utf-8") == text


def test_file_behind_a_link_is_written_and_the_link_stays() -> None:
    Path("real.toml").write_text("# ours\n", encoding="utf-8")
    FILE.symlink_to("real.toml")

    assert main(["declare", "b"]) == 0
    assert FILE.is_symlink()
    assert "[[systems]]" in Path("real.toml").read_text(encoding="utf-8")
