"""The one error a person is meant to read."""


class Problem(Exception):
    """Something a person must mend; the text is one sentence that says what and how.

    The command line prints it and exits with 2; earlier outputs stay as they were.
    """
