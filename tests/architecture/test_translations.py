"""No untranslated text: every Chinese text is a message, and every message is translated."""

import re

from config.environment import ROOT
from config.extract import CJK, messages, missing

TAGS = re.compile(
    r"{%\s*(?:blocktrans|blocktranslate)\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL
)
COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|<!--.*?-->", re.DOTALL)
# The name of the product and of each language stand in their own script on every page.
NAMES = ("共治", "简体中文")


def test_every_message_is_translated_into_english() -> None:
    assert messages()
    assert missing() == []


def test_no_chinese_stands_in_a_template_outside_a_message() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        bare = TAGS.sub("", COMMENT.sub("", path.read_text()))
        for name in NAMES:
            bare = bare.replace(name, "")
        found += [f"{path.relative_to(ROOT)}: {line.strip()}" for line in bare.splitlines() if CJK.search(line)]
    assert found == []
