"""Whether a string that is spelled like a model id can be one, by its form and by the name it stands under. Pure."""

from __future__ import annotations

import re

_FILE = re.compile(
    r"\.(?:json[lc5]?|ya?ml|toml|xml|py|ipynb|mdx?|qmd|rst|txt|[ct]sv|parquet|html?|s?css|[cm]?[jt]sx?|png|jpe?g|gif|svg|webp|ico"
    r"|mp[34]|wav|log|sh|bat|ps1|zip|gz|tgz|pkl|lock|java|kt|go|rs|rb|cs|php|swift|dart|c|cc|cpp|h|hpp|sql|so|dll|exe|dylib|wasm)$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:~|\.{1,2})?/|(?:checkpoints?|out|outputs?|results?|runs|data|datasets?|docs?|logs?|exps?|experiments|tmp|images?|assets|static"
    r"|scripts|configs?|dist|build|content|home|mnt|workspace|recipes|examples?|notebooks)/",
    re.IGNORECASE,
)
_REVISION = re.compile(r"@(?:v\d[\w.]*|[0-9a-f]{40})$")
_DATA = re.compile(
    r"(?:[-_/.](?:data|datasets?|dpo[-_]pairs|feedback|conversations?|binarized|smol-?talk[23]?|ultrachat|sharegpt|cleaned|corpus|collections?"
    r"|prompts|preferences?|alpaca)|_\d+k|[-_]\d+k[-_](?:sft|test|train))$",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"ollama/(?:ollama|models|bin|lib|quantize)(?::.*)?$")
_OTHER_KEY = re.compile(
    r"data_?sets?|corpus|template|output|wandb|run_?name|experiment|name_?space|web_?hook|^(?:path|uses|image|uid|guid|u?uid|icon|logo|file_?name|"
    r"slug|href|anchor|branch|tag|label|labels|title|alt|class|class_?name|description|text|instruction|dir|folder|(?:data|train|eval|test)_?(?:path|file|files|dir))$",
    re.IGNORECASE,
)
_LOADER = re.compile(r"load_dataset|concatenate_datasets|startswith$|endswith$|startsWith$|endsWith$|^re\.(?:search|match|compile|sub)$|RegExp$")
_MODEL_KEY = re.compile(r"model|llm|engine|deployment|provider|default", re.IGNORECASE)


def can_be_model(text: str) -> bool:
    """Whether the form of a string allows a model id: no path, file name, action reference, container or data set."""
    if _FILE.search(text) or _REVISION.search(text) or _IMAGE.match(text):
        return False
    return not (_PLACE.match(text) or _DATA.search(text))


def names_model(key: str | None, callee: str | None = None, *, is_routed: bool = False) -> bool:
    """Whether a string under this key (dotted path or name) or in this call may name a model.

    `is_routed`: the id is known by its gateway prefix alone (`azure/…`), so the key must speak of a model.
    """
    if callee is not None and _LOADER.search(callee):
        return False
    if key is None:
        return not is_routed
    parts = [part for part in key.split(".") if not part.isdigit()]
    last = parts[-1] if parts else key
    if _OTHER_KEY.search(last) or any("dataset" in part.lower() for part in parts[:-1]):
        return False
    return not is_routed or _MODEL_KEY.search(last) is not None


_LOADER_FORMATS = frozenset({"json", "jsonl", "csv", "text", "parquet", "arrow", "pandas", "imagefolder", "audiofolder", "videofolder", "webdataset"})


def names_dataset(text: str) -> bool:
    """Whether the first argument of a loader names a data set, rather than a file format or a template."""
    return 1 < len(text) < 150 and " " not in text and "{" not in text and text not in _LOADER_FORMATS


def may_name_model(text: str) -> bool:
    """Whether the model argument of a proven model call can be an id that no page knows (deployments, own names)."""
    is_short = 2 <= len(text) <= 120 and not any(char in text for char in " {}<>$\n")
    return is_short and not text.startswith(("/", ".", "~", "http")) and _FILE.search(text) is None


_VARIABLE = re.compile(r"[a-z][A-Za-z]*|.*(?:Model|Name|Id|_model|_name|_id|MODEL|NAME|ID)")
_POINT = re.compile(r"(?<=\d)-(?=\d(?!\d))")


def constant_spellings(constant: str) -> tuple[str, ...]:
    """The ids that an enumerator of a model may stand for (`GPT4oMini`, `GPT_4_O`, `GEMINI_2_5_PRO`); none for a variable."""
    if not constant or _VARIABLE.fullmatch(constant):
        return ()
    spelled = constant.replace("_", "-").lower()
    if not spelled.startswith("claude"):
        spelled = _POINT.sub(".", spelled).replace("4-o", "4o")
    return (spelled, _decamel(constant), spelled.replace("-", "."))


def _decamel(name: str) -> str:
    out: list[str] = []
    for index, char in enumerate(name):
        if (index and char.isupper() and not name[index - 1].isupper()) or (index and char.isdigit() and name[index - 1].isalpha()):
            out.append("-")
        out.append(char.lower())
    return "".join(out).replace("_", "-").replace("--", "-").replace("4-o", "4o")
