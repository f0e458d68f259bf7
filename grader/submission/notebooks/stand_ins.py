"""Stands in for what Jupyter gives every cell without an import: where the code is judged, nobody gives it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from grader.submission.notebooks.chunks import Chunk

__all__ = ["stand_ins"]

_DISPLAY = '''\
def display(*values, **_):
    """Prints what Jupyter would show."""
    print(*values)
'''
_GET_IPYTHON = '''\
class get_ipython:
    """Stands in for Jupyter's shell: whatever is asked of it does nothing."""
    def __getattr__(self, name):
        return lambda *_, **__: None
'''
_STAND_INS = {"display": _DISPLAY, "get_ipython": _GET_IPYTHON}


def stand_ins(taken: Iterable[Chunk]) -> str:
    """Returns definitions of what the statements look up and Jupyter gives, unless the notebook defines it itself."""
    chunks = list(taken)
    used = frozenset[str]().union(*(chunk.facts.uses for chunk in chunks))
    own = frozenset[str]().union(*(chunk.binds for chunk in chunks if not chunk.is_import))
    return "".join(text for name, text in _STAND_INS.items() if name in used - own)
