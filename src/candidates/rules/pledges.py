"""What a candidate pledges (竞职、履职、辞职承诺), one by one. The texts are the usual ones; a plan may word its own."""

MAX_PLEDGES = 6
MAX_TEXT = 400
STAND, SERVE, LEAVE = "stand", "serve", "leave"
CODES = (STAND, SERVE, LEAVE)
# The texts in the source language, as they are signed: a translation is not what was signed.
USUAL: dict[str, str] = {
    STAND: "竞职承诺：本人自愿参选，所填情况真实；不拉票贿选，不散布不实信息；尊重选举结果。",
    SERVE: (
        "履职承诺：当选后按时参加会议，执行业主大会决定，接受社区党组织、居委会指导和业主监督，公开收支，"
        "不为本人或亲友谋取利益。"
    ),
    LEAVE: "辞职承诺：不再符合条件，或者无法正常履职的，主动辞去职务，并在三日内移交资料、印章和财物。",
}
