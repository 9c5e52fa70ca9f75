#pragma once

#include <stddef.h>
#include <termios.h>

// A second process that gives the terminal back when the first one has died without doing so: killed
// by SIGKILL or for want of memory, or by a stack overflow on a thread whose signals have no stack of
// their own. Plain C, because a Swift program may not go on after a fork.
//
// Answers the descriptor by which the guard is spoken to, or -1 where there could be none. Once it has
// been told `TERMINAL_GUARD_ARM`, it writes `leave` and sets `shell_mode` when the descriptor closes
// because the process is gone.
int terminal_guard_start(
    int terminal, const struct termios *shell_mode, const unsigned char *leave,
    size_t leave_count);

// May be called from signal handlers.
void terminal_guard_tell(int guard, unsigned char message);

// The guard's end, in order: it does nothing more, and has ended when this returns.
void terminal_guard_dismiss(int guard);

enum {
  TERMINAL_GUARD_ARM = 'a',     // The terminal is taken.
  TERMINAL_GUARD_DISARM = 'd',  // It has been given back.
};
