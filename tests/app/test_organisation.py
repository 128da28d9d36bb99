"""The example organisation, walked through: what its page shows is what the commands print."""

from __future__ import annotations

from tests.app.organisation import PAGE, commands, written_anew


def test_page_shows_what_its_commands_print() -> None:
    text, codes = written_anew()

    assert {command.split()[1] for command in commands()} == {"scan", "assess", "attest", "explain"}
    assert codes == [0] * len(commands())
    assert text == PAGE.read_text(encoding="utf-8"), "python -m tests.app.organisation writes it anew; review the difference"
