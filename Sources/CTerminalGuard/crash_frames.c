#include "crash_frames.h"

#include <execinfo.h>

enum { capacity = 64 };

void crash_frames_prepare(void) {
  void *frame;
  backtrace(&frame, 1);
}

void crash_frames_write(int file) {
  void *frames[capacity];
  backtrace_symbols_fd(frames, backtrace(frames, capacity), file);
}
