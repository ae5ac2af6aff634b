"""The reply templates that every compound begins with; a city and a compound may set their own in their place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """A ready sentence: with which ``step`` it is offered (remark, pause, return, finish, force_close)."""

    step: str
    title: str
    text: str


# They go into the request as they stand: the resident reads what the staff chose, in the language of the compound.
DEFAULTS: tuple[Reply, ...] = (
    Reply("remark", "已安排上门", "您好，已安排师傅上门，到之前会先给您打电话。"),
    Reply("remark", "请约时间", "您好，请告诉我们您方便的上门时间。"),
    Reply("remark", "需要更多信息", "您好，请补一张照片，或说明具体位置，方便师傅带齐工具。"),
    Reply("pause", "等配件", "需要的配件正在采购，到货后马上来修。"),
    Reply("pause", "家中无人", "上门时家中无人，请约好时间再来。"),
    Reply("pause", "等楼上配合", "需要楼上住户配合检查，正在联系。"),
    Reply("pause", "等待施工天气", "雨天不能做外墙和屋面防水，天晴后施工。"),
    Reply("return", "属于供水公司", "水表以外的市政供水管道由供水公司负责，已为您说明报修电话。"),
    Reply("return", "属于供电公司", "电表以外的线路由供电公司负责，已为您说明报修电话。"),
    Reply("return", "保修期内由开发商负责", "仍在保修期内，由开发商负责维修，已转告开发商。"),
    Reply("finish", "已更换配件", "已更换损坏的配件，试用正常。"),
    Reply("finish", "已疏通", "管道已疏通，排水正常。"),
    Reply("force_close", "多次联系不上", "三次以上不同日期联系报修人未果，现场已无法继续处理。"),
)
