"""The scopes of a walk are those that Python's compiler sees."""

from __future__ import annotations

import ast
import symtable
import warnings
from pathlib import Path

import pytest
import torch.nn.functional
import torch.nn.modules

from grader.runtime.untrusted.scopes import Scope
from grader.runtime.untrusted.walk import Walk

_ROOT = Path(__file__).parents[3]
_FILES = [
    *sorted(_ROOT.glob("solutions/*.py")),
    *sorted(_ROOT.glob("tests/assignments/others/*/*.py")),
    *sorted(_ROOT.glob("grader/runtime/**/*.py")),
    *(Path(module.__file__ or "") for module in (ast, symtable, warnings, torch.nn.functional, torch.nn.modules.rnn)),
    Path(torch.__file__).parent / "_tensor.py",
]


class _WithoutAnnotations(ast.NodeTransformer):
    """Annotations are looked up by the compiler and by nobody who runs a task."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant("text")
        return self.generic_visit(node)


def _walked(node: ast.stmt) -> set[str]:
    """Returns the names that the scopes within a statement look up in the module."""
    walk = Walk([node], Scope("module"), "module")
    return {
        read.base.id for read in walk.reads if isinstance(read.base, ast.Name) and _is_global(read.scope, read.base.id)
    }


def _is_global(reader: Scope, name: str) -> bool:
    scope = reader
    while scope.parent is not None and name not in scope.globals:
        if name in scope.binds and (scope.kind != "class" or scope is reader):
            return False
        scope = scope.parent
    return scope is not reader or name in scope.globals


def _compiled(table: symtable.SymbolTable) -> set[str]:
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced() and symbol.is_global()}
    return own.union(*(_compiled(child) for child in table.get_children()))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_walk_looks_up_in_the_module_what_the_compiler_looks_up_there(path: Path) -> None:
    tree = _WithoutAnnotations().visit(ast.parse(path.read_text(encoding="utf-8")))
    for node in ast.parse(ast.unparse(tree)).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.decorator_list = []
            text = ast.unparse(node)
            statement = ast.parse(text).body[0]
            tables = symtable.symtable(text, "module", "exec").get_children()
            assert _walked(statement) == set().union(*(_compiled(table) for table in tables)), node.name
