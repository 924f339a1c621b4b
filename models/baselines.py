"""What a model has to beat: the order of the queue, and a plain logistic regression."""

from typing import Any

import numpy as np

from models.encode import Schema


def oldest_first(lodged_on: np.ndarray) -> np.ndarray:
    """The score of a plain queue: days since 1970 counted backwards, so that the oldest case (n,) comes first."""
    return -lodged_on.astype("datetime64[D]").astype(np.int64).astype(np.float64)


def logistic_regression(x: np.ndarray, y: np.ndarray, schema: Schema) -> Any:
    """A fitted scikit-learn pipeline on the encoded matrix `x` (n, features) and labels `y` (0/1).

    Numbers: median for missing, a flag for missing, scaled; categories: one column a code. L2 penalty of weight 1.
    It is measured and thrown away, never stored.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    categories = schema.categorical
    numbers = [place for place in range(len(schema.features)) if place not in set(categories)]
    numeric = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )
    prepare = ColumnTransformer(
        [("numbers", numeric, numbers), ("categories", OneHotEncoder(handle_unknown="ignore"), categories)]
    )
    return make_pipeline(prepare, LogisticRegression(max_iter=500)).fit(x, y)
