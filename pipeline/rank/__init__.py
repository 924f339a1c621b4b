"""The lists officers open: the order of work, three reasons a file in words, and the files held or incomplete."""
