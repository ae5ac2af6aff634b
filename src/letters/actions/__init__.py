"""Writing, sending, signing for, replying to, withdrawing and replacing letters, and reminding of late replies."""

from letters.actions.clock import remind_due
from letters.actions.receiving import sign
from letters.actions.sending import drop, send, withdraw
from letters.actions.writing import Draft, attach, detach, revise, write

__all__ = ["Draft", "attach", "detach", "drop", "remind_due", "revise", "send", "sign", "withdraw", "write"]
