"""Screens in plain words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idempotency.actions import KeyRefused
from screens.models import Screen
from screens.refusals import Refused

_REFUSALS: dict[str, str | Promise] = {
    "not_yours": gettext_lazy("您现在的身份不能管理大厅屏。"),
    "name": gettext_lazy("请写名称，最多 %(most)s 个字。"),
    "unknown_orientation": gettext_lazy("请选择画面方向。"),
    "no_such_place": gettext_lazy("选的楼幢或单元不在本小区，请重新选择。"),
    "too_many": gettext_lazy("一个小区最多 %(most)s 块屏。请先停用不用的。"),
    "revoked": gettext_lazy("这块屏已经停用了。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
}


def refusal_text(error: Refused | KeyRefused) -> str:
    """A refusal in words. KeyError for a code without words."""
    words = str(_REFUSALS[error.code])
    return words % error.details if isinstance(error, Refused) and error.details else words


def place_text(screen: Screen) -> str:
    """Whose notices a screen shows beside those for everyone."""
    if screen.entrance is not None and screen.building is not None:
        return f"{screen.building.name}{screen.entrance.name}"
    return str(screen.building.name) if screen.building is not None else _("全小区")
