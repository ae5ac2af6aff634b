"""What a preparation is judged by: make-up of a group, grounds of a refusal, pledges, the order of names. No database."""
