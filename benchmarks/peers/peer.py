"""What every peer does with the checks that it was made for."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Peer"]


class Peer(Protocol):
    def seconds(self) -> float:
        """Returns how long a right answer takes, in its usual way.

        Raises:
            NotMeasuredError: if it fails, or a right answer does not get full marks.
        """
        ...

    def score(self, source: str) -> float:
        """Returns the share of the points that an answer gets. Raises NotMeasuredError if the peer fails."""
        ...
