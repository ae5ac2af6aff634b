"""Finds every translatable text of the project and brings the English catalogue up to it.

usage: python -m config.extract            rewrite locale/en from the texts found, keeping translations; list what is missing
       python -m config.extract DIR        the same, also taking translations from DIR/*.po
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from config.environment import ROOT

CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CJK = re.compile(r"[\u3400-\u9fff]")
Message = tuple[str, str, str]  # context, singular, plural


def sources() -> Iterator[tuple[Path, str]]:
    """Every Python module and template with its text as Python (templates are turned into gettext calls)."""
    for folder in ("src", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for suffix in ("html", "txt"):
        for path in sorted((ROOT / "templates").rglob(f"*.{suffix}")):
            # What templatize leaves is not indented as Python wants it.
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            yield path, "\n".join(line.strip() for line in lines)


def messages() -> dict[Message, set[str]]:
    """Every message with the files where it stands."""
    found: dict[Message, set[str]] = {}
    for path, text in sources():
        where = str(path.relative_to(ROOT))
        for _line, function, arguments, _comments in extract_python(
            io.BytesIO(text.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
        ):
            parts = [arguments] if isinstance(arguments, str) else list(arguments)
            context = parts.pop(0) if "pgettext" in str(function) else ""
            if not parts or not isinstance(parts[0], str):
                continue
            plural = parts[1] if str(function).startswith("n") and len(parts) > 1 else ""
            found.setdefault((context or "", parts[0], plural or ""), set()).add(where)
    return found


def missing() -> list[str]:
    """Messages that the English catalogue does not translate, one line each with the files."""
    known = {
        (entry.msgctxt or "", entry.msgid): entry
        for entry in polib.pofile(str(CATALOGUE))
        if entry.translated() and not entry.obsolete
    }
    return [
        f"{msgid!r} ({', '.join(sorted(where))})"
        for (context, msgid, _plural), where in sorted(messages().items())
        if (context, msgid) not in known
    ]


def update(extra: Path | None) -> None:
    """Rewrite the catalogue: what is found, in order of its text, with the translations known so far."""
    files = [CATALOGUE] if CATALOGUE.exists() else []
    files += sorted(extra.glob("*.po")) if extra else []
    known: dict[tuple[str, str], polib.POEntry] = {}
    for path in files:
        for entry in polib.pofile(str(path)):
            if entry.translated():
                known[entry.msgctxt or "", entry.msgid] = entry
    fresh = polib.POFile()
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for (context, msgid, plural), where in sorted(messages().items()):
        old = known.get((context, msgid))
        entry = polib.POEntry(
            msgctxt=context or None,
            msgid=msgid,
            msgstr="" if plural else (old.msgstr if old else ""),
            occurrences=[(path, "") for path in sorted(where)],
        )
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = _plural_forms(old)
        if "%(" in msgid or "%s" in msgid:
            entry.flags.append("python-format")
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))


def _plural_forms(old: polib.POEntry | None) -> dict[int, str]:
    if old is None:
        return {0: "", 1: ""}
    return old.msgstr_plural or {0: old.msgstr, 1: old.msgstr}


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit status."""
    update(Path(arguments[0]) if arguments else None)
    left = missing()
    sys.stdout.write(
        "".join(f"{line}\n" for line in left) + f"{len(messages())} messages, {len(left)} not translated\n"
    )
    return 1 if left else 0


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    sys.exit(main(sys.argv[1:]))
