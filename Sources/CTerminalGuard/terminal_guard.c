#define _GNU_SOURCE
#include "terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t guard_process = -1;

static void give_back(
    pid_t group, const struct termios *shell_mode, const unsigned char *leave,
    size_t leave_count) {
  while (leave_count > 0) {
    ssize_t written = write(STDOUT_FILENO, leave, leave_count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    leave += written;
    leave_count -= (size_t)written;
  }
  // A shell that has noticed first has put its own modes back, and reads a line in them by now.
  if (tcgetpgrp(STDOUT_FILENO) == group) tcsetattr(STDOUT_FILENO, TCSANOW, shell_mode);
}

static _Noreturn void watch(
    pid_t group, const struct termios *shell_mode, const unsigned char *leave,
    size_t leave_count) {
  int is_armed = 0;
  for (;;) {
    unsigned char message = 0;
    ssize_t got = read(STDIN_FILENO, &message, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got == 1) {
      is_armed = message == TERMINAL_GUARD_ARM;
      continue;
    }
    if (is_armed) give_back(group, shell_mode, leave, leave_count);
    _exit(0);
  }
}

int terminal_guard_start(
    int terminal, const struct termios *shell_mode, const unsigned char *leave,
    size_t leave_count) {
  // Sockets and not a pipe: a message to a guard that is no more must not be a SIGPIPE.
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  pid_t group = getpgrp();
  pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  if (child > 0) {
    close(ends[0]);
    guard_process = child;
    return ends[1];
  }
  // What is meant for the program's group must not take the guard along.
  setpgid(0, 0);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_NAME, "terminal-guard");
  // Nothing else of the program's may stay open in here: pipes that others wait on, locks, files.
  int copy = fcntl(terminal, F_DUPFD, 10);
  int messages = fcntl(ends[0], F_DUPFD, 10);
  if (copy < 0 || messages < 0 || dup2(messages, STDIN_FILENO) < 0 ||
      dup2(copy, STDOUT_FILENO) < 0) {
    _exit(1);
  }
  close_range(STDERR_FILENO, ~0U, 0);
  watch(group, shell_mode, leave, leave_count);
}

void terminal_guard_tell(int guard, unsigned char message) {
  while (send(guard, &message, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

void terminal_guard_dismiss(int guard) {
  terminal_guard_tell(guard, TERMINAL_GUARD_DISARM);
  close(guard);
  while (waitpid(guard_process, NULL, 0) < 0 && errno == EINTR) continue;
  guard_process = -1;
}
