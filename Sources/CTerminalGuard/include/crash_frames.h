#pragma once

// The calls that led to a crash, for its signal handler: glibc's functions for it, which Swift's Glibc
// leaves out.

// The first walk along the stack loads a library, which a handler must not: call this before.
void crash_frames_prepare(void);

// One call a line, innermost first, as `addr2line` reads them.
void crash_frames_write(int file);
