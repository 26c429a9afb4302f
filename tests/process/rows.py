"""Every row of the incident process and the tests that hold it to its word, each through form, API and command.

A test without a file is in this folder's file of the section; `WITHOUT` are the rows that need a chat, a pager or a
tracker, which are not there yet.
"""

DECLARING = "test_declaring.py"
ROLES = "test_roles.py"
POSTS = "test_posts.py"
AFTER = "test_after.py"
REPLAY = "test_replay.py"

ROWS: dict[str, dict[str, list[str]]] = {
    DECLARING: {
        "anyone may declare, a title is enough": ["test_anyone_may_declare_with_a_title_alone"],
        "publishing needs the permission or a role": ["test_publishing_needs_the_messenger_permission_or_a_role"],
        "support is called when the declarer's team does not know": [
            "test_somebody_in_no_team_that_knows_calls_support_at_once_and_sees_that"
        ],
        "who identified it is thanked, and leaves or stays": [
            "test_whoever_identified_it_is_thanked_and_may_leave_or_stay"
        ],
        "audience and breadth": ["test_it_says_who_is_concerned"],
        "examples of severity; minor goes to support": [
            "test_examples_of_critical_and_major_stand_beside_the_choice",
            "test_minor_is_refused_with_the_support_route_and_taken_with_a_reason",
        ],
        "reports and alerts open a record, never a post": [
            "test_a_component_that_is_down_or_enough_reports_open_a_record_and_never_a_post",
            "test_what_is_no_incident_is_dismissed_with_a_reason",
        ],
        "ask for advice": ["test_unsure_asks_in_the_advice_channel"],
        "a reporter is acknowledged": [
            "test_a_reporter_from_outside_is_acknowledged_within_ten_minutes_with_a_ready_reply"
        ],
        "security incidents are private": [
            "test_a_security_incident_is_nowhere_public_and_not_by_a_switch",
            "test_only_the_security_permission_discloses_and_only_an_advisory_or_a_postmortem",
            "test_a_neutral_incident_speaks_for_a_private_one",
            "test_legal_clocks_run_from_when_it_is_known",
        ],
        "advisories": ["test_an_advisory_has_posts_and_no_outage_colour_and_its_own_template"],
        "announcement windows": [
            "test_a_window_without_owner_or_plan_is_red_until_it_has_both",
            "test_inside_a_window_every_incident_calls_marketing_and_the_form_shows_a_banner",
        ],
        "a private incident is never offered, called or shown": [
            "test_a_private_incident_is_not_offered_called_or_shown"
        ],
        "similar open incidents first": ["test_open_incidents_on_the_same_components_are_offered_first"],
    },
    ROLES: {
        "severity rises freely, lowering has a reason": ["test_severity_rises_freely_and_is_lowered_with_a_reason"],
        "false positives": [
            "test_a_false_positive_says_what_was_seen_and_what_it_teaches_and_stays_out_of_the_numbers",
            "test_a_public_false_positive_is_a_false_alarm_in_public_first_and_keeps_its_address",
            "test_a_false_alarm_is_told_and_closed_on_its_page",
            "test_a_duplicate_names_its_original",
        ],
        "nothing is ever deleted": ["test_nothing_is_ever_deleted"],
        "one lead; offered, accepted, lapsed": [
            "test_whoever_declares_is_acting_lead_until_another_accepts_which_is_the_acknowledgement",
            "test_an_offer_lapses_after_five_minutes_and_reminds",
        ],
        "handover": ["test_who_asked_for_a_role_takes_it_when_the_old_holder_does_not_answer"],
        "the messenger": [
            "test_an_empty_messenger_role_asks_support_and_pages_only_when_customers_are_affected",
            "test_the_lead_may_post_while_nobody_else_is_there",
        ],
        "on call from the rota": ["test_who_is_on_call_comes_from_the_rota_with_its_age"],
        "paging": [
            "test_a_page_carries_the_link_is_not_repeated_and_offers_the_next",
            "test_paging_a_fourth_team_asks_for_a_reason_and_is_not_in_the_way",
        ],
        "updates and the summary": [
            "test_an_update_has_three_fields",
            "test_a_summary_older_than_half_an_hour_is_marked_stale_and_asked_for",
        ],
        "playbooks": ["test_playbooks_that_match_are_offered_and_a_ticked_step_writes_the_timeline"],
        "suggested owners": ["test_owners_are_suggested_in_order"],
    },
    POSTS: {
        "P1 to P19": [
            "test_block_refuses_confirm_asks_once_and_warn_is_never_in_the_way",
            "test_a_secret_is_never_published",
            "test_the_same_words_again_are_remarked_on",
        ],
        "P20": [
            "test_declaring.py::test_a_drill_is_never_public",
            "test_declaring.py::test_a_security_incident_is_nowhere_public_and_not_by_a_switch",
        ],
        "P5": ["test_the_first_post_carries_the_support_contact_and_no_other_does"],
        "P9": [
            "test_the_next_update_is_promised_by_state_and_severity_and_printed",
            "test_a_post_may_promise_its_own_time_up_to_a_day",
        ],
        "P10": ["test_customer_action_is_none_unless_said"],
        "the order of states": [
            "test_any_jump_forward_is_fine_a_step_back_is_remarked_on_and_after_the_end_only_reopening"
        ],
        "cadence and reminders": [
            "test_the_first_post_is_due_five_minutes_after_the_impact_is_known",
            "test_reminders_come_before_at_and_after_the_promise_until_a_post_comes",
            "test_replay.py::test_a_whole_incident_asks_for_everything_at_its_minute",
        ],
        "snoozes and missed promises": ["test_snoozes_and_missed_promises_are_written_to_the_timeline_and_counted"],
        "a resolved post makes the postmortem": [
            "test_a_resolved_post_makes_the_postmortem_with_owner_and_due_date_and_ends_the_impacts"
        ],
    },
    AFTER: {
        "the communication checklist": [
            "test_the_checklist_is_made_by_severity_impact_and_security",
            "test_a_row_is_done_with_its_link_or_not_applicable_with_a_reason",
        ],
        "the recap": ["test_the_recap_is_one_text_for_everybody"],
        "close is a gate": [
            "test_close_is_a_gate_that_returns_its_reasons",
            "test_false_positives_and_cancelled_ones_need_only_their_own_fields",
        ],
        "the postmortem": [
            "test_a_postmortem_goes_through_review_and_is_published",
            "test_internal_notes_are_never_rendered_for_the_public",
        ],
        "follow-ups": [
            "test_follow_ups_are_public_where_they_say_so_and_show_their_progress",
            "test_a_follow_up_that_will_not_be_done_says_why",
        ],
        "customers who asked": ["test_customers_who_asked_are_listed_and_asked_for_until_they_are_told"],
        "the retrospective": ["test_the_retrospective_is_yes_with_a_date_or_no"],
        "metrics": ["test_the_numbers_of_an_incident_are_measured"],
        "reminders of all of it": ["test_replay.py::test_a_security_incident_and_a_launch_day_ask_at_their_hours"],
    },
}
"""file of the section -> row -> its tests"""

BLOCKING = {
    "minor goes to support": [f"{DECLARING}::test_minor_is_refused_with_the_support_route_and_taken_with_a_reason"],
    "a security incident is private": [
        f"{DECLARING}::test_a_security_incident_is_nowhere_public_and_not_by_a_switch",
        f"{DECLARING}::test_only_the_security_permission_discloses_and_only_an_advisory_or_a_postmortem",
        f"{DECLARING}::test_a_neutral_incident_speaks_for_a_private_one",
        f"{DECLARING}::test_a_private_incident_is_not_offered_called_or_shown",
    ],
    "there is always one lead": [
        f"{DECLARING}::test_whoever_identified_it_is_thanked_and_may_leave_or_stay",
        f"{ROLES}::test_whoever_declares_is_acting_lead_until_another_accepts_which_is_the_acknowledgement",
        f"{ROLES}::test_an_offer_lapses_after_five_minutes_and_reminds",
    ],
    "the old lead stays until the new one accepts": [
        f"{ROLES}::test_who_asked_for_a_role_takes_it_when_the_old_holder_does_not_answer"
    ],
    "P7": [f"{POSTS}::test_block_refuses_confirm_asks_once_and_warn_is_never_in_the_way"],
    "P15": [f"{POSTS}::test_a_secret_is_never_published"],
    "P20": [
        f"{DECLARING}::test_a_drill_is_never_public",
        f"{DECLARING}::test_a_security_incident_is_nowhere_public_and_not_by_a_switch",
    ],
    "close is a gate": [
        f"{AFTER}::test_close_is_a_gate_that_returns_its_reasons",
        f"{AFTER}::test_false_positives_and_cancelled_ones_need_only_their_own_fields",
        f"{ROLES}::test_a_public_false_positive_is_a_false_alarm_in_public_first_and_keeps_its_address",
        f"{ROLES}::test_a_duplicate_names_its_original",
    ],
    "the postmortem's way": [f"{AFTER}::test_a_postmortem_goes_through_review_and_is_published"],
}
"""Row of kind B -> the tests that try to break it, through each of the three doors."""

WITHOUT = {
    "the incidents channel: one message that is edited in place": "a chat",
    "who is on call, from the pager": "a pager",
    "follow-ups as issues, linked both ways": "a tracker",
    "the room's transcript": "a chat",
}
"""row -> what it needs that is not there yet"""
