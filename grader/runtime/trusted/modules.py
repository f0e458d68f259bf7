"""Modules in which the reference and its mutants run: its text, with another definition in the place of a task."""

from __future__ import annotations

import ast
import sys
import types

from grader.runtime.wire.settings import Settings

__all__ = ["ModuleMaker", "reference_module"]


class ModuleMaker:
    """Makes modules for one task.

    Args:
        reference: the text of the reference solution.

    Raises:
        SyntaxError: if that is no Python.
    """

    def __init__(self, reference: str, task: str) -> None:
        tree = ast.parse(reference)
        tree.body = [node for node in tree.body if getattr(node, "name", None) != task]
        self._rest = compile(tree, "<reference>", "exec", dont_inherit=True)
        self._task = task

    def make(self, name: str, source: str) -> types.ModuleType:
        """Returns a module with a definition in it. Raises whatever that raises."""
        module = types.ModuleType(f"mutant_{self._task}_{name}")
        sys.modules[module.__name__] = module  # dataclasses and the like look their module up
        self.fill(module, source)
        return module

    def fill(self, module: types.ModuleType, source: str) -> None:
        """Puts another definition into a module, and takes out all that was in it. Raises whatever that raises.

        What an earlier definition did to the rest of the module is gone too: it is run anew, which takes a tenth of a
        millisecond. Settings are as they were.
        """
        flags = annotations.compiler_flag  # the name that the import above binds
        own = compile(source, "<mutant>", "exec", flags=flags, dont_inherit=True)
        settings = Settings()
        try:
            name = module.__name__
            module.__dict__.clear()
            module.__dict__["__name__"] = name
            exec(self._rest, module.__dict__)  # noqa: S102 - the course's own text
            exec(own, module.__dict__)  # noqa: S102 - likewise
        finally:
            settings.put_back()


def reference_module(reference: str) -> types.ModuleType:
    """Returns the reference itself as a module that nobody else has. Raises whatever its text raises."""
    module = types.ModuleType("reference")
    sys.modules[module.__name__] = module
    exec(compile(reference, "<reference>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the course's own
    return module
