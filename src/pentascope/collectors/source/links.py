"""Where the symbolic links of a tree lead, worked out from their words alone: no link is ever followed on disk. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pentascope.collectors.source.tree import FileEntry

MAX_LINKS = 2_000
MAX_HOPS = 8
MAX_LENGTH = 1_024
MAX_NAMES = 20_000
MAX_NAMES_A_LINK = 2_000


def linked(links: Mapping[str, str], files: Sequence[FileEntry]) -> list[tuple[str, FileEntry]]:
    """The further names of files: a link's path, or a path below a linked folder, with the file that it leads to.

    `links` are paths with the words of their targets, `files` what the tree holds, sorted by path; a link to anything
    else leads nowhere. What a link to one of its own parents would repeat without end is left out.
    """
    if not links:
        return []
    places = sorted(path for path in links if len(path) <= MAX_LENGTH)[:MAX_LINKS]
    known = {path: links[path] for path in places}
    paths = [entry.path for entry in files]
    found: list[tuple[str, FileEntry]] = []
    for path in known:
        target = resolve(path, known, lambda place: _holds(place, paths) or _holds(place, places))
        if target is not None:
            found.extend(_names(path, target, paths, files))
        if len(found) >= MAX_NAMES:
            break
    return sorted(found[:MAX_NAMES], key=lambda name: name[0])


def resolve(path: str, links: Mapping[str, str], is_folder: Callable[[str], bool]) -> str | None:
    """The path that a link ends at, None when it leaves the root, turns in a circle, or passes what is no folder."""
    place: list[str] = []
    ahead = path.split("/")[::-1]
    hops = 0
    while ahead:
        word = ahead.pop()
        if word in {"", ".", ".."}:
            if not (place or word != "..") or not is_folder("/".join(place)):
                return None
            del place[len(place) - (word == "..") :]
            continue
        place.append(word)
        target = links.get("/".join(place))
        if target is None:
            continue
        hops += 1
        if hops > MAX_HOPS or target.startswith("/") or len(target) > MAX_LENGTH:
            return None
        place.pop()
        ahead.extend(target.split("/")[::-1])
    return "/".join(place)


def _holds(place: str, paths: Sequence[str]) -> bool:
    """Whether one of the sorted paths lies below the place."""
    at = bisect_left(paths, f"{place}/")
    return not place or (at < len(paths) and paths[at].startswith(f"{place}/"))


def _names(link: str, target: str, paths: Sequence[str], files: Sequence[FileEntry]) -> Iterator[tuple[str, FileEntry]]:
    at = bisect_left(paths, target)
    if at < len(paths) and paths[at] == target:
        yield link, files[at]
        return
    prefix = f"{target}/"
    if not target or link.startswith(prefix):
        return
    at = bisect_left(paths, prefix)
    for entry in files[at : at + MAX_NAMES_A_LINK]:
        if not entry.path.startswith(prefix):
            return
        yield link + entry.path[len(target) :], entry
