"""Every change of a result, a committee in office, a filing, a recall, a list, a cross-post."""

from committees.actions.crossing import drop_cross, propose_cross, record_cross, watch_posts
from committees.actions.filings import add_paper, answer_filing, drop_paper, hand_in
from committees.actions.handing import add_thing, give, take
from committees.actions.leaving import end_by_law, resign, step_in
from committees.actions.offices import (
    Sitting,
    hold_first_meeting,
    link_member,
    record_committee,
    set_duties,
    set_membership,
    take_office,
)
from committees.actions.recalls import conclude, hear, propose_recall, put_to_vote, withdraw_recall
from committees.actions.results import announce, announce_again, declare, draft_result, settle_tie
from committees.actions.rounds import fill_seats, open_by_election, open_further_round, open_revote
from committees.actions.terms import begin_reelection, end_reelection, watch_terms

__all__ = [
    "Sitting", "add_paper", "add_thing", "announce", "announce_again", "answer_filing", "begin_reelection", "conclude",
    "declare", "draft_result", "drop_cross", "drop_paper", "end_by_law", "end_reelection", "fill_seats", "give", "hand_in",
    "hear", "hold_first_meeting", "link_member", "open_by_election", "open_further_round", "open_revote", "propose_cross",
    "propose_recall", "put_to_vote", "record_committee", "record_cross", "resign", "set_duties", "set_membership",
    "settle_tie", "step_in", "take", "take_office", "watch_posts", "watch_terms", "withdraw_recall",
]  # fmt: skip
