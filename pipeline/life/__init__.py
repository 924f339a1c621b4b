"""The life of a model: retrain, compare, promote, roll back."""
