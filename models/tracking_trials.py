"""Trials of a search in the experiment book: one run a trial, each once, however often the search was interrupted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mlflow.entities import Metric, Param, Run
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from models.tracking import initialise

STUDY, TRIAL, STATE = "study", "trial", "state"
PRUNED, COMPLETE = "pruned", "complete"


class Trials:
    """The runs of one `study` (a name by content) in the experiment `name` of the book in `folder`.

    Raises ValueError with one sentence for whatever MLflow refuses.
    """

    def __init__(self, folder: Path, name: str, study: str) -> None:
        self._folder, self._study = folder, study
        try:
            self._client = initialise(folder)
            found = self._client.get_experiment_by_name(name)
            home = (folder / "artifacts" / name).resolve().as_uri()
            self._experiment = (
                found.experiment_id if found else self._client.create_experiment(name, artifact_location=home)
            )
            self._known = self._finished()
        except (MlflowException, SQLAlchemyError) as error:
            raise self._refused(error) from error

    def _finished(self) -> set[int]:
        """Numbers of the trials that are there already; a run that a kill left unfinished is taken out."""
        runs: list[Run] = []
        page = None
        while True:
            some = self._client.search_runs([self._experiment], f"tags.{STUDY} = '{self._study}'", page_token=page)
            runs += some
            page = some.token
            if not page:
                break
        for run in runs:
            if run.info.status != "FINISHED":
                self._client.delete_run(run.info.run_id)
        return {int(run.data.tags[TRIAL]) for run in runs if run.info.status == "FINISHED"}

    def add(
        self, number: int, *, params: Mapping[str, object], folds: Mapping[str, Sequence[float]], pruned: bool,
        tags: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Logs trial `number` unless it is there: each measure of `folds` fold by fold, and its mean as `mean_...`.

        A trial that was `pruned` knows only some folds, whose mean could not be compared: it gets none.
        """
        if number in self._known:
            return
        try:
            run = self._client.create_run(
                self._experiment, run_name=f"trial {number}",
                tags={**tags, STUDY: self._study, TRIAL: str(number), STATE: PRUNED if pruned else COMPLETE},
            )  # fmt: skip
            start = run.info.start_time
            metrics = [
                Metric(name, value, start, step)
                for name, values in folds.items()
                for step, value in enumerate(values, 1)
            ]
            if not pruned:
                metrics += [
                    Metric(f"mean_{name}", sum(values) / len(values), start, 0) for name, values in folds.items()
                ]
            self._client.log_batch(
                run.info.run_id, metrics, [Param(name, str(value)) for name, value in params.items()]
            )
            self._client.set_terminated(run.info.run_id)
        except (MlflowException, SQLAlchemyError) as error:
            raise self._refused(error) from error
        self._known.add(number)

    def _refused(self, error: Exception) -> ValueError:
        first = str(error).strip().splitlines()[0]
        return ValueError(f"MLflow could not record the trial in {self._folder.name}/mlflow.db: {first}")
