"""What is said of a screen. The form only reads; ``screens.actions`` decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from screens.actions import Settings
from screens.models import Orientation, Screen
from screens.rules import MAX_NAME
from ui.forms import offer


class ScreenForm(forms.Form):
    """Name, place, how the picture stands, and whether it may ring."""

    name = forms.CharField(
        label=_("名称"),
        help_text=_("挂在哪里，例如：东门大厅。"),
        max_length=MAX_NAME,
        error_messages={"required": _("请写名称。"), "max_length": _("最多 %(limit_value)s 个字。")},
    )
    place = forms.ChoiceField(
        label=_("放哪里的公告"),
        required=False,
        help_text=_("全小区的公告都会放；选了楼幢或单元，再加上只发给那里的。"),
        error_messages={"invalid_choice": _("选的楼幢或单元不在本小区，请重新选择。")},
    )
    orientation = forms.ChoiceField(
        label=_("画面方向"),
        choices=Orientation.choices,
        initial=Orientation.LANDSCAPE,
        help_text=_("电视竖着装、设备自己转不了画面的，选“画面转 90 度”。"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择画面方向。")),
    )
    sound = forms.BooleanField(
        label=_("紧急公告响铃"), required=False, help_text=_("平时没有声音。打开后，来紧急公告时响几声。")
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [("", _("全小区")), *places])

    def settings(self) -> Settings:
        """What was said, as the actions take it."""
        given = self.cleaned_data
        return Settings(
            name=given["name"], place=given["place"], orientation=given["orientation"], sound=given["sound"]
        )


def initial_of(screen: Screen) -> dict[str, Any]:
    """What a form about a screen starts with."""
    place = f"e:{screen.entrance_id}" if screen.entrance_id else f"b:{screen.building_id}" if screen.building_id else ""
    return {"name": screen.name, "place": place, "orientation": screen.orientation, "sound": screen.sound}
