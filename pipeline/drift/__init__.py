"""Watching: whether a new intake still looks like the cases the model learnt from."""
