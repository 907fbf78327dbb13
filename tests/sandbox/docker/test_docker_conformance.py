"""The tests that every backend passes, with each cell in a container: programs, limits, unit tests."""

# ruff: noqa: F401 - pytest collects what is imported, with the judge of this folder

from __future__ import annotations

from test_sandbox_isolation import (
    test_links_lead_nowhere_and_the_host_follows_none,
    test_no_environment_of_the_application_is_seen,
    test_nothing_of_the_network_is_reached,
    test_only_the_three_streams_are_open,
    test_signals_reach_only_the_cell,
    test_system_calls_that_no_program_of_a_learner_needs_are_refused,
)
from test_sandbox_limits import (
    test_a_daemon_that_holds_the_output_does_not_delay_the_answer,
    test_a_flood_of_output_is_cut_and_never_held,
    test_deep_recursion_ends_the_program_only,
    test_files,
    test_limits_cannot_be_raised_from_inside,
    test_memory_of_the_whole_tree,
    test_output_just_within_the_limit_is_whole,
    test_processes_and_threads,
    test_processor_time,
    test_the_memory_limit_does_not_hit_a_program_that_stays_below_it,
    test_the_number_of_processes_is_held,
    test_unreaped_children_leave_nothing,
    test_waiting,
)
from test_sandbox_programs import (
    test_a_case_finds_nothing_of_the_one_before,
    test_a_program_that_never_reads_its_large_input_is_not_stuck,
    test_a_submission_is_scored_by_weight_and_shows_the_first_public_failure,
    test_a_text_that_does_not_parse_is_a_compile_error,
    test_a_traceback_names_the_learners_file_and_line,
    test_an_exit_code_and_a_signal_are_told,
    test_bytes_that_are_no_text_and_control_characters_arrive_as_text,
    test_files_import_each_other_and_arguments_arrive,
    test_it_can_stop_at_the_first_failure_and_stops_at_an_error_of_syntax,
    test_it_reads_its_input_and_prints,
    test_many_threads_share_one_judge,
    test_temporary_files_threads_children_and_semaphores_work,
)
from test_sandbox_unit_tests import (
    check,
    test_a_trick_is_never_accepted,
    test_apart_a_hostile_answer_on_the_wire_is_not_believed,
    test_apart_the_tests_cannot_be_found_from_the_learners_code,
    test_apart_values_cross_as_they_are,
    test_right_code_is_accepted,
    test_tests_that_reach_into_the_learners_process_are_run_there,
    test_wrong_code_is_not_and_each_test_says_why,
)
