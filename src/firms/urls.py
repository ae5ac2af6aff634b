"""URLs of this app."""

from django.urls import path

from firms.views import certificates, contracts, posts, register

urlpatterns = [
    path("firms/", register.firms, name="firms_register"),
    path("firms/new/", register.new, name="firms_new"),
    path("firms/<int:firm_id>/", register.firm, name="firms_firm"),
    path("firms/<int:firm_id>/edit/", register.edit, name="firms_edit"),
    path("firms/<int:firm_id>/contracts/new/", contracts.new, name="firms_contract_new"),
    path("firms/<int:firm_id>/certificates/", certificates.listed, name="firms_certificates"),
    path("firms/<int:firm_id>/certificates/new/", certificates.new, name="firms_certificate_new"),
    path(
        "firms/<int:firm_id>/certificates/<int:certificate_id>/withdraw/",
        certificates.withdraw,
        name="firms_certificate_withdraw",
    ),
    path(
        "firms/<int:firm_id>/certificates/<int:certificate_id>/copy/", certificates.copy, name="firms_certificate_copy"
    ),
    path("my-certificates/", certificates.own, name="firms_own"),
    path("my-certificates/<int:certificate_id>/copy/", certificates.own_copy, name="firms_own_copy"),
    path("c/<slug:code>/contracts/<int:contract_id>/", contracts.contract, name="firms_contract"),
    path("c/<slug:code>/contracts/<int:contract_id>/end/", contracts.end, name="firms_contract_end"),
    path("c/<slug:code>/contracts/<int:contract_id>/copy/", contracts.add_copy, name="firms_contract_copy"),
    path("bodies/", posts.bodies, name="firms_bodies"),
    path("bodies/<int:body_id>/posts/", posts.posts, name="firms_posts"),
    path("bodies/<int:body_id>/posts/new/", posts.new, name="firms_post_new"),
    path("bodies/<int:body_id>/posts/sheet/", posts.sheet, name="firms_posts_sheet"),
    path("bodies/<int:body_id>/posts/<int:post_key>/end/", posts.end, name="firms_post_end"),
    path("bodies/<int:body_id>/posts/<int:post_key>/void/", posts.void, name="firms_post_void"),
]
