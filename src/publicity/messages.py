"""What people are told about publicity periods, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

# ``%(compound)s`` the compound, ``%(title)s`` the notice, ``%(ends)s`` the last day.
TEMPLATES = {
    "publicity.completed": (
        _("公示期满：%(title)s"),
        _("%(compound)s，《%(title)s》公示到 %(ends)s，已经期满。"),
    ),
    "publicity.voided": (
        _("公示作废：%(title)s"),
        _("%(compound)s，%(speaker)s的《%(title)s》没有公示到 %(ends)s 就撤下了，这次公示作废。原因：%(reason)s"),
    ),
}


def register() -> None:
    """Make every template known; their kind is that of all of publicity."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
