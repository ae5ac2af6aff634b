"""Reading an office's household register: plain Python, no clock, no database."""
