"""URLs of rosters and of the control room's log, under /c/<code>/rosters/."""

from django.urls import path

from rosters.views import feed, hands, log, months, setting

_HERE = "c/<slug:code>/rosters/"
urlpatterns = [
    path(_HERE, months.home, name="rosters_home"),
    path(f"{_HERE}m/<slug:month>/", months.month, name="rosters_month"),
    path(f"{_HERE}m/<slug:month>/part/", months.month_part, name="rosters_month_part"),
    path(f"{_HERE}m/<slug:month>/make/", months.make, name="rosters_make"),
    path(f"{_HERE}e/<slug:roster>/sick/", months.sick, name="rosters_sick"),
    path(f"{_HERE}e/<slug:roster>/seen/", hands.seen, name="rosters_seen"),
    path(f"{_HERE}e/<slug:roster>/cell/<slug:on>/<int:station_id>/<int:shift_no>/", months.cell, name="rosters_cell"),
    path(f"{_HERE}e/<slug:roster>/<slug:step>/", months.step, name="rosters_step"),
    path(f"{_HERE}posts/", setting.posts, name="rosters_posts"),
    path(f"{_HERE}posts/numbers/", setting.numbers, name="rosters_numbers"),
    path(f"{_HERE}posts/<int:station_id>/", setting.one_post, name="rosters_post"),
    path(f"{_HERE}posts/<int:station_id>/end/", setting.end_post, name="rosters_post_end"),
    path(f"{_HERE}people/", setting.people, name="rosters_people"),
    path(f"{_HERE}people/<int:roster_member>/", setting.person, name="rosters_person"),
    path(f"{_HERE}people/<int:roster_member>/remove/", setting.remove, name="rosters_person_remove"),
    path(f"{_HERE}leave/", hands.leave, name="rosters_leave"),
    path(f"{_HERE}leave/<int:absence_id>/<slug:step>/", hands.leave_step, name="rosters_leave_step"),
    path(f"{_HERE}swaps/", hands.swaps, name="rosters_swaps"),
    path(f"{_HERE}swaps/<int:swap_id>/<slug:step>/", hands.swap_step, name="rosters_swap_step"),
    path(f"{_HERE}mine/", hands.mine, name="rosters_mine"),
    path(f"{_HERE}mine/calendar.ics", hands.calendar, name="rosters_calendar"),
    path(f"{_HERE}mine/feed/<slug:step>/", hands.feed_step, name="rosters_feed_step"),
    path("shifts/<slug:code>/<slug:token>.ics", feed.feed, name="rosters_feed"),
    path(f"{_HERE}mine/<int:own_shift>/swap/", hands.swap, name="rosters_swap"),
    path(f"{_HERE}log/", log.rooms, name="rosters_log"),
    path(f"{_HERE}log/<int:room_id>/", log.room, name="rosters_room"),
    path(f"{_HERE}log/<int:room_id>/entries/<int:entry_id>/", log.correct, name="rosters_correct"),
    path(f"{_HERE}log/<int:room_id>/alarms/<int:alarm_id>/", log.alarm, name="rosters_alarm"),
    path(f"{_HERE}log/<int:room_id>/<slug:step>/", log.step, name="rosters_room_step"),
    path(f"{_HERE}overdue/", log.overdue, name="rosters_overdue"),
]
