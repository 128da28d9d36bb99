"""The necessary condition of every signature as one automaton per language family: most files end here, unparsed.

Each rule gives at least one expression that must occur in a file for the rule to speak, so a new rule is never
unreachable (`tests/source/test_prefilter.py` feeds every page's examples through). Scanning is linear in the bytes
whatever they are. Databases are kept in the user's cache under the catalogue's version and the engine's.
"""

from __future__ import annotations

import os
import platform
import re
from bisect import bisect_right
from contextlib import suppress
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import hyperscan

from pentascope.collectors.source.languages import EXTENSIONS, LIGHT, LIGHT_FAMILIES
from pentascope.engine import necessary
from pentascope.engine.necessary import necessary_literals
from pentascope.engine.patterns import longest_run, path_glob
from pentascope.engine.texts import model_expressions
from pentascope.engine.wire import NECESSARY
from pentascope.model.signature import Anchor, Rule, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONFIG = "config"
PATHS = "paths"
MODELS = "models"
TOOLS = r"\bparameters[\"']?\s{0,4}:\s{0,4}\{\s{0,40}[\"']?type[\"']?\s{0,4}:\s{0,4}[\"']object"
HOSTED_TOOLS = r"[\"'](bash|computer|text_editor|web_search|web_fetch|code_execution|memory)_20\d{6}[\"']"
MODEL_OPTION = r"--(base|lora|hf|pretrained)[_-](model|weights)"
STRUCTURE: dict[str, tuple[str, ...]] = {
    "python": (
        r"^[ \t]{0,40}import[ \t]+[\w.]+[ \t]*,", r"\bfrom_pretrained\b", r"\b(import|from)[ \t]+(torch|tensorflow|keras|jax|flax|paddle|mindspore|mlx|tinygrad|pytorch_lightning|lightning)\b",
        r"\bGradientTape\b", r"(prompt|instruction|system|PROMPT|INSTRUCTION|SYSTEM)\w{0,20}\s{0,2}=\s{0,2}[(frb\"']", r"halfvec|vector_cosine_ops|<=>",
        r"\b(input_schema|inputSchema|args_schema)\b", r"@\w{0,30}mcp\w{0,30}\.tool\b", TOOLS, HOSTED_TOOLS,
        r"^(init_from|dataset) ?= ?[\"']", r"huggingface\.co/datasets/", r"EXTENSION (IF NOT EXISTS )?.?vector\b",
    ),
    "javascript": (
        r"halfvec|vector_cosine_ops|<=>", r"@match[ \t]", r"\b(input_schema|inputSchema)\b", TOOLS, HOSTED_TOOLS,
        r"(PROMPT|Prompt|SYSTEM_MESSAGE)\w{0,20}(: ?string)? ?= ?[\"'`]",
    ),
    "ruby": (r"halfvec|<=> ",),
    "shell": (MODEL_OPTION, r"\b(torchrun|accelerate launch|deepspeed|python3?) [^\n]{0,200}(train|finetune|sft|dpo|lora)"),
    CONFIG: (r"halfvec|vector_cosine_ops", r"\bmcpServers\b", MODEL_OPTION, r"\"(Below is an instruction|Think step by step)", r"\b(torchrun|accelerate launch|deepspeed|python3?) [^\n]{0,200}(train|finetune|sft|dpo|lora)"),
}
"""What files must hold that no signature but the engine itself wants to see: training code, prompts, vector SQL."""
PROMPTS = r"[\"'`\n]\s{0,20}(You are|You're) ((a|an|the|my|not|in|at|now|working|given|acting|playing)\b|[A-Z][a-z]{2,20},)"
MIN_LITERAL = 3
WILD = re.compile(r"[*?]+")


class Prefilter:
    """Answers, for one file's bytes, whether any rule of its family could speak. Databases load on first use."""

    def __init__(self, signatures: Sequence[Signature], *, version: str, folder: Path | None = None) -> None:
        """`folder` keeps compiled databases between runs; None compiles anew."""
        self._signatures = signatures
        self._folder = folder
        self._key = _cache_key(version)
        self._databases: dict[str, hyperscan.Database] = {}

    def is_candidate(self, family: str, data: bytes) -> bool:
        """Whether at least one expression of the family occurs."""
        try:
            self.database(family).scan(data, match_event_handler=_stop)
        except hyperscan.ScanTerminated:
            return True
        return False

    def database(self, family: str) -> hyperscan.Database:
        """The automaton of one family."""
        known = self._databases.get(family)
        if known is None:
            known = self._databases[family] = self._load(family)
        return known

    def _load(self, family: str) -> hyperscan.Database:
        place = self._folder / f"{family}-{self._key}.hsdb" if self._folder is not None else None
        if place is not None:
            kept = _read_database(place)
            if kept is not None:
                return kept
        if family == PATHS:
            database = compile_database(sorted(_path_globs(self._signatures)), flags=0)
        elif family == MODELS:
            whole = [f"^(?:{_plain_prefix(one)})$" for one, _ in model_expressions(self._signatures)]
            database = compile_database(whole, flags=hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS)
        else:
            wanted = {found for found in expressions(self._signatures, family) if found not in {"", "(?i)"}}
            database = compile_database(sorted(wanted), flags=hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_MULTILINE)
        if place is not None:
            _keep_database(place, database)
        return database

    def matching(self, text: str) -> list[int]:
        """The numbers of the model expressions that match a whole text (`engine.texts.ModelExpressions`)."""
        found: list[int] = []
        self.database(MODELS).scan(text.encode("utf-8", "replace"), match_event_handler=lambda number, _f, _t, _fl, _c: found.append(number))
        return found

    def matching_paths(self, paths: Sequence[str]) -> list[int]:
        """The indices of the paths that a file rule may ask for: one scan over all of them joined by newlines."""
        if not paths:
            return []
        encoded = [path.encode("utf-8", "surrogateescape").replace(b"\n", b"\r") for path in paths]
        starts = list(accumulate((len(part) + 1 for part in encoded), initial=0))
        globs = _path_globs(self._signatures)
        literals = sorted(globs)
        hits: set[tuple[int, int]] = set()
        self.database(PATHS).scan(b"\n".join(encoded), match_event_handler=lambda number, _f, end, _fl, _c: hits.add((number, end)))
        found = {(number, bisect_right(starts, end - 1) - 1) for number, end in hits}
        return sorted({at for number, at in found if any(path_glob(glob).fullmatch(paths[at]) for glob in globs[literals[number]])})


def compile_database(patterns: Iterable[str], *, flags: int) -> hyperscan.Database:
    """A database in block mode of byte expressions."""
    encoded = [pattern.encode() for pattern in patterns] or [b"\\x00\\xff\\x00\\xfe\\x00"]
    database = hyperscan.Database()
    database.compile(expressions=encoded, ids=list(range(len(encoded))), elements=len(encoded), flags=[flags] * len(encoded))
    return database


def expressions(signatures: Sequence[Signature], family: str) -> Iterable[str]:
    """Every expression whose absence proves that no rule can speak in a file of that family."""
    yield from STRUCTURE.get(family, ())
    yield PROMPTS
    if family != CONFIG:
        yield NECESSARY
    for signature in signatures:
        if family == CONFIG:
            for names in signature.packages.values():
                yield from (_of_package(name) for name in names)
        else:
            for owner in LIGHT_FAMILIES if family == LIGHT.family else (family,):
                for root in signature.imports.get(owner, ()):
                    yield from _import_expressions(root, owner)
        for model in signature.models:
            yield from _of_model(model)
        yield from (key.removeprefix("(?i)") if key.startswith("(?i)") else key for key in signature.keys)
        for rule in signature.rules:
            yield from _of_rule(rule, family)


def _path_globs(signatures: Sequence[Signature]) -> dict[str, list[str]]:
    """The globs of file rules by the expression of their longest plain run."""
    found: dict[str, list[str]] = {}
    for signature in signatures:
        for rule in signature.rules:
            if rule.on is Anchor.FILE:
                for pattern in rule.match:
                    if broad_family(pattern) is not None:
                        continue
                    found.setdefault(re.escape(longest_run(pattern)), []).append(pattern)
    return found


def broad_family(pattern: str) -> str | None:
    """The family of which a glob names a whole kind of file (`**/*.py`), so that the content has to be asked first."""
    tail = pattern.removeprefix("**/")
    extension = tail[1:]
    if not tail.startswith("*.") or "*" in extension:
        return None
    language = EXTENSIONS.get(extension)
    return language.family if language is not None else CONFIG if extension in {".yml", ".yaml", ".json", ".xml", ".toml"} else None


def _of_package(name: str) -> str:
    """A package as a manifest names it; short ones only with the punctuation of a manifest around them."""
    literal = _literal(name)
    return literal if len(literal) >= SHORT else rf"(?:^|[\"'\s/:]){literal}[\"'\s=:@<>~!;,\[\]]"


def _of_rule(rule: Rule, family: str) -> Iterable[str]:
    if rule.on in {Anchor.CALL, Anchor.IMPORT, Anchor.CLASS, Anchor.DEPENDENCY}:
        return
    if rule.on is Anchor.FILE:
        if rule.contains is not None and any(broad_family(pattern) == family for pattern in rule.match):
            yield from ("(?i)" + re.escape(text) for text in necessary_literals(rule.contains) or ())
        return
    if rule.on is Anchor.DEFINITION and (family == CONFIG or (rule.languages and family not in rule.languages)):
        return
    if rule.on in {Anchor.IMAGE, Anchor.ACTION, Anchor.NODE} and family != CONFIG:
        return
    if rule.on is Anchor.COMMAND and family not in {CONFIG, "shell", "python"}:
        return
    if rule.on in {Anchor.CONFIG, Anchor.RESOURCE} and family != CONFIG:
        return
    for pattern in rule.match:
        if rule.on is Anchor.ENDPOINT:
            yield "(?i)" + _literal(re.sub(r"^(?:https?|wss?)://", "", pattern).partition("/")[0], pattern)
        elif rule.on is Anchor.CONFIG:
            yield _of_config(pattern, rule)
        elif rule.on is Anchor.COMMAND:
            yield _of_command(pattern)
        elif rule.on is Anchor.NODE:
            yield _of_package(pattern)
        else:
            yield _literal(pattern)


def _of_command(pattern: str) -> str:
    """The longest run of a command without wildcards; its words may stand apart as in `["vllm", "serve"]`."""
    run = max(WILD.split(pattern), key=len).strip()
    return r"[\s\"',\[\]]{1,8}".join(re.escape(word) for word in run.split())


def _of_config(pattern: str, rule: Rule) -> str:
    """A key path never stands whole in a file, but its keys and the values it is narrowed to do: the most telling of them."""
    keys = [piece for part in pattern.split(".") for piece in WILD.split(part)]
    key = max(keys, key=lambda one: (one.lower() not in ORDINARY_KEYS and len(one) >= MIN_LITERAL, len(one)))
    values = {_longest(value) for value in rule.values}
    shortest = min(map(len, values), default=0)
    if shortest > max(len(key), MIN_LITERAL) or (shortest > MIN_LITERAL and key.lower() in ORDINARY_KEYS):
        return "(?i)(?:" + "|".join(re.escape(value) for value in sorted(values)) + ")"
    bounded = re.escape(key)
    return rf"(?i)\b{bounded}\b" if len(key) < SHORT and key.isalnum() else "(?i)" + bounded


ORDINARY_KEYS = frozenset(
    """base-url config enabled endpoint engine host image index kind matches model name output permissions plugins
    properties provider repository settings task type url version windows worker workflow""".split()
)
"""Keys of so many files that the value they are narrowed to tells more."""
SHORT = 8


def _longest(pattern: str) -> str:
    return max(WILD.split(pattern), key=len)


def _literal(pattern: str, whole: str = "") -> str:
    """The longest run of a glob that has no wildcard and no space, escaped."""
    runs = [run for piece in WILD.split(pattern) for run in piece.split(" ") if run]
    best = max(runs, key=len, default="")
    if len(best) < MIN_LITERAL:
        runs = [run for piece in WILD.split(whole) for run in piece.split(" ") if run]
        best = max(runs, key=len, default=best)
    return re.escape(best)


def _plain_prefix(model: str) -> str:
    """A model expression with its list of gateway prefixes (`(?:openrouter|…)/`) as any prefix: a far smaller automaton."""
    return _PREFIXES.sub("(?:[a-z0-9_@.-]+/){0,3}", model.removeprefix("(?i)"))


_PREFIXES = re.compile(r"\(\?:\(\?:[a-z0-9_.\\|-]{80,}\)/\)\{0,\d\}")


def _of_model(model: str) -> Iterable[str]:
    """What must occur wherever a model id stands: literals where they can be derived, the expression itself else."""
    literals = necessary_literals(model)
    if literals is None:
        yield "(?i)" + model.removeprefix("(?i)")
        return
    for literal in literals:
        yield "(?i)" + re.escape(literal)


def _import_expressions(entry: str, family: str) -> list[str]:
    """How an import of that root is written in a family; plain strings where possible, which compile and scan fastest."""
    root, _, symbol = entry.partition(":") if not entry.startswith(("package:", "npm:")) else (entry, "", "")
    escaped = re.escape(root)
    if family == "python":
        best = max(WILD.split(symbol), key=len) if symbol else ""
        if len(best) >= SHORT and not best.islower():
            return [re.escape(best)]
        head, dot, _ = root.rpartition(".")
        spelled = [f"import {escaped}", f"from {escaped}"]
        return [*spelled, f"from {re.escape(head)} import"] if dot else spelled
    if family == "javascript":
        return [quote + escaped + end for quote in "\"'`" for end in (quote, "/")]
    if family == "php":
        return [re.escape(root.replace("\\", ".")).replace(r"\.", r"[.\\]")]
    if family == "cpp":
        return [escaped]
    if family == "ruby" and root[:1].islower():
        return ['"' + escaped, "'" + escaped]
    return [escaped]


def _stop(_id: int, _start: int, _end: int, _flags: int, _context: object) -> bool:
    return True


def _cache_key(catalogue: str) -> str:
    """What a kept database depends on: the catalogue, the engine, the machine, and the code that derives expressions."""
    code = b"".join(Path(module).read_bytes() for module in (__file__, necessary.__file__))
    engine: str = hyperscan.__version__  # type: ignore[attr-defined]
    words = "\0".join((catalogue, engine, platform.machine(), platform.system()))
    return blake2b(words.encode() + code, digest_size=8).hexdigest()


def _read_database(place: Path) -> hyperscan.Database | None:
    try:
        data = place.read_bytes()
    except OSError:
        return None
    digest, payload = data[:16], data[16:]
    if blake2b(payload, digest_size=16).digest() != digest:
        return None
    try:
        database = hyperscan.loadb(payload, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.HyperscanError:
        return None
    return database


def _keep_database(place: Path, database: hyperscan.Database) -> None:
    """Best effort: a cache that cannot be written costs time, not truth."""
    payload = bytes(hyperscan.dumpb(database))
    draft = place.with_suffix(f".{os.getpid()}.draft")
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.write_bytes(blake2b(payload, digest_size=16).digest() + payload)
        draft.replace(place)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
