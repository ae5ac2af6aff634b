"""The translation catalogues: compiled without gettext's tools, and checked to be whole.

usage: python -m config.messages compile   every .po that is newer than its .mo
       python -m config.messages check     every text of the program translated, none fuzzy, no placeholder invented
"""

import re
import sys
from pathlib import Path

import polib

from config.environment import ROOT

LOCALE = ROOT / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogues() -> list[Path]:
    """Every catalogue of the project, as .po files."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compile_stale() -> list[Path]:
    """Compile the catalogues whose compiled form is absent or older, each in one move; return them."""
    done = []
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
        done.append(source)
    return done


def faults() -> list[str]:
    """What is wrong with the catalogues: one line a fault, with file and line."""
    found = []
    for source in catalogues():
        for entry in polib.pofile(str(source)):
            if entry.obsolete:
                continue
            where = f"{source.relative_to(ROOT)}:{entry.linenum} {entry.msgid!r}"
            if entry.fuzzy or not entry.translated():
                found.append(f"{where}: {'fuzzy' if entry.fuzzy else 'not translated'}")
                continue
            wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            told = {
                name for text in [entry.msgstr, *entry.msgstr_plural.values()] for name in PLACEHOLDER.findall(text)
            }
            if told - wanted:
                found.append(f"{where}: placeholders that the source does not have: {', '.join(sorted(told - wanted))}")
    return found


def _missing() -> list[str]:
    """Texts of the program that the catalogue does not translate."""
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    from config.extract import missing

    return [f"not translated: {line}" for line in missing()]


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit status."""
    if arguments == ["compile"]:
        compile_stale()
        return 0
    if arguments == ["check"]:
        found = faults() or _missing()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    sys.stderr.write((__doc__ or "").split("usage: ")[1])
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
