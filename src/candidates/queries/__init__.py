"""Reads of preparations: polls as they are prepared, candidates as each may see them, figures and reports."""

from candidates.queries.figures import nominees_of, ratio_now, slate_now
from candidates.queries.owners import OwnLine, find_line, own_lines
from candidates.queries.reading import (
    Whole,
    candidate_by_key,
    candidate_for,
    candidates_of,
    may_read_authority,
    may_read_photo,
    slate_of,
    whole_of,
)
from candidates.queries.standing import Person, people_of

__all__ = [
    "OwnLine",
    "Person",
    "Whole",
    "candidate_by_key",
    "candidate_for",
    "candidates_of",
    "find_line",
    "may_read_authority",
    "may_read_photo",
    "nominees_of",
    "own_lines",
    "people_of",
    "ratio_now",
    "slate_now",
    "slate_of",
    "whole_of",
]
