"""URLs of this app."""

from django.urls import path

from duty.views import mine, week

urlpatterns = [
    path("c/<slug:code>/duty/", week.week, name="duty_week"),
    path("c/<slug:code>/duty/new/", week.new, name="duty_new"),
    path("c/<slug:code>/duty/patterns/", week.patterns, name="duty_patterns"),
    path("c/<slug:code>/duty/patterns/<int:pattern_id>/end/", week.end_pattern, name="duty_end_pattern"),
    path("c/<slug:code>/duty/shifts/<int:shift_id>/cancel/", week.cancel, name="duty_cancel"),
    path("c/<slug:code>/duty/mine/", mine.mine, name="duty_mine"),
    path("c/<slug:code>/duty/shifts/<int:shift_id>/hand-over/", mine.hand_over, name="duty_hand_over"),
    path("c/<slug:code>/duty/offers/<int:offer_id>/take/", mine.take, name="duty_take"),
    path("c/<slug:code>/duty/offers/<int:offer_id>/no/", mine.no, name="duty_no"),
]
