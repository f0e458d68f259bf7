"""The kinds of products that `learn generate` makes beside exercises, and what is in step with the course.

Most are made of an assignment, by a function that returns files by their name in `release/`; those that have workers
run on a cluster are one file for the whole course.
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
from grader.release.schedulers import kubernetes, slurm

__all__ = [
    "COURSE_KINDS",
    "KINDS",
    "CourseKind",
    "Kind",
    "Product",
    "ProductState",
    "inspect_products",
    "is_there",
    "write_products",
]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of product of an assignment.

    Attributes:
        folder: where all its files are, in `release/`.
        make: returns an assignment's files by their name in `release/`.
    """

    folder: str
    make: Callable[[Course, Assignment], dict[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class CourseKind:
    """One kind of product that a course has once.

    Attributes:
        file: its name in `release/`.
        make: returns its content.
    """

    file: str
    make: Callable[[Course], bytes]


KINDS = {
    "bundle": Kind(folder="bundles", make=bundle),
    "gradescope": Kind(folder="gradescope", make=gradescope),
    "notebook": Kind(folder="nbgrader", make=notebook_files),
}

COURSE_KINDS = {
    "slurm": CourseKind(file="gradus-slurm.sh", make=slurm),
    "kubernetes": CourseKind(file="gradus-kubernetes.yaml", make=kubernetes),
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


def inspect_products(kind: str, course: Course, assignment: Assignment | None, release: Path) -> list[Product]:
    """Returns a kind's files for an assignment, or for the course, without writing anything.

    Raises:
        CourseError: if it cannot be made.
        UserError: if a file that is there cannot be read.
    """
    if assignment is None:
        files = {COURSE_KINDS[kind].file: COURSE_KINDS[kind].make(course)}
    else:
        files = KINDS[kind].make(course, assignment)
    return list(_inspected(files, release))


def is_there(kind: str, assignment: Assignment | None, release: Path) -> bool:
    """Whether anything of a kind was ever made for an assignment, or for the course, without making it again."""
    if assignment is None:
        return (release / COURSE_KINDS[kind].file).exists()
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
