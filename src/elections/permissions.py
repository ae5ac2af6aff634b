"""Who may use the calculator: anyone who acts from a post. It reads and writes nothing of a compound. No database."""

from tenancy.actor import Actor

# Every party that works on votes; owners and residents act from their home, not from a post.
PARTIES = ("community", "residents", "committee", "preparatory", "company", "street", "city")
# For whom it stands in the navigation.
OFFICERS = ("community", "residents", "committee", "preparatory", "street", "city")


def may_calculate(actor: Actor) -> bool:
    """Whoever acts from a post."""
    return actor.party in PARTIES
