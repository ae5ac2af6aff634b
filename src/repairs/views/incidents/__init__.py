"""Mass incidents: the list, one page for everyone, and what the desk opens, tells and closes, seen before it is sent."""
