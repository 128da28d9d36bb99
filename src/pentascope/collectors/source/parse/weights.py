"""Model artefacts recognised by their first bytes, and data sets by their first record. Nothing is ever unpickled."""

from __future__ import annotations

import re
import struct

import msgspec

HEAD_BYTES = 4_096
_ADAPTER = re.compile(rb"lora_[AB]|lora_(?:up|down)|lora\.(?:up|down)|ia3_l|prompt_embeddings|lokr_|hada_w")
_ARCHITECTURE = re.compile(rb"general\.architecture\x08\x00\x00\x00(.)\x00{7}([\w.-]{1,64})", re.DOTALL)
_GGUF_NAME = re.compile(rb"general\.name\x08\x00\x00\x00(.)\x00{7}([\x20-\x7e]{1,128})", re.DOTALL)
_ONNX_PRODUCER = re.compile(rb"\x08[\x01-\x20](?:\x12([\x01-\x40])([\w.+ -]+)|\x3a|\x42)", re.DOTALL)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_PICKLE_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib")


class WeightsHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What the header of a model artefact tells. `detail` is an architecture, producer or name where one stands there."""

    format: str  # safetensors | gguf | ggml | pytorch | pickle | onnx | tflite | hdf5 | npz | npy
    is_adapter: bool = False
    detail: str | None = None


def inspect(head: bytes, path: str) -> WeightsHeader | None:
    """The artefact that starts with these bytes, None when it is none. Only the first 4 KB are looked at."""
    head, name = head[:HEAD_BYTES], path.rpartition("/")[2].lower()
    is_named_adapter = "adapter_model" in name or "lora" in name
    if head[:4] == b"GGUF":
        return WeightsHeader(format="gguf", is_adapter=b"adapter" in head and b"general.type" in head, detail=_gguf(head))
    if head[:4] in {b"lmgg", b"ggml", b"fmgg", b"ggmf", b"tjgg", b"ggjt", b"algg", b"ggla"}:
        return WeightsHeader(format="ggml", is_adapter=head[:4] in {b"algg", b"ggla"})
    if head[4:8] == b"TFL3":
        return WeightsHeader(format="tflite")
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return WeightsHeader(format="hdf5") if name.endswith((".h5", ".hdf5", ".keras", ".weights")) else None
    if head[:6] == b"\x93NUMPY":
        return WeightsHeader(format="npy")
    return (
        _safetensors(head, is_named_adapter=is_named_adapter)
        or _archive(head, name, is_named_adapter=is_named_adapter)
        or _onnx(head, name)
    )


def _gguf(head: bytes) -> str | None:
    words = []
    for pattern in (_ARCHITECTURE, _GGUF_NAME):
        match = pattern.search(head)
        if match is not None:
            words.append(match[2][: match[1][0]].decode("ascii", "replace"))
    return " ".join(words) or None


def _safetensors(head: bytes, *, is_named_adapter: bool) -> WeightsHeader | None:
    if len(head) < 10:
        return None
    (size,) = struct.unpack("<Q", head[:8])
    if not 2 <= size <= 100_000_000 or head[8:9] != b"{" or head[9:10] not in {b'"', b"}", b" "}:
        return None
    kind = re.search(rb'"(?:format|modelspec\.architecture|ss_base_model_version)":\s*"([\w./-]{1,80})"', head)
    return WeightsHeader(
        format="safetensors",
        is_adapter=is_named_adapter or _ADAPTER.search(head) is not None,
        detail=kind[1].decode() if kind is not None else None,
    )


def _archive(head: bytes, name: str, *, is_named_adapter: bool) -> WeightsHeader | None:
    """Zip archives and bare pickles; the names of the first entries tell which."""
    if head[:4] == b"PK\x03\x04":
        if name.endswith(".npz") or b".npy" in head[:200]:
            return WeightsHeader(format="npz")
        if name.endswith(".keras"):
            return WeightsHeader(format="keras")
        if b"/data.pkl" in head or b"data.pkl" in head[:100] or b"/byteorder" in head[:200]:
            return WeightsHeader(format="pytorch", is_adapter=is_named_adapter or _ADAPTER.search(head) is not None)
        return None
    if _PICKLE.match(head) and name.endswith(_PICKLE_SUFFIXES):
        is_torch = b"torch" in head or b"l\xfc\x9cF\xf9 j\xa8P\x19." in head
        is_adapter = is_named_adapter or _ADAPTER.search(head) is not None
        return WeightsHeader(format="pytorch" if is_torch else "pickle", is_adapter=is_torch and is_adapter)
    return None


def _onnx(head: bytes, name: str) -> WeightsHeader | None:
    """ONNX has no magic: a ModelProto starts with its IR version, then producer or graph."""
    match = _ONNX_PRODUCER.match(head) if name.endswith((".onnx", ".ort")) else None
    if match is None:
        return None
    producer = match[2][: match[1][0]].decode("ascii", "replace") if match[1] else None
    return WeightsHeader(format="onnx", detail=producer)


_FORMATS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("preference", (frozenset(("chosen", "rejected")),)),
    ("chat", (frozenset(("messages",)), frozenset(("conversations",)), frozenset(("contents",)))),
    ("prompt-completion", (frozenset(("prompt", "completion")), frozenset(("prompt", "response")))),
    ("alpaca", (frozenset(("instruction", "output")), frozenset(("instruction", "response")))),
)


def inspect_jsonl(head: bytes) -> str | None:
    """The fine-tuning format of a JSON-lines or JSON-array file by the keys of its first record: chat,
    prompt-completion, alpaca or preference.
    """
    keys = _first_keys(head[:65_536])
    for name, shapes in _FORMATS:
        if any(shape <= keys for shape in shapes):
            return name
    return None


_KEY_TOKENS = re.compile(rb'"((?>(?:[^"\\]++|\\.)*))"(\s*+:)?|([\[{])|([\]}])', re.DOTALL)


def _first_keys(head: bytes) -> frozenset[str]:
    keys: set[str] = set()
    depth = 0
    base = 0 if head.lstrip()[:1] == b"{" else 1
    for match in _KEY_TOKENS.finditer(head):
        if match[3] is not None:
            depth += 1
        elif match[4] is not None:
            depth -= 1
            if depth <= base:
                break
        elif match[2] is not None and depth == base + 1:
            keys.add(match[1].decode("utf-8", "replace"))
    return frozenset(keys)
