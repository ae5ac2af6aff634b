"""docs/open311.md says what happens: every call in it is made, and every answer compared."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import time_machine

from tenancy.models import Compound
from tests.open311.conftest import FORM, encoded
from tests.repairs.conftest import NOW
from tests.world import World

DOC = (Path(__file__).resolve().parents[2] / "docs/open311.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```\n```(json|xml)\n(.*?)```", DOC, re.DOTALL)
SITE = "https://gongzhi.example"


def call(line: Any, command: str) -> Any:
    """What curl would do."""
    words = shlex.split(command.replace("\\\n", " ").replace("$KEY", line.secret))
    assert words.pop(0) == "curl"
    url = words.pop(0)
    assert url.startswith(SITE)
    headers: dict[str, str] = {}
    fields: list[tuple[str, str]] = []
    while words:
        option, value = words.pop(0), words.pop(0)
        if option == "-H":
            name, _, said = value.partition(": ")
            headers[name] = said
        else:
            assert option == "-d"
            name, _, said = value.partition("=")
            fields.append((name, said))
    path = url.removeprefix(SITE)
    if fields:
        return line.client.post(path, encoded(dict(fields)), content_type=FORM, headers=headers)
    return line.client.get(path, headers=headers)


def test_every_call_of_the_document_is_answered_as_it_says(world: World, hotline: Any, settings: Any) -> None:
    settings.PUBLIC_URL = SITE
    Compound.objects.filter(code="here").update(code="wangjiang", name="望江花园")
    assert len(BLOCKS) == 6
    with time_machine.travel(NOW, tick=False):
        line = hotline(world.here, "officer")
        for command, form, wanted in BLOCKS:
            answer = call(line, command)
            if form == "json":
                assert answer.json() == json.loads(wanted), command
            else:
                assert answer.content.decode() == wanted.strip(), command


def test_the_limits_that_it_names_are_those_that_hold() -> None:
    from open311 import rules

    assert f"{rules.READS_PER_MINUTE} reads and {rules.FILINGS_PER_MINUTE} filings a minute" in DOC
    assert f"up to {rules.MOST_IDS} numbers" in DOC
    assert (rules.SPAN.days, rules.MOST_ROWS, rules.SAME_WITHIN.seconds) == (90, 1000, 600)
