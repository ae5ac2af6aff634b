"""URLs of joining: under /j/ and /join/ for whoever has no standing there yet, under /c/<code>/ for one compound."""

from django.urls import URLPattern, URLResolver, path

from residency.views import household, joining, office, parents, posters

urlpatterns: list[URLPattern | URLResolver] = [
    # Without a slash at the end: it is what the QR code says, and the shorter the coarser its squares.
    path("j/<slug:typed>", joining.scan, name="residency_scan"),
    path("join/", joining.entry, name="residency_join"),
    path("join/parents/", parents.parents, name="residency_parents"),
    path("join/parents/<int:bond_id>/end/", parents.end, name="residency_parents_end"),
    path("join/claims/<int:occupancy_id>/withdraw/", joining.take_back, name="residency_withdraw"),
    path("join/<slug:typed>/", joining.join, name="residency_claim"),
    path("c/<slug:code>/household/", household.household, name="residency_household"),
    path("c/<slug:code>/household/parent-code/", household.parent_code, name="residency_household_code"),
    path("c/<slug:code>/household/parent-code/drop/", household.drop_parent_code, name="residency_household_code_drop"),
    path(
        "c/<slug:code>/household/<int:occupancy_id>/invite/",
        household.invite_someone,
        name="residency_household_invite",
    ),
    path("c/<slug:code>/household/<int:occupancy_id>/leave/", household.leave, name="residency_household_leave"),
    path("c/<slug:code>/household/<int:occupancy_id>/stay/", household.stay_on, name="residency_household_stay"),
    path(
        "c/<slug:code>/household/invitations/<int:invitation_id>/cancel/",
        household.cancel,
        name="residency_household_cancel",
    ),
    path("c/<slug:code>/household/bonds/<int:bond_id>/end/", household.unbind, name="residency_household_unbind"),
    path("c/<slug:code>/claims/", office.claims, name="residency_claims"),
    path("c/<slug:code>/claims/rows/", office.claims_rows, name="residency_claims_rows"),
    path("c/<slug:code>/residents/", office.residents, name="residency_residents"),
    path("c/<slug:code>/residents/new/", office.register, name="residency_register"),
    path("c/<slug:code>/residents/bonds/<int:bond_id>/end/", office.unbind, name="residency_resident_unbind"),
    path("c/<slug:code>/residents/<int:occupancy_id>/", office.resident, name="residency_resident"),
    path("c/<slug:code>/residents/<int:occupancy_id>/reveal/", office.reveal, name="residency_resident_reveal"),
    path("c/<slug:code>/residents/<int:occupancy_id>/<slug:action>/", office.act, name="residency_resident_act"),
    path("c/<slug:code>/posters/", posters.posters, name="residency_posters"),
    path("c/<slug:code>/posters/<int:poster_id>/replace/", posters.replace, name="residency_poster_replace"),
]
