"""Repair requests (报修) and what belongs to them, by noun; everything is imported from here."""

from repairs.models.after import ReturnVisit, Stint
from repairs.models.policies import CityDeadline, CityReply, DeadlinePolicy, ReplyTemplate, RoutingRule, Versioned
from repairs.models.request import (
    HELD,
    OPEN,
    Category,
    Counter,
    Escalation,
    Event,
    Link,
    Photo,
    Place,
    Request,
    State,
    asked_by,
)
from repairs.models.talk import Remark
from repairs.models.together import Affected, Follower, Incident
from repairs.models.work import PlaceCode, PlaceSheet, Quote, QuoteLine, Signature

__all__ = [
    "HELD",
    "OPEN",
    "Affected",
    "Category",
    "CityDeadline",
    "CityReply",
    "Counter",
    "DeadlinePolicy",
    "Escalation",
    "Event",
    "Follower",
    "Incident",
    "Link",
    "Photo",
    "Place",
    "PlaceCode",
    "PlaceSheet",
    "Quote",
    "QuoteLine",
    "Remark",
    "ReplyTemplate",
    "Request",
    "ReturnVisit",
    "RoutingRule",
    "Signature",
    "State",
    "Stint",
    "Versioned",
    "asked_by",
]
