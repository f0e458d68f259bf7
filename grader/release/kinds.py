"""The kinds of products that `learn generate` makes beside exercises, and what is in step with the course.

Each is made by a function of a course and an assignment that returns files by their name in `release/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grader.course.course import Course
from grader.errors import UserError
from grader.files.writing import write_atomically
from grader.models import Assignment
from grader.release.bundle import bundle
from grader.release.gradescope import gradescope
from grader.release.notebooks.writing import notebook_files

__all__ = ["KINDS", "Kind", "Product", "ProductState", "inspect_products", "is_there", "write_products"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of product.

    Attributes:
        folder: where all its files are, in `release/`.
        make: returns an assignment's files by their name in `release/`.
    """

    folder: str
    make: Callable[[Course, Assignment], dict[str, bytes]]


KINDS = {
    "bundle": Kind(folder="bundles", make=bundle),
    "gradescope": Kind(folder="gradescope", make=gradescope),
    "notebook": Kind(folder="nbgrader", make=notebook_files),
}


class ProductState(StrEnum):
    """What a file in `release/` is, compared with what the course gives now."""

    CURRENT = "current"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, kw_only=True)
class Product:
    """One file of a kind.

    Attributes:
        content: what it should be.
        state: what it is.
    """

    path: Path
    content: bytes
    state: ProductState


def inspect_products(kind: str, course: Course, assignment: Assignment, release: Path) -> list[Product]:
    """Returns a kind's files for an assignment, without writing anything.

    Raises:
        CourseError: if it cannot be made.
        UserError: if a file that is there cannot be read.
    """
    return list(_inspected(KINDS[kind].make(course, assignment), release))


def is_there(kind: str, assignment: Assignment, release: Path) -> bool:
    """Whether anything of a kind was ever made of an assignment, without making it again."""
    folder = release / KINDS[kind].folder
    return any(assignment.slug in (path.name, path.stem) for path in folder.rglob("*"))


def write_products(products: list[Product]) -> list[Path]:
    """Writes those that are not current, and returns where they are: they are generated, so nothing is lost.

    Raises:
        UserError: if one cannot be written.
    """
    behind = [product for product in products if product.state is not ProductState.CURRENT]
    for product in behind:
        try:
            write_atomically(product.path, product.content)
        except OSError as error:
            raise UserError(f"`{product.path}` cannot be written: {error.strerror}.") from error
    return [product.path for product in behind]


def _inspected(files: dict[str, bytes], release: Path) -> Iterator[Product]:
    for name, content in sorted(files.items()):
        path = release / name
        try:
            state = ProductState.CURRENT if path.read_bytes() == content else ProductState.STALE
        except FileNotFoundError:
            state = ProductState.MISSING
        except OSError as error:
            raise UserError(f"`{path}` cannot be read: {error.strerror}.") from error
        yield Product(path=path, content=content, state=state)
