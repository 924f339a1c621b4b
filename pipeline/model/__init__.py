"""The model as it is published: a page of tables, whole points, the difference between two versions."""
