"""Every change to a compound's equipment."""
