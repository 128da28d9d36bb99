"""Browser extensions, userscripts and MCP client configuration."""

from __future__ import annotations

import re

from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.pairing import add_env
from pentascope.model.unit import Named, Pair, Unit

_HEADER = re.compile(r"[ \t]*+//[ \t]*+@([\w:-]++)(?:[ \t]++([^\n]*+))?")
_SERVER = re.compile(
    r"((?:.*\.)?(?:mcpServers|servers|mcp_servers|context_servers)\.(.+?))"
    r"\.(command|url|serverUrl|httpUrl|args\.\d+|env\.(\w+)|command\.\w+)"
)
MAX_HEADER_LINES = 400


def is_extension(pairs: list[Pair]) -> bool:
    """Whether a `manifest.json` is that of a browser extension."""
    return any(pair.path == "manifest_version" for pair in pairs)


def userscript(source: bytes) -> list[Pair]:
    """The header of a userscript as pairs (`match`, `include`, `grant` ...), empty when there is none."""
    pairs: list[Pair] = []
    is_open = False
    for number, row in enumerate(decode(source[:100_000]).split("\n", MAX_HEADER_LINES)[:MAX_HEADER_LINES], start=1):
        if "==UserScript==" in row:
            is_open = True
        elif "==/UserScript==" in row:
            break
        elif is_open:
            match = _HEADER.match(row)
            if match is not None:
                pairs.append(Pair(path=match[1], value=(match[2] or "").strip(), line=number, column=match.start(1) + 1))
    return pairs


def read_servers(pairs: list[Pair], unit: Unit) -> bool:
    """Adds the commands and variables of the MCP servers that a client configuration names; says whether it names any."""
    words: dict[str, list[Pair]] = {}
    is_found = False
    for pair in pairs:
        match = _SERVER.fullmatch(pair.path)
        if match is None:
            continue
        is_found = True
        if match[4] is not None:
            add_env(unit, match[4], pair.value, pair)
        elif match[3] == "command" or match[3].startswith("args."):
            words.setdefault(match[1], []).append(pair)
    for server in words.values():
        server.sort(key=lambda pair: not pair.path.endswith(".command"))
        text = " ".join(pair.value for pair in server)
        unit.commands.append(Named(value=text[:4_000], line=server[0].line, column=server[0].column))
    return is_found
