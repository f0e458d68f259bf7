"""Zip archives whose bytes depend on their content alone. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping

__all__ = ["zip_of"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can say
_UNIX = 3
_FILE_MODE, _PROGRAM_MODE = 0o100644, 0o100755


def zip_of(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """Returns an archive of files by relative name, sorted.

    Nothing is compressed: what a compressor makes of a file differs between versions of zlib, and `--check` compares
    bytes.

    Args:
        programs: names of the files that may be executed.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX  # also when this runs on Windows
            entry.external_attr = (_PROGRAM_MODE if name in programs else _FILE_MODE) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
