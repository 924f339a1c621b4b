"""Progress a person can see: a bar on a terminal, one line a stage elsewhere."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.core import clock


class Shown:
    """Shows how far one stage is. Use as a context manager; it is the `progress` of a stage's context."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = clock.seconds()
        self._console = Console(file=sys.stderr, soft_wrap=True, highlight=False)
        self._bar: Progress | None = None

    def __enter__(self) -> "Shown":
        if self._console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[doing]}"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self._title, total=1.0, doing="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
        if error is None:
            self._console.print(f"[green]done[/] {self._title} ({clock.seconds() - self._started:.1f} s)")

    def say(self, text: str) -> None:
        """One line that stays."""
        self._console.print(text)

    def step(self, done: float, text: str) -> None:
        """How much is done (0..1) and what is being done."""
        if self._bar:
            self._bar.update(self._task, completed=done, doing=text)
