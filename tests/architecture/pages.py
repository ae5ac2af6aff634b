"""Where the statements of each page are counted, by the name of its URL. See ``test_statement_counts``."""

# A test that takes ``statements``, fills the page with one row and with thirty, and asserts a literal number with ``==``.
COUNTED = {
    "accounts_export": "architecture/test_statement_counts.py::test_a_persons_own_copy_takes_the_same_statements",
    "api_repairs": "api/test_repairs_api.py::test_a_list_takes_the_same_statements_at_any_length",
    "api_incidents": "api/test_repairs_talk.py::test_incidents_ask_the_same_for_one_and_for_thirty",
    "api_repairs_remarks": "api/test_repairs_talk.py::test_remarks_ask_the_same_for_one_and_for_thirty",
    "api_places": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_replies": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_routing": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_routing_ask": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_routing_history": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_deadlines": "api/test_rules_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_box": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "elections_results": "elections/test_imported.py::test_the_page_asks_no_more_than_who_it_is",
    "boxes_key": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "boxes_one": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "boxes_part": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "boxes_public": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "boxes_verify": "boxes/test_anyone.py::test_the_page_costs_the_same_for_one_and_thirty",
    "boxes_reset": "boxes/test_pages.py::test_pages_cost_the_same_for_one_and_thirty",
    "duty_mine": "duty/test_pages.py::test_my_shifts_cost_the_same_for_one_and_thirty",
    "duty_patterns": "duty/test_pages.py::test_pattern_page_with_many",
    "duty_week": "duty/test_pages.py::test_the_week_costs_the_same_for_one_and_thirty",
    "api_handover": "handover/test_pages.py::test_rest_costs_the_same_for_one_row_and_thirty",
    "api_handover_items": "handover/test_pages.py::test_rest_costs_the_same_for_one_row_and_thirty",
    "api_handovers": "handover/test_pages.py::test_rest_costs_the_same_for_one_row_and_thirty",
    "handover_copies": "handover/test_pages.py::test_copies_cost_the_same_for_one_and_thirty",
    "handover_late": "handover/test_pages.py::test_late_records_cost_the_same_for_one_and_thirty",
    "handover_one": "handover/test_pages.py::test_a_list_costs_the_same_for_one_row_and_thirty",
    "handover_overview": "handover/test_pages.py::test_the_overview_costs_the_same_for_one_row_and_thirty",
    "handover_overview_part": "handover/test_pages.py::test_the_overview_costs_the_same_for_one_row_and_thirty",
    "handover_part": "handover/test_pages.py::test_a_list_costs_the_same_for_one_row_and_thirty",
    "handover_rows": "handover/test_pages.py::test_a_list_costs_the_same_for_one_row_and_thirty",
    "handover_sign": "handover/test_pages.py::test_a_list_costs_the_same_for_one_row_and_thirty",
    "firms_bodies": "firms/test_pages.py::test_bodies_cost_the_same_for_one_and_thirty",
    "firms_certificate_new": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_certificates": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_firm": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_own": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_post_new": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_posts": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_posts_sheet": "firms/test_pages.py::test_lists_of_a_firm_cost_the_same_for_one_and_thirty",
    "firms_register": "firms/test_pages.py::test_the_register_costs_the_same_for_few_and_thirty",
    "headless:sessions": "accounts/test_app_api.py::test_sessions_take_the_same_statements_at_any_number",
    "home": "portal/test_home.py::test_home_asks_six_times",
    "api_notice": "notices/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_notices": "notices/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "notices_calendar": "notices/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "notices_feed": "notices/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "notices_amend": "notices/test_writing_pages.py::test_the_editor_asks_the_same_for_one_and_for_thirty",
    "notices_desk": "notices/test_writing_pages.py::test_the_desk_asks_the_same_for_one_and_for_thirty",
    "notices_desk_rows": "notices/test_writing_pages.py::test_the_desk_asks_the_same_for_one_and_for_thirty",
    "notices_rules": "notices/test_keeping_pages.py::test_the_page_costs_the_same_for_one_and_for_thirty",
    "notices_edit": "notices/test_writing_pages.py::test_the_editor_asks_the_same_for_one_and_for_thirty",
    "notices_new": "notices/test_writing_pages.py::test_the_editor_asks_the_same_for_one_and_for_thirty",
    "notices_templates": "notices/test_writing_pages.py::test_the_editor_asks_the_same_for_one_and_for_thirty",
    "notices_board": "notices/test_reading_pages.py::test_the_board_asks_the_same_for_one_and_for_thirty",
    "notices_one": "notices/test_reading_pages.py::test_a_notice_asks_the_same_for_one_edition_and_for_thirty",
    "notices_rows": "notices/test_reading_pages.py::test_the_board_asks_the_same_for_one_and_for_thirty",
    "api_publicity": "publicity/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "api_publicity_rules": "publicity/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "paper_batch": "paper_ballots/test_batch_pages.py::test_a_batch_costs_the_same_for_one_and_for_thirty",
    "paper_sheet": "paper_ballots/test_batch_pages.py::test_a_batch_costs_the_same_for_one_and_for_thirty",
    "paper_batch_new": "paper_ballots/test_batch_pages.py::test_a_batch_costs_the_same_for_one_and_for_thirty",
    "paper_desk": "paper_ballots/test_desk.py::test_the_desk_costs_the_same_for_one_and_for_thirty",
    "paper_asked": "paper_ballots/test_asking.py::test_the_list_and_the_owners_page_cost_the_same",
    "paper_how": "paper_ballots/test_asking.py::test_the_list_and_the_owners_page_cost_the_same",
    "paper_doors": "paper_ballots/test_doors.py::test_doors_cost_the_same_for_one_and_for_thirty",
    "paper_entrance": "paper_ballots/test_doors.py::test_doors_cost_the_same_for_one_and_for_thirty",
    "api_paper_requests": "paper_ballots/test_asking_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_paper_own": "paper_ballots/test_asking_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_papers": "paper_ballots/test_papers_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_paper_doors": "paper_ballots/test_papers_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_paper_entrance": "paper_ballots/test_papers_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_paper_batches": "paper_ballots/test_papers_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "api_paper_batch": "paper_ballots/test_papers_api.py::test_lists_cost_the_same_for_one_and_for_thirty",
    "ballots_mine": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_poll": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_ballot": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_receipt": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_proxy": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "voters_mine": "ballots/test_voters.py::test_the_pages_ask_the_same_for_one_and_for_thirty",
    "voters_poll": "ballots/test_voters.py::test_the_pages_ask_the_same_for_one_and_for_thirty",
    "voters_ballot": "ballots/test_voters.py::test_the_pages_ask_the_same_for_one_and_for_thirty",
    "voters_receipt": "ballots/test_voters.py::test_the_receipt_asks_the_same_for_one_and_for_thirty",
    "voters_proxy": "ballots/test_voters.py::test_the_pages_ask_the_same_for_one_and_for_thirty",
    "ballots_turnout": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_rounds": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_delivery": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_window": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "ballots_records": "ballots/test_statements.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "polls_call": "elections/test_calling_pages.py::test_items_ask_the_same_for_one_and_for_thirty",
    "polls_items": "elections/test_calling_pages.py::test_items_ask_the_same_for_one_and_for_thirty",
    "polls_window": "elections/test_calling_pages.py::test_items_ask_the_same_for_one_and_for_thirty",
    "polls_history": "elections/test_roll_pages.py::test_rolls_ask_the_same_for_few_and_for_many",
    "polls_likeness": "elections/test_roll_pages.py::test_rolls_ask_the_same_for_few_and_for_many",
    "polls_public": "elections/test_roll_pages.py::test_rolls_ask_the_same_for_few_and_for_many",
    "polls_roll": "elections/test_roll_pages.py::test_rolls_ask_the_same_for_few_and_for_many",
    "polls_unit": "elections/test_roll_pages.py::test_rolls_ask_the_same_for_few_and_for_many",
    "api_box_results": "ballots/test_officers_rest.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_poll_editions": "ballots/test_officers_rest.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_poll_steps": "ballots/test_officers_rest.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_vote_extensions": "ballots/test_officers_rest.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_poll": "elections/test_polls_api.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_poll_roll": "elections/test_polls_api.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_votes": "ballots/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_vote_rights": "ballots/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_vote": "ballots/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_vote_turnout": "ballots/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_polls": "elections/test_polls_api.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "polls_list": "elections/test_polls_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "polls_one": "elections/test_polls_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_committee": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "api_committees": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "api_poll_result": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_cross": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_filing": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_filing_data": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_handing": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_member": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_office": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_overview": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_recall": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_result": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "committees_sheet": "committees/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "candidates_list": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "candidates_one": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "candidates_members": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "candidates_slate": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "candidates_plan": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "candidates_group": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_candidates": "candidates/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "letters_box": "letters/test_letters.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "letters_one": "letters/test_letters.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_letter": "letters/test_letters.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_letters": "letters/test_letters.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_letters_bodies": "letters/test_letters.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_notice_objections": "publicity/test_objecting.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_objection": "publicity/test_objecting.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "api_objections": "publicity/test_objecting.py::test_rest_asks_the_same_for_one_and_for_thirty",
    "publicity_objection": "publicity/test_objecting.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "publicity_objections": "publicity/test_objecting.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "publicity_periods": "publicity/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "publicity_rules": "publicity/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "api_equipment_dues": "equipment/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_equipment_pieces": "equipment/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_equipment_reports": "equipment/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_equipment_stops": "equipment/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_assign": "rounds/test_assigning.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_calendar": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_figures": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_one": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_place": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_places": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_plan": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_plans": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_print": "rounds/test_forms.py::test_the_page_asks_the_same_for_one_and_for_thirty",
    "rounds_reports": "rounds/test_reports.py::test_the_page_asks_the_same_for_one_and_for_thirty",
    "rounds_review": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_route": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_today": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rounds_walk": "rounds/test_walk.py::test_the_page_is_the_same_however_much_is_due",
    "rounds_watch": "rounds/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rounds_assignments": "rounds/test_assigning.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rounds_occurrences": "rounds/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rounds_package": "rounds/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rosters_log": "rosters/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rosters_mine": "rosters/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_rosters_month": "rosters/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_feed": "rosters/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_alarm": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_calendar": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_cell": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_correct": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_home": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_leave": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_log": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_mine": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_month": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_month_part": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_overdue": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_people": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_person": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_post": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_posts": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_room": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_sick": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_swap": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "rosters_swaps": "rosters/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_defect": "defects/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_defects": "defects/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "defects_list": "defects/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "defects_new": "defects/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "defects_one": "defects/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_away": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_dues": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_import": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_imports": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_label": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_new": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_overdue": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_papers": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_piece": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_plan": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_plans": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_register": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_reports": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_rules": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_stop": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_stops": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_subject": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "equipment_visits": "equipment/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_desk": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_desk_rows": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_notice": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_notice_rows": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_point": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_points": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "posting_walk": "posting/test_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_posting_notice": "posting/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_posting_points": "posting/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_posting_rounds": "posting/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "api_posting_work": "posting/test_api.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "inbox": "messaging/test_inbox.py::test_statements_do_not_grow_with_rows",
    "inbox_rows": "messaging/test_inbox.py::test_the_part_that_renews_itself_costs_the_same",
    "open311_keys": "open311/test_keys.py::test_the_list_costs_the_same_for_one_and_thirty",
    "open311_request": "open311/test_reading.py::test_one_request_costs_the_same_however_many_there_are",
    "open311_requests": "open311/test_reading.py::test_the_list_costs_the_same_for_one_and_thirty",
    "open311_service": "open311/test_reading.py::test_buildings_cost_the_same_for_one_and_thirty",
    "oversight_cases": "oversight/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "oversight_compound": "oversight/test_pages.py::test_a_compound_asks_the_same_for_one_case_and_for_thirty",
    "oversight_compound_cases": "oversight/test_pages.py::test_a_compound_asks_the_same_for_one_case_and_for_thirty",
    "live_catch_up_by_pass": "live/test_admission.py::test_polling_by_pass_asks_the_same_for_one_and_for_thirty",
    "oversight_fire": "oversight/test_fire.py::test_the_table_asks_the_same_for_one_and_for_thirty",
    "oversight_fire_sheet": "oversight/test_fire.py::test_the_table_asks_the_same_for_one_and_for_thirty",
    "oversight_overview": "oversight/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "oversight_sheet": "oversight/test_pages.py::test_pages_ask_the_same_for_one_and_for_thirty",
    "api_register_homes": "api/test_register_api.py::test_thirty_homes_ask_as_often_as_one",
    "registers_import": "registers/test_pages.py::test_a_result_asks_as_often_for_thirty_as_for_one",
    "registers_imports": "registers/test_pages.py::test_the_list_asks_as_often_for_thirty_as_for_one",
    "registers_list": "registers/test_pages.py::test_the_list_asks_as_often_for_thirty_as_for_one",
    "repairs_board": "repairs/test_board.py::test_the_board_asks_ten_times",
    "repairs_board_cards": "repairs/test_board.py::test_the_board_asks_ten_times",
    "repairs_incident": "repairs/test_incident_pages.py::test_incident_pages_ask_the_same_for_one_and_for_thirty",
    "repairs_incident_lines": "repairs/test_incident_pages.py::test_incident_pages_ask_the_same_for_one_and_for_thirty",
    "repairs_incident_new": "repairs/test_incident_pages.py::test_incident_pages_ask_the_same_for_one_and_for_thirty",
    "repairs_incidents": "repairs/test_incident_pages.py::test_incident_pages_ask_the_same_for_one_and_for_thirty",
    "repairs_own": "repairs/test_own_pages.py::test_a_list_costs_the_same_at_one_row_and_at_thirty",
    "repairs_own_rows": "repairs/test_own_pages.py::test_a_list_costs_the_same_at_one_row_and_at_thirty",
    "repairs_public": "repairs/test_own_pages.py::test_a_list_costs_the_same_at_one_row_and_at_thirty",
    "repairs_public_rows": "repairs/test_own_pages.py::test_a_list_costs_the_same_at_one_row_and_at_thirty",
    "repairs_request": "repairs/test_request_page.py::test_the_page_takes_the_same_few_statements_however_much_happened",
    "repairs_city_deadline": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_city_deadlines": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_city_deadlines_history": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_city_replies": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_city_replies_history": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_city_reply": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_deadline": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_deadlines": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_deadlines_history": "repairs/test_deadline_pages.py::test_pages_ask_the_same_for_one_version_and_for_thirty",
    "repairs_places": "repairs/test_place_pages.py::test_pages_ask_the_same_for_one_place_and_for_thirty",
    "repairs_replies": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_replies_history": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_reply": "repairs/test_reply_pages.py::test_pages_ask_the_same_for_one_reply_and_for_thirty",
    "repairs_routing": "repairs/test_routing_pages.py::test_pages_ask_the_same_for_one_rule_and_for_thirty",
    "repairs_routing_history": "repairs/test_routing_pages.py::test_pages_ask_the_same_for_one_rule_and_for_thirty",
    "repairs_routing_rule": "repairs/test_routing_pages.py::test_pages_ask_the_same_for_one_rule_and_for_thirty",
    "repairs_similar": "repairs/test_nearby.py::test_looking_around_and_asking_cost_one_statement",
    "repairs_today": "repairs/test_today.py::test_the_list_asks_eleven_times",
    "repairs_endings": "repairs/test_visit_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "repairs_visits": "repairs/test_visit_pages.py::test_lists_ask_the_same_for_one_and_for_thirty",
    "repairs_watch_rows": "repairs/test_watch.py::test_it_asks_the_same_for_one_and_for_thirty",
    "residency_claims": "residency/test_office_pages.py::test_lists_ask_the_same_number_of_statements",
    "residency_claims_rows": "residency/test_office_pages.py::test_lists_ask_the_same_number_of_statements",
    "residency_household": "residency/test_household_page.py::test_it_asks_the_same_number_of_statements_however_many_live_there",
    "residency_join": "residency/test_joining_pages.py::test_the_own_page_asks_the_same_number_of_statements_at_one_and_thirty",
    "residency_parents": "residency/test_joining_pages.py::test_whoever_is_bound_sees_the_parent_in_the_list_in_one_statement",
    "residency_posters": "residency/test_office_pages.py::test_lists_ask_the_same_number_of_statements",
    "residency_resident": "residency/test_office_pages.py::test_a_link_asks_the_same_number_of_statements_whoever_lives_there",
    "residency_residents": "residency/test_office_pages.py::test_lists_ask_the_same_number_of_statements",
    "screens_list": "hall/test_pages.py::test_the_list_costs_the_same_for_one_and_thirty",
    "screens_show": "hall/test_hall.py::test_it_asks_the_same_for_one_and_for_thirty",
    "screens_slides": "hall/test_hall.py::test_it_asks_the_same_for_one_and_for_thirty",
    "webhooks_subscription": "webhooks/test_pages.py::test_the_record_costs_the_same_for_one_and_thirty",
    "webhooks_subscriptions": "webhooks/test_pages.py::test_the_list_costs_the_same_for_one_and_ten",
}

# Forms, answers to a POST, files, one thing alone, a fixed handful.
NO_LIST = """
account_change_phone account_inactive account_login account_logout accounts_code accounts_code_again
accounts_demonstration accounts_leave accounts_me accounts_name accounts_new_phone accounts_preferences accounts_privacy
accounts_step_up zhezhengding_back zhezhengding_login
socialaccount_login_cancelled socialaccount_login_error socialaccount_signup
committees_act committees_cross_act committees_filing_act committees_filing_sheet committees_handing_act
committees_handing_sheet committees_member_act committees_recall_act committees_record committees_result_act
committees_result_sheet committees_take_office
mfa_activate_totp mfa_add_webauthn mfa_authenticate mfa_deactivate_totp mfa_download_recovery_codes mfa_edit_webauthn
mfa_generate_recovery_codes mfa_index mfa_login_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn
mfa_remove_webauthn mfa_view_recovery_codes
headless:config headless:confirm_login_code headless:current_session headless:mfa_authenticate
headless:request_login_code headless:resend_login_code
api_box_proof boxes_checker boxes_confirm boxes_open boxes_program boxes_record boxes_share
api_tally elections_tally polls_cancel polls_new
ballots_agree ballots_paper_proxy ballots_proxy_back ballots_proxy_end ballots_remind ballots_speaker ballots_speaker_end
ballots_withdraw voters_proxy_back api_vote_code api_vote_proxy api_vote_proxy_back
paper_aside paper_back paper_batch_act paper_batch_open paper_out paper_photo paper_print paper_read paper_replace paper_sheets
paper_ask paper_ask_withdraw paper_asked_act paper_asked_enter
paper_deliver paper_terms paper_worker
api_paper_aside api_paper_count api_paper_delivery api_paper_delivery_photo api_paper_out api_paper_photo api_paper_read
api_paper_recount api_paper_refuse api_paper_returns api_paper_scan
api_paper_own_ask api_paper_own_withdraw api_paper_request api_paper_request_hand api_paper_request_print
api_paper_request_refuse
polls_call_publish polls_items_confirm polls_likeness_decide polls_roll_act polls_roll_print polls_roll_sheet polls_unit_change
api_incidents_step api_places_one api_replies_one api_routing_move api_routing_one
api_repairs_action api_repairs_price api_repairs_prices api_schema
documents:check documents:check_form documents:document documents:document_state documents:file documents:retry
duty_cancel duty_end_pattern duty_hand_over duty_no duty_take
handover_act handover_add handover_cases handover_copy handover_item handover_judge handover_take
firms_certificate_copy firms_certificate_withdraw firms_contract firms_contract_copy firms_contract_end firms_contract_new
firms_edit firms_new firms_own_copy firms_post_end firms_post_void
home_row livez readyz set_language set_type
inbox_open inbox_read_all message_channel
notices_act notices_card notices_line notices_preview notices_public notices_rule_end notices_sheet notices_template_end
api_notice_file api_notice_files api_notice_receipts api_notice_step
api_publicity_plan
api_letter_file api_letter_files
candidates_act candidates_group_act candidates_group_check candidates_new candidates_open candidates_sheet candidates_slate_post
api_letter_step letters_act letters_edit letters_new letters_sheet
api_objection_step publicity_certificate publicity_object publicity_object_again publicity_objection_act
api_posting_answer api_posting_photo api_posting_point
posting_answer posting_conflict posting_judge posting_labels posting_paper posting_point_new posting_point_step
posting_scan posting_worker
api_equipment_by_label api_equipment_label api_equipment_piece api_equipment_removal api_equipment_report api_equipment_service
api_equipment_stop api_equipment_stop_step
rounds_manifest rounds_worker
rounds_conflict rounds_item rounds_item_end rounds_judge rounds_plan_end rounds_point_step rounds_step
api_rounds_answer api_rounds_answers api_rounds_photo
rosters_leave_step rosters_make rosters_numbers rosters_person_remove rosters_post_end rosters_room_step rosters_seen
rosters_step rosters_swap_step rosters_feed_step
api_rosters_leave api_rosters_leave_step api_rosters_seen api_rosters_swap_step api_rosters_swaps
equipment_back equipment_export equipment_print equipment_import_step equipment_labels equipment_marked equipment_piece_step
equipment_plan_retire equipment_report_settle equipment_rule_end
defects_accept defects_export defects_print defects_step
equipment_sample equipment_scan equipment_stop_step equipment_subject_step equipment_unit
open311_description open311_discovery open311_media open311_new open311_revoke open311_services open311_token
oversight_compound_sheet oversight_export oversight_export_many oversight_export_one oversight_export_state oversight_report
registers_columns registers_confirm registers_drop registers_export registers_marked registers_progress registers_reveal
registers_sample registers_sheet registers_undo
repairs_city_reply_end repairs_city_reply_new
repairs_place_new repairs_place_retire repairs_places_print repairs_reply_end repairs_reply_new
repairs_routing_end repairs_routing_move repairs_routing_new
repairs_action repairs_answer repairs_incident_step repairs_reveal repairs_slip repairs_spot repairs_visit repairs_visit_reveal
repairs_visits_draw service_worker
residency_household_cancel residency_household_code residency_household_code_drop residency_household_invite
residency_household_leave residency_household_stay residency_household_unbind residency_parents_end
residency_poster_replace residency_register residency_resident_act residency_resident_reveal residency_resident_unbind
residency_scan residency_withdraw
screens_edit screens_new screens_picture screens_revoke
webhooks_act webhooks_edit webhooks_new webhooks_resend
"""
