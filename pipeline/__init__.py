"""Qonys: pre-screening of residence-permit applications (qonys, the place where one settles)."""
