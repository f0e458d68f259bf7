"""The names that a text uses and nobody binds: code that needs one is broken, however it is caught. Pure."""

from __future__ import annotations

import builtins
import symtable
from collections.abc import Iterator

__all__ = ["unbound_names"]

_OF_A_MODULE = frozenset(vars(builtins)) | {"__file__", "__name__"}


def unbound_names(source: str) -> list[str]:
    """Returns the global names that a module's functions and classes use and that neither it nor Python has.

    A text that is no Python has none: whoever runs it is told so.
    """
    try:
        module = symtable.symtable(source, "<text>", "exec")
    except SyntaxError:
        return []
    tables = list(_tables(module))
    bound = {symbol.get_name() for table in tables for symbol in table.get_symbols() if _binds_globally(table, symbol)}
    used = {symbol.get_name() for table in tables for symbol in table.get_symbols() if _is_global_use(table, symbol)}
    return sorted(used - bound - _OF_A_MODULE)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yields a scope and those inside it, but not those of annotations, which nothing evaluates."""
    yield table
    for child in table.get_children():
        if "annotation" not in str(child.get_type()).lower():  # which Python 3.13 and later list among the children
            yield from _tables(child)


def _binds_globally(table: symtable.SymbolTable, symbol: symtable.Symbol) -> bool:
    is_bound = symbol.is_assigned() or symbol.is_imported()
    return is_bound and (table.get_type() == "module" or symbol.is_declared_global())


def _is_global_use(table: symtable.SymbolTable, symbol: symtable.Symbol) -> bool:
    return symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module")
