"""Every component of the interface on two pages, for pictures and for axe. Not part of the product."""

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from tenancy.access import public
from tenancy.actor import Actor
from ui.navigation import ShownTab

RESIDENT = Actor(
    person_id=1,
    person_name="张三",
    kind="home",
    key=1,
    party="resident",
    role="owner",
    label="3幢2单元501 业主",
    compound_ids=(1,),
)


PHOTOS = [{"url": "#p", "thumb_url": "/static/ui/mark.svg", "alt": ""}] * 3


class Report(forms.Form):
    place = forms.CharField(label="哪里坏了", help_text="写到楼、单元和楼层，例如 3幢2单元 5楼电梯口", max_length=10)
    words = forms.CharField(label="怎么坏的", widget=forms.Textarea, required=False)
    when = forms.ChoiceField(
        label="什么时候方便上门", choices=[("a", "上午"), ("p", "下午"), ("e", "晚上")], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label="分类", choices=[("1", "水"), ("2", "电")])
    agreed = forms.BooleanField(label="可以把照片给维修师傅看", required=False, help_text="不勾选时只有物业经理看得到")


def _tabs(active: int, labels: list[tuple[str, str]]) -> list[ShownTab]:
    return [
        ShownTab(label=label, icon=icon, url=f"#{i}", active=i == active, count=3 if i == 1 else 0, essential=True)
        for i, (label, icon) in enumerate(labels)
    ]


def _context(now: datetime) -> dict[str, Any]:
    later = now + timedelta(days=1)
    return {
        "categories": [
            {"value": v, "icon": i, "label": w}
            for v, i, w in [
                ("water", "droplet", "水"),
                ("power", "bolt", "电"),
                ("lift", "elevator", "电梯"),
                ("door", "lock-access", "门禁"),
                ("fire", "fire-extinguisher", "消防"),
                ("public", "building-community", "公共设施"),
                ("leak", "ripple", "渗漏"),
                ("noise", "volume", "噪音"),
                ("clean", "leaf", "环境"),
                ("other", "dots", "其他"),
            ]
        ],
        "bound": Report({"place": "三幢二单元五楼电梯口旁边的水管", "kind": "1"}),
        "later": later,
        "past": now - timedelta(hours=3),
        "recent": now - timedelta(minutes=3),
        "events": [
            {
                "title": "已提交",
                "moment": now - timedelta(days=2),
                "who": "张*",
                "party": "resident",
                "detail": "厨房水管一直漏水，楼下也湿了。",
                "photos": PHOTOS,
            },
            {"title": "已受理", "moment": now - timedelta(days=1), "who": "阳光物业", "party": "company"},
            {"title": "响应超时，已告知业委会", "moment": now - timedelta(hours=5), "state": "late"},
            {"title": "维修师傅处理中", "state": "now", "who": "李*", "due": later},
            {"title": "由您确认", "state": "next"},
        ],
        "tab_items": [
            {"url": "#a", "label": "未完成", "count": 3, "active": True},
            {"url": "#b", "label": "已完成", "count": 28, "active": False},
        ],
        "page": Paginator(range(100), 10).page(3),
    }


@public
def gallery(request: HttpRequest, name: str) -> HttpResponse:
    if name not in ("resident", "desk", "empty"):
        raise Http404
    actor = (
        RESIDENT if name != "desk" else replace(RESIDENT, party="company", role="manager", label="阳光物业 项目经理")
    )
    request.actor = actor  # type: ignore[attr-defined]
    messages.success(request, "已经提交，物业会在今天 18:00 前受理。", extra_tags="draft:report")
    response = render(request, f"gallery_{name}.html", {**_context(timezone.now())})
    messages.get_messages(request).used = True
    return response


posted: list[dict[str, str]] = []


@public
def script(request: HttpRequest) -> HttpResponse:
    """A form to type into; ``?done`` is the page after it was sent, ``?slow`` waits."""
    return render(request, "gallery_script.html", {"bound": Report(), "done": "done" in request.GET})


@public
def post(request: HttpRequest) -> HttpResponse:
    """Remember what came; Django has checked the token."""
    posted.append(request.POST.dict())
    time.sleep(0.4)
    if request.headers.get("HX-Request"):
        answer = HttpResponse("<p>换好了</p>", status=422)
        answer["HX-Trigger"] = json.dumps({"toast": {"text": "saved", "tone": "good"}})
        return answer
    return HttpResponseRedirect("/gallery/script?sent")


@public
def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery_bare.html")


urlpatterns = [
    path("gallery/bare", bare),
    path("gallery/script", script),
    path("gallery/post", post),
    path("gallery/<str:name>", gallery),
    path("", include("config.urls")),
]
handler404 = "portal.views.errors.not_found"
