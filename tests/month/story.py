"""What the people of the story do, through the pages; each act is written in the book as it is done."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Person
from accounts.sms import memory
from messaging.models import Message
from tenancy.scope import scope
from tests.month.book import Book, Case, Step
from tests.month.browser import Browser, Page
from tests.month.clock import CHINA, Clock
from tests.month.place import CODE, OLD_FIRM, STAFF, House, Place, phone_of
from tests.month.watching import Watch
from tests.repairs.conftest import picture
from tests.world import Side
from tests.world import phone_of as phone_in_world

HERE = f"/c/{CODE}"
REF = re.compile(r"/repairs/([A-Za-z0-9_-]+)/")
NUMBER = re.compile(r'编号 <span class="number">([^<]+)</span>')


def at(day: int, hour: int, minute: int = 0, *, month: int = 9) -> datetime:
    """A moment of the story, in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def october(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the second half."""
    return at(day, hour, minute, month=10)


@dataclass
class Story:
    """The place, the clock, the book, and everybody's browser by name."""

    place: Place
    here: Side
    clock: Clock
    book: Book = field(default_factory=Book)
    browsers: dict[str, Browser] = field(default_factory=dict)
    homes: dict[str, House] = field(default_factory=dict)
    firm: str = OLD_FIRM
    incident: str = ""
    handover: str = ""

    def __post_init__(self) -> None:
        self.watch = Watch(self.place.compound.pk, CODE, self.book, self.browsers)
        self.clock.watch = self.watch
        self.clock.ahead = self.watch.ahead

    # --- people -------------------------------------------------------------------------------------------------------
    def browser(self, name: str) -> Browser:
        """Someone's browser; staff sign in when they are first needed."""
        if name not in self.browsers:
            browser = self.browsers[name] = Browser(f"10.1.{len(self.browsers) // 250}.{len(self.browsers) % 250 + 1}")
            if name in STAFF:
                self.sign_in(browser, phone_of(list(STAFF).index(name)))
            elif name in self.here.people:
                self.sign_in(browser, phone_in_world(0, name)[3:])
        return self.browsers[name]

    def sign_in(self, browser: Browser, phone: str, *, onward: str = "/", name: str = "") -> Page:
        """By number and code; a new person gives a name."""
        browser.open(onward if onward.startswith("/accounts/") else f"/accounts/login/?next={onward}")
        browser.press("获取验证码", phone=phone, agree="on")
        page = browser.press("登录", code=memory.outbox[-1].params["code"])
        if name:
            assert page.path.startswith("/accounts/name/"), page.path
            page = browser.press("保存", name=name)
        return page

    # --- requests -----------------------------------------------------------------------------------------------------
    def file(
        self, who: str, category: str, words: str, *, place: str = "home", apart: bool = False, **given: Any
    ) -> Case:
        """Report something from the filing page. ``apart``: something alike is offered, and it is filed all the same."""
        browser = self.browser(who)
        form = browser.open(f"{HERE}/repairs/new/").form("/repairs/new/")
        page = browser.send(form, category=category, words=words, place=place, **given)
        if apart:
            page = browser.press("照样提交")
        assert page.path.endswith("?filed=1"), page.text[:600]
        ref, number = REF.search(page.path), NUMBER.search(page.html)
        assert ref is not None
        assert number is not None
        made = Case(ref[1], number[1], who, category, "urgent" in given, self.firm)
        made.steps.append(Step(self.clock.now, "file"))
        self.clock.work()
        return self.book.add(made)

    def open(self, who: str, case: Case) -> Page:
        """The page of a case."""
        return self.browser(who).open(f"{HERE}/repairs/{case.ref}/")

    def do(self, who: str, case: Case, action: str, *, step: Step | None = None, **given: Any) -> Page:
        """One act from the page of a case, by the form that the page offers."""
        form = self.open(who, case).form(f"/{case.ref}/{action}/")
        page = self.browser(who).send(form, **given)
        self.clock.work()
        case.steps.append(step or Step(self.clock.now, action))
        return page

    def aside(self, who: str, case: Case, action: str, **given: Any) -> Page:
        """An act that moves nothing: a price, a signature, 催办, a remark."""
        form = self.open(who, case).forms(f"/{case.ref}/{action}/")[0]
        page = self.browser(who).send(form, **given)
        self.clock.work()
        return page

    def join(self, who: str, category: str, words: str) -> Case:
        """Begin to report, be shown what neighbours reported already, and say 我也遇到 to the first of them."""
        browser = self.browser(who)
        form = browser.open(f"{HERE}/repairs/new/").form("/repairs/new/")
        offered = browser.send(form, category=category, words=words, place="building").forms("/join/")
        assert offered, browser.page.text
        page = browser.send(offered[0], twice=True)
        assert "您也遇到了这个问题" in page.text, page.text[:500]
        case = next(one for one in self.book.cases if f"/{one.ref}/" in offered[0].action)
        case.joined.append(who)
        self.clock.work()
        return case

    # --- short ways ---------------------------------------------------------------------------------------------------
    def assign(self, who: str, case: Case, worker: str) -> None:
        """The desk gives it to a worker."""
        self.do(who, case, "assign", step=Step(self.clock.now, "assign", worker=worker), worker=worker)

    def claim(self, worker: str, case: Case) -> None:
        """A worker takes it."""
        self.do(worker, case, "claim", step=Step(self.clock.now, "claim", worker=worker))

    def start(self, worker: str, case: Case) -> None:
        """Arrive and begin, with a picture of how it was."""
        if self.open(worker, case).forms(f"/{case.ref}/arrive/"):
            self.aside(worker, case, "arrive")
        self.do(worker, case, "start", photos=picture())

    def finish(self, worker: str, case: Case, note: str = "已修好，请您看看。") -> None:
        """Report it repaired, with a picture."""
        self.do(worker, case, "finish", photos=picture(), note=note)

    def confirm(self, who: str, case: Case, stars: int) -> None:
        """The filer says that it is repaired, and rates it."""
        step = Step(self.clock.now, "confirm", stars=stars)
        page = self.do(who, case, "confirm", step=step, stars=str(stars), comment="")
        assert "已完成" in page.text

    def pause(self, who: str, case: Case, reason: str, until: datetime) -> None:
        """The clock stands until a day that everyone can read."""
        step = Step(self.clock.now, "pause", until=until)
        self.do(who, case, "pause", step=step, reason=reason, until=until.strftime("%Y-%m-%dT%H:%M"))

    def resumed_by_itself(self, case: Case) -> None:
        """Written before the time comes: at the end of its pause a case goes on without anybody's hand."""
        pause = case.steps[-1]
        assert pause.until is not None
        case.steps.append(Step(pause.until, "resume"))

    def handed_on(self, moment: datetime, firm: str) -> list[Case]:
        """Written before the day comes: whatever is open then goes to the new firm, at the first sweep of the day."""
        self.firm = firm
        going = self.book.held(moment)
        for case in going:
            case.steps.append(Step(moment, "hand_on", firm=firm))
        return going

    def whole(self, case: Case, worker: str, *, desk: str, hours: float, stars: int | None) -> None:
        """The ordinary way: assigned in ten minutes, repaired in so many hours, confirmed the hour after."""
        self.clock.passes(minutes=10)
        self.assign(desk, case, worker)
        self.clock.passes(hours=hours)
        self.start(worker, case)
        self.finish(worker, case)
        if stars is not None:
            self.clock.passes(hours=1)
            self.confirm(case.filer, case, stars)

    @property
    def messages(self) -> int:
        """How many short messages have gone out so far."""
        return len(memory.outbox)

    def told_by_sms(self, since: int) -> set[str]:
        """The numbers to which a short message went after so many."""
        return {one.phone.removeprefix("+86") for one in memory.outbox[since:]}

    def told_in_app(self, template: str) -> set[str]:
        """The numbers of those who have a message of this kind in their inbox."""
        with scope(self.place.compound.pk):
            people = set(Message.objects.filter(template=template).values_list("person_id", flat=True))
        return {one.phone.removeprefix("+86") for one in Person.objects.filter(pk__in=people)}


def numbers(*names: str) -> set[str]:
    """The telephones of staff."""
    return {phone_of(list(STAFF).index(name)) for name in names}
