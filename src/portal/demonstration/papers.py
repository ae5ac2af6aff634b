"""Credit codes and certificates of the demonstration: some run out soon, one has, as in every office."""

from datetime import timedelta

from django.utils.timezone import localdate

from firms.actions.certificates import enter_certificate
from firms.actions.firms import change_firm
from parties.queries import acting_post
from portal.demonstration import cast
from portal.demonstration.build import Cast
from tenancy.actor import Actor
from tenancy.scope import entering, scope

# Invented codes of no enterprise: the region is Yongkang's, the rest is made up, the check sign belongs to it.
CODES = {"heshun": "91330784MA2E00001L", "anju": "91330784MA2E00002P"}
# firm, holder ("" the firm itself), kind, number, grade, issuer, days until it runs out (None: never)
PAPERS = (
    ("heshun", "", "business_licence", CODES["heshun"], "", "永康市市场监督管理局", None),
    ("heshun", "", "credit", "2026-0117", "AAA", "金华市物业管理协会", 210),
    ("heshun", "王建国", "electrician", "T330784198001010011", "低压", "浙江省应急管理厅", 25),
    ("heshun", "马长根", "fire_operator", "2233000000001", "四级/中级工", "消防行业职业技能鉴定中心", 900),
    ("heshun", "金永康", "lift_manager", "330784199001010012", "A", "永康市市场监督管理局", -10),
    ("anju", "", "business_licence", CODES["anju"], "", "永康市市场监督管理局", None),
    ("anju", "何天明", "fire_operator", "2233000000002", "五级/初级工", "消防行业职业技能鉴定中心", 80),
)


def enter(made: Cast) -> None:
    """The city writes the codes, each firm's manager enters the firm's certificates."""
    city = _acting(made, "陈海燕")
    with scope(city.compound_ids):
        for key, (name, phone) in cast.FIRMS.items():
            change_firm(
                firm_id=made.organisations[key].pk,
                name=name,
                phone=phone,
                credit_code=CODES[key],
                by=city,
                now=made.now,
            )
    managers = {member.where: member.name for member in cast.STAFF if member.role == "manager"}
    for firm, holder, kind, number, grade, issuer, days in PAPERS:
        by = _acting(made, managers[firm])
        with scope(by.compound_ids):
            enter_certificate(
                body_id=made.organisations[firm].pk,
                person_id=made.person(holder).pk if holder else None,
                kind=kind,
                number=number,
                title="",
                grade=grade,
                issuer=issuer,
                starts=None,
                expires=localdate(made.now) + timedelta(days=days) if days is not None else None,
                by=by,
                now=made.now,
            )


def _acting(made: Cast, name: str) -> Actor:
    person, post = made.person(name), made.posts[name]
    with entering(person.pk):
        found = acting_post(person.pk, post.pk, localdate(made.now))
    if found is None:
        raise LookupError(name)
    return found
