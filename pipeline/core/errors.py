"""The one error a person is meant to read."""

from collections.abc import Sequence


class Problem(Exception):
    """Something a person must mend; the text is one sentence that says what and how.

    The command line prints it and exits with 2; earlier outputs stay as they were. `each` has one sentence a fault where
    the text tells the first of several, and else the text alone.
    """

    def __init__(self, text: str, each: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.each = tuple(each) or (text,)
