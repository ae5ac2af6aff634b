"""Every change of paper ballots."""

from paper_ballots.actions.asking import ask, enter_asked, refuse_asked, withdraw_asked
from paper_ballots.actions.batches import count_in, lay, open_batch, recount, refuse, scan, take_out
from paper_ballots.actions.delivering import deliver, hand_asked, keep_door_photo
from paper_ballots.actions.printing import print_asked, print_papers, print_sheets, replace
from paper_ballots.actions.reading import keep_photo, read_sheet, set_aside
from paper_ballots.actions.returning import take_back
from paper_ballots.actions.terms import settle_terms

__all__ = [
    "ask", "count_in", "deliver", "enter_asked", "hand_asked", "keep_door_photo", "keep_photo", "lay", "open_batch",
    "print_asked", "print_papers", "print_sheets", "read_sheet", "recount", "refuse", "refuse_asked", "replace", "scan",
    "set_aside", "settle_terms", "take_back", "take_out", "withdraw_asked",
]  # fmt: skip
