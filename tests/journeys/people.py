"""Someone at a browser: a device, what the page complained about, and the few taps that every journey needs."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
REF = re.compile(r"/repairs/([A-Za-z0-9_-]+)/(?:\?.*)?$")


def picture(colour: str = "#3d7f96") -> dict[str, Any]:
    """A photo as a phone would send it: a JPEG of 1600 x 1200, for ``set_input_files``."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1600, 1200), "#d9e2e6")
    ImageDraw.Draw(image).ellipse([400, 300, 1200, 900], fill=colour)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@dataclass
class Visitor:
    """A browser of its own with one page open. Use ``tap`` by role and name, as the person does."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Keep every error that the page or the browser reports."""
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))

    def _hear(self, page: Page, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            of = message.location.get("url", "")
            self.complaints.append(f"{page.url}: {message.text}" + (f" ({of})" if of not in ("", page.url) else ""))

    def expect_complaint(self, pattern: str) -> None:
        """What the browser will report in this journey because the journey provokes it."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        """What was reported and not provoked."""
        return [text for text in self.complaints if not any(re.search(one, text) for one in self.expected)]

    def open(self, path: str) -> None:
        """Go there and see that it answered well."""
        # A page that sets its own address at the same moment (history.replaceState) is taken for the answer: asked again.
        answer = self.page.goto(path) or self.page.goto(path)
        assert answer is not None, path
        assert answer.status == 200, (path, answer.status)

    def sign_in(self, name: str, *, onward: str = "", standing: str = "") -> None:
        """One tap on the demonstration's list; a second one where the person has several standings."""
        self.open(f"/accounts/login/?next={onward}" if onward else "/accounts/login/")
        self.page.locator(".demonstration button", has=self.page.get_by_text(name, exact=True)).click()
        self.page.wait_for_url(lambda address: "/accounts/login" not in address)
        if "/standing/" in self.page.url:
            self.page.locator(".standing-card", has_text=standing).first.click()
            self.page.wait_for_url(lambda address: "/standing/" not in address)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """A button by its words."""
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def describe(
        self, *, category: str, words: str, place: str = "公共区域", where: str = "", photo: bool = False
    ) -> None:
        """Fill in the open filing page."""
        form = self.page.locator("#filing")
        form.locator(".tile", has=self.page.get_by_text(category, exact=True)).click()
        if photo:
            form.locator("input[type=file]").set_input_files([picture()])
            expect(form.locator("[data-picked] img")).to_have_count(1)
        form.locator("#id_words").fill(words)
        form.locator(".tile", has=self.page.get_by_text(place, exact=True)).click()
        if where:
            form.locator("#id_place_text").fill(where)

    def file(self, code: str, **told: Any) -> str:
        """File a request from the filing page; returns its ref. Ends on the page of the request."""
        self.open(f"/c/{code}/repairs/new/")
        self.describe(**told)
        self.button("提交报修").click()
        return self.arrived()

    def arrived(self) -> str:
        """Wait for the page of the request that was filed; returns its ref."""
        self.page.wait_for_url(lambda address: bool(REF.search(address)) and "/new/" not in address)
        found = REF.search(self.page.url)
        assert found is not None, self.page.url
        return found[1]

    def unfold(self, action: str) -> Locator:
        """Open the panel of an action on the request's page; returns its form."""
        panel = self.page.locator("details.panel", has=self.page.locator(f'form[action$="/{action}/"]'))
        rest = self.page.locator("details.more-panels:not([open])", has=panel)
        if rest.count():  # what is rarely done stands under one more
            rest.locator(":scope > summary").click()
        if panel.get_attribute("open") is None:
            panel.locator(":scope > summary").click()
        return panel.locator("form").first

    def press(self, form: Locator) -> None:
        """Send a form by its one button."""
        form.locator("button[type=submit]").click()

    def expect_state(self, label: str) -> None:
        """The request's page shows this state."""
        expect(self.page.locator("[data-renew=head] .page-sub")).to_contain_text(label)
