/* What the installed library's files share has names that a program's own
 * functions do not meet: in a static library a second child_run() would take
 * the place of this one without a word. */
#ifndef REAP_HOST_NAMES_H
#define REAP_HOST_NAMES_H

#define child_run             reap_child_run
#define host_block_signals    reap_host_block_signals
#define host_default_handlers reap_host_default_handlers
#define host_fork             reap_host_fork
#define host_is_in_run        reap_host_is_in_run
#define host_is_valid         reap_host_is_valid
#define host_look             reap_host_look
#define host_process          reap_host_process
#define host_process_begin    reap_host_process_begin
#define host_restore_signals  reap_host_restore_signals
#define host_start            reap_host_start
#define pipe_arm              reap_pipe_arm
#define pipe_has_ended        reap_pipe_has_ended
#define pipe_is_of            reap_pipe_is_of
#define pipe_leave            reap_pipe_leave
#define pipe_lose_handler     reap_pipe_lose_handler
#define pipe_release          reap_pipe_release
#define pipe_reserve          reap_pipe_reserve
#define tier_give_up_pidfd    reap_tier_give_up_pidfd
#define tier_has_pidfd        reap_tier_has_pidfd
#define tier_open_pidfd       reap_tier_open_pidfd
#define way_run_spec          reap_way_run_spec
#define way_vfork             reap_way_vfork

#endif
