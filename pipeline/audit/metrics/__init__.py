"""One file per metric: `METRIC` says what it is, `measure(queue)` gives one value a case. The folder is scanned."""
