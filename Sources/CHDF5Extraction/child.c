#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void limit(int resource, rlim_t value) {
  struct rlimit limit = {value, value};
  setrlimit(resource, &limit);
}

// Address space in use, in bytes: what the child inherits must not count against its limit.
static uint64_t address_space(void) {
  char text[64] = {0};
  int statm = open("/proc/self/statm", O_RDONLY);
  if (statm < 0) return (uint64_t)1 << 40;
  ssize_t length = read(statm, text, sizeof text - 1);
  close(statm);
  return length > 0 ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : (uint64_t)1 << 40;
}

// Leaves behind what came with the fork: the parent's signal handlers (one of them may give back
// the terminal), its terminal (glibc reports heap damage on stderr), and unlimited resources.
void hdf5_confine(pid_t parent, uint64_t memory, uint64_t seconds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int nowhere = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < 3 && nowhere >= 0; descriptor++) dup2(nowhere, descriptor);
  // Shared memory counts as a file: a limit on files is lifted as far as it may be.
  struct rlimit files;
  if (getrlimit(RLIMIT_FSIZE, &files) == 0) limit(RLIMIT_FSIZE, files.rlim_max);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds);
  limit(RLIMIT_AS, address_space() + memory);
}

static hdf5_extraction_outcome wait_for(pid_t child, int *signal) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno == EINTR) continue;
    *signal = errno;
    return HDF5_EXTRACTION_NOT_RUN;
  }
  if (!WIFSIGNALED(status)) return HDF5_EXTRACTION_FINISHED;
  *signal = WTERMSIG(status);
  return HDF5_EXTRACTION_CRASHED;
}

int hdf5_memory_file(void) { return memfd_create("hdf5", MFD_CLOEXEC); }

hdf5_extraction_outcome hdf5_extract(
    const char *path, int memory, uint64_t file_length, hdf5_extraction_limits limits, int *stream,
    int *signal) {
  int output = hdf5_memory_file();
  pid_t parent = getpid();
  pid_t child = output < 0 ? -1 : fork();
  if (child < 0) {
    *signal = errno;
    if (output >= 0) close(output);
    return HDF5_EXTRACTION_NOT_RUN;
  }
  if (child == 0) {
    // The values once as read and once as a chunk being unpacked, and the library's own tables.
    uint64_t space = 2 * limits.maximum_bytes + ((uint64_t)256 << 20);
    if (memory >= 0) space += file_length;
    hdf5_confine(parent, space, limits.maximum_seconds);
    hdf5_extraction extraction = {
        .output = output, .memory = memory, .file_length = file_length, .limits = limits};
    hdf5_extract_file(&extraction, path);
    _exit(0);
  }
  hdf5_extraction_outcome outcome = wait_for(child, signal);
  if (outcome == HDF5_EXTRACTION_FINISHED) {
    *stream = output;
  } else {
    close(output);
  }
  return outcome;
}
