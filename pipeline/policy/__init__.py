"""Work on the law itself: check, test, explain, dry run, release."""
