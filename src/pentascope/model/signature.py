"""A signature: what one product, library or practice looks like in a source tree. One catalogue page each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pentascope.model.evidence import Confidence, FactKind


class Anchor(StrEnum):
    """The kind of place in a tree that a rule looks at."""

    CALL = "call"  # a call or construction; match = dotted tail of the resolved callee under an import of this page
    IMPORT = "import"  # an import of this page's modules that is really used in the file
    CLASS = "class"  # a class whose base resolves to this tail
    ENDPOINT = "endpoint"  # a URL or host in code that runs or configuration; match = "host" or "host/path-prefix"
    ENV = "env"  # an environment variable read or set; match = exact name or glob
    IMAGE = "image"  # a container image; match = glob on repository without tag
    RESOURCE = "resource"  # IaC resource type (Terraform, CloudFormation, ARM/Bicep, CRD); match = glob
    CONFIG = "config"  # key path in YAML/JSON/TOML/INI/properties/.env; match = glob on dotted path
    FILE = "file"  # a path in the tree; match = glob on the relative path (`**/` allowed)
    COMMAND = "command"  # a shell command; match = glob on the words joined by one space
    ACTION = "action"  # `uses:` of a workflow; match = glob without @ref
    NODE = "node"  # node type of a low-code flow; match = glob
    DEPENDENCY = "dependency"  # emitted by itself for `packages`; a rule may add a fact to it
    DEFINITION = "definition"  # a function or class defined in the tree with this name (glob)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one place must look like, and the fact that it proves.

    `match` alternatives are globs (`*` within the string). For `call` they are dotted tails: `chat.completions.create`
    matches `openai.OpenAI.chat.completions.create`; `*ForCausalLM.from_pretrained` is allowed.
    `arguments` narrows a call: key = keyword or position ("0"), value = globs on the resolved string.
    `values` narrows a config pair or an environment variable's value; `contains` narrows a file (regular expression).
    """

    on: Anchor
    match: tuple[str, ...]
    fact: FactKind
    subject: str | None = None  # default: the page's provider, else its id
    languages: tuple[str, ...] = ()  # families; empty = all
    arguments: dict[str, tuple[str, ...]] = {}
    without: tuple[str, ...] = ()  # of a call: keywords (or positions) none of which it is given
    values: tuple[str, ...] = ()
    contains: str | None = None
    confidence: Confidence = Confidence.HIGH
    attributes: dict[str, str] = {}


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One page of `catalogue/data/signatures/`.

    `imports` maps a language family to module roots; `root:Symbol` narrows to one symbol (glob) anywhere under the
    root. `packages` maps an ecosystem (pypi, npm, maven, go, nuget, cargo, gem, composer, pub, swift, conan, hex) to names
    (Maven `group:artifact`, globs allowed). `models` and `keys` are regular expressions without look-around; `models`
    must match a whole model id, `keys` a credential anywhere in a string.
    """

    id: str
    name: str
    # model-api | gateway | serving | framework | agent-framework | retrieval | guardrail | tuning | training | evaluation
    # | observability | assistant | consumer-app | enterprise-app | mcp | low-code | library | practice
    category: str
    provider: str | None = None  # who hosts the model when this is used (summary vocabulary)
    vendor: str | None = None  # who makes the models that `models` names
    aliases: tuple[str, ...] = ()
    homepage: str | None = None
    imports: dict[str, tuple[str, ...]] = {}
    packages: dict[str, tuple[str, ...]] = {}
    models: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    constants: dict[str, str] = {}  # constants of an SDK or construct library whose spelling does not tell the model id
    rules: tuple[Rule, ...] = ()


FAMILIES = (
    "python", "javascript", "java", "go", "csharp", "rust", "ruby", "php", "swift", "dart", "cpp", "shell",
    "r", "elixir", "erlang", "lua", "julia", "perl", "powershell", "haskell", "ocaml", "clojure", "zig", "nim",
)
"""Language families of `imports` and `languages`. `java` covers Java, Kotlin, Scala and Groovy; `javascript` also TypeScript,
JSX, TSX, Vue and Svelte; `csharp` also F# and Visual Basic; `cpp` also C and
Objective-C; notebooks count as the language of their cells."""
