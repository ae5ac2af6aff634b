"""What publicity is of, and the words that a rule may use. Plain data."""

MATTERS = (
    *("assembly", "extra_assembly", "preparatory", "rules_draft", "roll", "candidates", "result", "delegates"),
    *("committee_agenda", "committee_decision", "committee_info", "term", "handover", "common_income", "seal_use"),
    *("firm_data", "fee_change", "maintenance_fund", "emergency_fund", "firm_hiring", "general"),
)
CALENDAR, WORKING = "calendar", "working"
UNITS = (CALENDAR, WORKING)
# law: a text with the number in it; advice: our default where no text gives a number, or one that only recommends.
LAW, ADVICE = "law", "advice"
BINDINGS = (LAW, ADVICE)
# Where it must hang, and who must be told.
PLACES = ("board", "entrance", "lobby", "prominent", "platform", "group", "message")
TOLD = ("owners", "residents_committee", "street", "housing")

MAX_DAYS = 366
MAX_WHY = 300
