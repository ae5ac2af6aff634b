"""Months of requests made by the same actions as the pages, under a moved clock."""

from tests.repairs.conftest import _media  # noqa: F401  files of these tests go to a folder of their own
