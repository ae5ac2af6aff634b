"""Plain rules of joining: codes, who may invite whom, when a claim waits too long."""
