"""How languages without a grammar here write comments, strings, names and imports: one row each."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

QUOTED = r'"(?>(?:[^"\\]|\\.)*)\\?(?:"|\Z)'
APOSTROPHED = r"'(?>(?:[^'\\]|\\.)*)\\?(?:'|\Z)"
ONE_LINE = r'"(?>(?:[^"\\\n]|\\.)*)\\?(?:"|(?=\n)|\Z)'
TRIPLE = r'"""(?>(?:[^"]|"(?!""))*)(?:"""|\Z)'
TRIPLE_APOSTROPHES = r"'''(?>(?:[^']|'(?!''))*)(?:'''|\Z)"
CHARACTER = r"'(?:[^'\\\n]|\\[^'\n]{1,8}|\\')'"
DOTTED = r"[A-Za-z_]\w*[!?]?(?>(?:\.[A-Za-z_]\w*[!?]?)*)"
SLASHES = r"//[^\n]*|/\*(?>(?:[^*]|\*(?!/))*)(?:\*/|\Z)"
HASH = r"#[^\n]*"


class Lexicon(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One language: `family` owns its imports; the expressions are of single tokens and linear in the text.

    `imports` have a group `path` and perhaps `name` (a local name) and `names` (several, in braces). `assigns` are the
    signs after which a name is the key of what follows; `openers` the brackets that make a call of the name before.
    """

    family: str
    comment: str
    string: str
    name: str = DOTTED
    imports: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ("=",)
    openers: str = "("
    keyword: str | None = None  # a token that is the key of what follows it: `:model "x"`, `-Model "x"`
    command: str | None = None  # a name that is called without brackets, with arguments to the end of the line
    documentation: str | None = None  # what stands directly before a string that only documents
    is_lisp: bool = False
    opens_names: bool = False  # whether an import opens the names of a library without a qualifier
    qualified: str | None = None  # callees that name their library in full, without an import

    @cached_property
    def tokens(self) -> re.Pattern[str]:
        """One expression for the next token, whichever it is."""
        assigns = "|".join(re.escape(sign) for sign in sorted(self.assigns, key=len, reverse=True)) or "(?!)"
        parts = [f"(?P<string>{self.string})", f"(?P<comment>{self.comment})"]
        if self.keyword is not None:
            parts.append(f"(?P<keyword>{self.keyword})")
        parts += [f"(?P<name>{self.name})", f"(?P<assign>{assigns})", r"(?P<open>[(\[{])", r"(?P<close>[)\]}])", r"(?P<end>[,;|\n])"]
        return re.compile("|".join(parts), re.DOTALL | re.MULTILINE)

    @cached_property
    def import_lines(self) -> tuple[re.Pattern[str], ...]:
        """The expressions of imports, compiled."""
        return tuple(re.compile(expression, re.MULTILINE) for expression in self.imports)

    @cached_property
    def bare(self) -> re.Pattern[str] | None:
        """The expression of names that are called without brackets."""
        return re.compile(self.command) if self.command is not None else None

    @cached_property
    def documents(self) -> re.Pattern[str] | None:
        """The expression of what stands before a string that documents."""
        return re.compile(self.documentation) if self.documentation is not None else None

    @cached_property
    def owned(self) -> re.Pattern[str] | None:
        """The expression of callees that name their library in full."""
        return re.compile(self.qualified) if self.qualified is not None else None


R = Lexicon(
    family="r",
    comment=HASH,
    string=rf"[rR][\"']-{{0,3}}\((?>(?:[^)]|\)(?!-{{0,3}}[\"']))*)(?:\)-{{0,3}}[\"']|\Z)|{QUOTED}|{APOSTROPHED}",
    name=r"[A-Za-z.][\w.]*(?>(?:(?:::|\$)[A-Za-z.][\w.]*)*)",
    imports=(
        r"""\b(?:library|require|requireNamespace|loadNamespace|use_package)\(\s{0,9}["']?(?P<path>[A-Za-z][\w.]*)""",
        r"(?<![\w.])(?P<path>[A-Za-z][\w.]*+)::[A-Za-z.]",
        r"(?:^|[\s(,])box::use\(\s{0,9}(?P<path>[A-Za-z][\w.]*)",
    ),
    assigns=("=", "<-", "<<-"),
    opens_names=True,
    qualified=r"[A-Za-z][\w.]*::",
)
ELIXIR = Lexicon(
    family="elixir",
    comment=HASH,
    string=rf"{TRIPLE}|~[a-zA-Z]\([^)]*+(?:\)|\Z)|~[a-zA-Z]\|[^|]*+(?:\||\Z)|{QUOTED}|{APOSTROPHED}",
    name=r":{0,1}[A-Za-z_]\w*[!?]?(?>(?:\.[A-Za-z_]\w*[!?]?)*)",
    imports=(
        r"^[ \t]*alias[ \t]+(?P<path>[A-Z]\w*(?:\.\w+)*)\.\{(?P<names>[^}]{0,600})\}",
        r"^[ \t]*alias[ \t]+(?P<path>[A-Z]\w*(?:\.[A-Z]\w*)*)(?:,[ \t]*as:[ \t]*(?P<name>\w+)|[ \t]*$)",
        r"^[ \t]*(?:import|use|require)[ \t]+(?P<path>[A-Z]\w*(?:\.[A-Z]\w*)*)",
        r"(?<![\w.])(?P<path>[A-Z]\w*+(?>(?:\.[A-Z]\w*+)+))\.[a-z]",
    ),
    assigns=("=", "=>", ":"),
    openers="({",
    documentation=r"@(?:moduledoc|doc|typedoc|shortdoc)\s{0,3}(?:~[sS])?$",
    qualified=r"[A-Z]\w*\.",
)
ERLANG = Lexicon(
    family="erlang",
    comment=r"%[^\n]*",
    string=rf"{TRIPLE}|{QUOTED}",
    name=r"[A-Za-z_]\w*(?::[A-Za-z_]\w*)?",
    imports=(r"\b(?P<path>[a-z]\w*):[a-z]\w*\(",),
    assigns=("=", "=>", ":="),
    qualified=r"[a-z]\w*:",
)
LUA = Lexicon(
    family="lua",
    comment=r"--\[\[(?>(?:[^\]]|\](?!\]))*)(?:\]\]|\Z)|--[^\n]*",
    string=rf"\[\[(?>(?:[^\]]|\](?!\]))*)(?:\]\]|\Z)|{QUOTED}|{APOSTROPHED}",
    name=r"[A-Za-z_]\w*(?>(?:[.:][A-Za-z_]\w*)*)",
    imports=(
        r"""(?:^|[\s;])local\s{1,4}(?P<name>\w+)\s{0,4}=\s{0,4}require\s{0,2}\(?\s{0,2}["'](?P<path>[\w./-]+)["']""",
        r"""\brequire\s{0,2}[(,]?\s{0,2}["'](?P<path>[\w./-]+)["']""",
        r"""\bpcall\(\s{0,2}require\s{0,2},\s{0,2}["'](?P<path>[\w./-]+)["']""",
    ),
    openers="({",
    opens_names=True,
)
JULIA = Lexicon(
    family="julia",
    comment=r"#=(?>(?:[^=]|=(?!#))*)(?:=#|\Z)|#[^\n]*",
    string=rf"{TRIPLE}|{QUOTED}|{CHARACTER}",
    imports=(
        r"^[ \t]*(?:using|import)[ \t]+(?P<path>[A-Za-z_][\w.]*)",
        r"^[ \t]*(?:using|import)[ \t]+[\w., \t]{0,200}?,[ \t]*(?P<path>[A-Za-z_][\w.]*)[ \t]*(?:,|$)",
        r"^[ \t]*const[ \t]+(?P<name>\w+)[ \t]*=[ \t]*(?P<path>[A-Z]\w*)[ \t]*$",
    ),
    assigns=("=", "=>"),
    documentation=r"(?:^|\n)(?:@doc[ \t]*)?$",
    opens_names=True,
)
PERL = Lexicon(
    family="perl",
    comment=r"^=[a-z]\w*(?>(?:[^\n]|\n(?!=cut))*)(?:\n=cut[^\n]*|\Z)|(?<![$@%])#[^\n]*",
    string=rf"\bqq?\{{[^}}]*+(?:\}}|\Z)|\bqq?\([^)]*+(?:\)|\Z)|{QUOTED}|{APOSTROPHED}",
    name=r"[$@%]?[A-Za-z_]\w*(?>(?:(?:::|->)\$?[A-Za-z_]\w*)*)",
    imports=(r"^[ \t]*(?:use|require)[ \t]+(?P<path>[A-Z]\w*(?:::\w+)*)",),
    assigns=("=", "=>"),
    opens_names=True,
    qualified=r"[A-Z]\w*(?:::|->)",
)
POWERSHELL = Lexicon(
    family="powershell",
    comment=r"<#(?>(?:[^#]|#(?!>))*)(?:#>|\Z)|#[^\n]*",
    string=r"""@"[^\n]*\n(?>(?:[^\n]|\n(?!"@))*)(?:\n"@|\Z)|@'[^\n]*\n(?>(?:[^\n]|\n(?!'@))*)(?:\n'@|\Z)"""
    r"""|"(?>(?:[^"`]|`.|"")*)(?:"|\Z)|'[^']*+(?:'|\Z)""",
    name=r"[$]?[A-Za-z_][\w:-]*(?>(?:\.\w+)*)",
    imports=(
        r"(?i)\bImport-Module[ \t]+(?:-Name[ \t]+)?[\"']?(?P<path>[\w.-]+)",
        r"(?i)\bInstall-Module[ \t]+(?:-Name[ \t]+)?[\"']?(?P<path>[\w.-]+)",
        r"(?i)#Requires[ \t]+-Modules?[ \t]+(?P<path>[\w.-]+)",
    ),
    keyword=r"(?<=\s)-[A-Za-z]\w*",
    command=r"[A-Z][a-z]+-[A-Z]\w+",
    opens_names=True,
)
HASKELL = Lexicon(
    family="haskell",
    comment=r"\{-(?>(?:[^-]|-(?!\}))*)(?:-\}|\Z)|--[^\n]*",
    string=rf"{ONE_LINE}|{CHARACTER}",
    name=r"[A-Za-z_][\w']*(?>(?:\.[A-Za-z_][\w']*)*)",
    imports=(
        (
            r"^import[ \t]+(?:qualified[ \t]+)?(?:\"[\w-]+\"[ \t]+)?(?P<path>[A-Z][\w.]*)(?:[ \t]+qualified)?"
            r"(?:[ \t]+as[ \t]+(?P<name>\w+))?"
        ),
    ),
    command=r"[a-z][\w']*",
    opens_names=True,
)
OCAML = Lexicon(
    family="ocaml",
    comment=r"\(\*(?>(?:[^*]|\*(?!\)))*)(?:\*\)|\Z)",
    string=rf"\{{\|(?>(?:[^|]|\|(?!\}}))*)(?:\|\}}|\Z)|{QUOTED}|{CHARACTER}",
    name=r"[A-Za-z_][\w']*(?>(?:\.[A-Za-z_][\w']*)*)",
    imports=(r"^[ \t]*open!?[ \t]+(?P<path>[A-Z][\w.]*)", r"\b(?P<path>[A-Z]\w*)\.[a-z]"),
    keyword=r"~[a-z]\w*:",
    qualified=r"[A-Z]\w*\.",
)
CLOJURE = Lexicon(
    family="clojure",
    comment=r";[^\n]*|#_[^\s()\[\]{}]*|\(comment\b[^\n]*",
    string=QUOTED,
    name=r"[A-Za-z_*!?<>+.][\w*!?<>.+-]*(?:/[\w*!?<>+.-]+)?",
    imports=(
        r"\[(?P<path>[a-z][\w.-]*\.[\w.-]+)(?:\s{1,9}:as\s{1,4}(?P<name>[\w.-]+))?",
        r"\((?:require|use)\s{1,4}'\[?(?P<path>[a-z][\w.-]*)(?:\s{1,9}:as\s{1,4}(?P<name>[\w.-]+))?",
    ),
    assigns=(),
    keyword=r":[A-Za-z][\w/.?!-]*",
    is_lisp=True,
    opens_names=True,
)
EMACS_LISP = Lexicon(
    family="emacs-lisp",
    comment=r";[^\n]*",
    string=rf"{QUOTED}|\?\\?[\"';()\[\]]",
    name=r"[A-Za-z_*!<>+=%&$/-][\w*!?<>+=%&$/-]*",
    imports=(r"\(require\s{1,4}'(?P<path>[a-z][\w.+-]*)",),
    assigns=(),
    keyword=r":[A-Za-z][\w-]*",
    is_lisp=True,
    opens_names=True,
)
GROOVY = Lexicon(
    family="java",
    comment=SLASHES,
    string=rf"{TRIPLE}|{TRIPLE_APOSTROPHES}|{QUOTED}|{APOSTROPHED}",
    imports=(r"^[ \t]*import[ \t]+(?:static[ \t]+)?(?P<path>[\w.]+)",),
    assigns=("=", ":"),
)
FSHARP = Lexicon(
    family="csharp",
    comment=r"\(\*(?!\))(?>(?:[^*]|\*(?!\)))*)(?:\*\)|\Z)|//[^\n]*",
    string=rf'{TRIPLE}|@"(?>(?:[^"]|"")*)(?:"|\Z)|{QUOTED}|{CHARACTER}',
    imports=(r"^[ \t]*open[ \t]+(?P<path>[A-Z][\w.]*)",),
    opens_names=True,
)
VISUAL_BASIC = Lexicon(
    family="csharp",
    comment=r"'[^\n]*|\b[Rr][Ee][Mm]\b[^\n]*",
    string=r'"(?>(?:[^"\n]|"")*)(?:"|(?=\n)|\Z)',
    imports=(r"(?i)^[ \t]*Imports[ \t]+(?:\w+[ \t]*=[ \t]*)?(?P<path>[A-Z][\w.]*)",),
    assigns=("=", ":="),
    opens_names=True,
)
ZIG = Lexicon(
    family="zig",
    comment=r"//[^\n]*",
    string=rf"{ONE_LINE}|\\\\[^\n]*|{CHARACTER}",
    name=r"@?[A-Za-z_]\w*(?>(?:\.[A-Za-z_]\w*)*)",
    imports=(
        r"""\bconst[ \t]+(?P<name>\w+)[ \t]*=[ \t]*@import\("(?P<path>[^"\n]{1,200})"\)""",
        r"""@cInclude\("(?P<path>[^"\n]{1,200})"\)""",
    ),
    opens_names=True,
)
NIM = Lexicon(
    family="nim",
    comment=r"#\[(?>(?:[^\]]|\](?!#))*)(?:\]#|\Z)|#[^\n]*",
    string=rf"{TRIPLE}|{ONE_LINE}|{CHARACTER}",
    imports=(
        r"^[ \t]*(?:import|from)[ \t]+(?:pkg/)?(?P<path>[\w/]+)",
        r"^[ \t]*import[ \t]+[\w/, \t]{1,200},[ \t]*(?P<path>[\w/]+)[ \t]*$",
    ),
    assigns=("=", ":"),
    opens_names=True,
)

LEXICONS: dict[str, Lexicon] = {
    **dict.fromkeys((".r", ".rmd", ".qmd", ".rprofile"), R),
    **dict.fromkeys((".ex", ".exs", ".heex", ".livemd"), ELIXIR),
    **dict.fromkeys((".erl", ".hrl"), ERLANG),
    ".lua": LUA,
    ".jl": JULIA,
    **dict.fromkeys((".pl", ".pm", ".t"), PERL),
    **dict.fromkeys((".ps1", ".psm1"), POWERSHELL),
    ".hs": HASKELL,
    **dict.fromkeys((".ml", ".mli"), OCAML),
    **dict.fromkeys((".clj", ".cljs", ".cljc", ".bb"), CLOJURE),
    ".el": EMACS_LISP,
    ".groovy": GROOVY,
    **dict.fromkeys((".fs", ".fsx"), FSHARP),
    ".vb": VISUAL_BASIC,
    ".zig": ZIG,
    **dict.fromkeys((".nim", ".nims"), NIM),
}
"""Lexicons by the ending of a file's name, in lower case."""

FENCES: dict[str, re.Pattern[str]] = {
    ".rmd": re.compile(r"^[ \t]{0,3}```+\s*\{(?:r|R)\b[^\n}]*\}[ \t]*$"),
    ".qmd": re.compile(r"^[ \t]{0,3}```+\s*\{(?:r|R)\b[^\n}]*\}[ \t]*$"),
    ".livemd": re.compile(r"^[ \t]{0,3}```+\s*elixir[ \t]*$"),
}
"""How a chunk of code begins in files that are mostly prose."""
