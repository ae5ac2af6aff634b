"""The one entry of the register in the navigation of each role that has it."""

from django.utils.translation import gettext_lazy as _

from ui.navigation import register_tab


def register() -> None:
    """Offices, the three parties and the firm's manager find the register; everyone else of a firm their own papers."""
    told = {"label": _("企业和人员"), "icon": "building-bank", "order": 70, "match": ("firms_",)}
    told |= {"essential": False, "setting": True}
    for parties, roles in (
        (("city", "street", "community", "residents", "committee", "preparatory"), ()),
        (("company",), ("manager",)),
    ):
        register_tab(url_name="firms_register", parties=parties, roles=roles, **told)  # type: ignore[arg-type]
    register_tab(
        label=_("我的证书"),
        icon="shield-check",
        url_name="firms_own",
        order=75,
        parties=("company",),
        roles=("dispatcher", "worker"),
        match=("firms_own",),
        essential=False,
    )
