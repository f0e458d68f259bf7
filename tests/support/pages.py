"""Reads a page as a browser would, for the tests of what stands on it."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Page"]

_BLOCKS = {"dd", "div", "dt", "h1", "h2", "h3", "h4", "li", "option", "p", "pre", "td", "th", "title"}
_VOID = {"meta", "input", "br", "hr", "img", "link", "rect"}


class Page(HTMLParser):
    """A page that was read.

    Attributes:
        problems: elements that are not closed in order, and ids that are given twice.
        texts: what is between tags, but for scripts and styles.
        tags: each element's name with its attributes, in order.
        scripts: the contents of `<script>`, with their attributes.
    """

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.styles: list[str] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self._ids: set[str] = set()
        self.feed(document)
        self.close()
        self.problems += [f"{tag} is never closed" for tag in self._open]

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts).split())

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if len(attributes) < len(attrs):
            self.problems.append(f"{tag} has an attribute twice")
        if attributes.get("id") in self._ids:
            self.problems.append(f"the id {attributes['id']} is there twice")
        self._ids.add(attributes.get("id") or "")
        self._ids.discard("")
        self.tags.append((tag, attributes))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"{tag} is closed out of order at {self.getpos()}")
        if tag in _BLOCKS:
            self._texts.append("\n")

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script":
            self.scripts.append((self.tags[-1][1], data))
        elif inside == "style":
            self.styles.append(data)
        else:
            self._texts.append(data)
