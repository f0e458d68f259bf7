"""Invents the students of a sample class. Pure: the same random numbers give the same people."""

from __future__ import annotations

import random
import unicodedata

from grader.course.roster import Student

__all__ = ["invent_students"]

_SECTIONS = ("A", "B")
_IDS_IN_CHARACTERS = 6
"""One of so many Chinese students has an id in Chinese characters."""


def invent_students(count: int, rng: random.Random) -> list[Student]:
    """Returns students with names of many countries; their ids differ, in a file system without case too."""
    taken: set[str] = set()
    students = []
    for index in range(count):
        name, wanted = _chinese(rng) if rng.random() < 0.4 else _other(rng)
        student_id = next(name for name in _spellings(wanted) if name not in taken)
        taken.add(student_id)
        students.append(
            Student(
                id=student_id,
                name=name,
                email=f"{student_id}@example.edu" if student_id.isascii() else "",
                number=f"2026{index + 1:04}",
                section=_SECTIONS[index % len(_SECTIONS)],
            )
        )
    return students


def _spellings(wanted: str) -> list[str]:
    return [wanted, *(f"{wanted}{number}" for number in range(2, 10_000))]


def _chinese(rng: random.Random) -> tuple[str, str]:
    family, family_latin = rng.choice(_CHINESE_FAMILIES)
    given, given_latin = rng.choice(_CHINESE_GIVEN)
    name = family + given
    return name, name if rng.randrange(_IDS_IN_CHARACTERS) == 0 else f"{given_latin}.{family_latin}"


def _other(rng: random.Random) -> tuple[str, str]:
    family, given = rng.choice(_FAMILIES), rng.choice(_GIVEN)
    return f"{family}, {given}", f"{_latin(given)}.{_latin(family)}"


def _latin(name: str) -> str:
    """Returns a name as schools spell it in a login: small letters without accents."""
    spelt = name.translate(_LETTERS)
    parts = unicodedata.normalize("NFKD", spelt)
    return "".join(char for char in parts if char.isascii() and char.isalnum()).lower()


_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "ı": "i", "đ": "d", "Đ": "D"})

_FAMILIES = (
    "Abebe", "Adeyemi", "Al-Rashid", "Andersson", "Bianchi", "Cohen", "da Silva", "Dubois", "Erdoğan", "Eze",
    "Fernández", "García", "Haddad", "Herrera", "Horváth", "Ivanova", "Jensen", "Kowalczyk", "Kim", "Kovač",
    "Lindqvist", "Łukasik", "Mbeki", "Müller", "Nakamura", "Ndiaye", "Nguyễn", "Novák", "O'Brien", "Okafor",
    "Papadopoulos", "Park", "Patel", "Petrov", "Rahman", "Rossi", "Sato", "Schröder", "Sharma", "Singh",
    "Smith", "Sørensen", "Tanaka", "Trần", "van den Berg", "Weiß", "Yılmaz", "Zhukova",
)  # fmt: skip
_GIVEN = (
    "Aaliyah", "Aarav", "Agnieszka", "Aisha", "Amara", "Ana", "Ánh", "Björn", "Chiara", "Chidi", "Daniel", "Deniz",
    "Elif", "Emma", "Fatima", "Freja", "Hana", "Hugo", "Ibrahim", "Ingrid", "Ivan", "Jörg", "João", "José",
    "Kwame", "Lars", "Leila", "Lucía", "Małgorzata", "Maria", "Mateo", "Minh", "Noah", "Nadia", "Olga", "Omar",
    "Priya", "Quentin", "Ravi", "Ruth", "Samuel", "Sofía", "Søren", "Thandiwe", "Tomáš", "Yael", "Yuki", "Zoë",
)  # fmt: skip
_CHINESE_FAMILIES = (
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("赵", "zhao"),
    ("黄", "huang"), ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"), ("马", "ma"), ("朱", "zhu"),
    ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("林", "lin"), ("高", "gao"), ("罗", "luo"), ("欧阳", "ouyang"),
)  # fmt: skip
_CHINESE_GIVEN = (
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("磊", "lei"), ("洋", "yang"),
    ("艳", "yan"), ("勇", "yong"), ("杰", "jie"), ("雷", "lei"), ("思远", "siyuan"), ("子涵", "zihan"),
    ("雨桐", "yutong"), ("浩然", "haoran"), ("欣怡", "xinyi"), ("梓萱", "zixuan"), ("明轩", "mingxuan"),
    ("晓梅", "xiaomei"), ("建国", "jianguo"), ("嘉琪", "jiaqi"), ("天宇", "tianyu"),
)  # fmt: skip
