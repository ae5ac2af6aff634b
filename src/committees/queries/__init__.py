"""Reads of results, committees, filings, recalls, handing over, cross-posts and the overview of a place."""
