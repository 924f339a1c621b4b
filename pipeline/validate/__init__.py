"""Validation: typed columns, checks from the column records, Great Expectations beside them, data docs."""
