"""What people are told about figures."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template


def register() -> None:
    """An export takes a while and can be left: whoever asked is told, in the inbox alone."""
    register_template(
        "oversight.export_ready",
        title=_("导出已制成"),
        body=_("您要的报修明细已制成，共 %(rows)s 件。七天内可以下载。"),
        channels=("in_app",),
    )
