#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "hdf5_extraction.h"

// What the child carries through the file.
typedef struct {
  int output;
  // Below 0, or a descriptor of the file.
  int memory;
  uint64_t file_length;
  hdf5_extraction_limits limits;
  uint64_t written;
  uint64_t objects;
} hdf5_extraction;

// records.c: writing. Each of these ends the child with a FAILURE record when a limit is reached.
void hdf5_put_record(hdf5_extraction *extraction, uint32_t kind, const char *path);
void hdf5_put_string(hdf5_extraction *extraction, const char *bytes, size_t length);
void hdf5_put_number(hdf5_extraction *extraction, uint64_t number);
void hdf5_put_values(hdf5_extraction *extraction, const float *values, size_t count);
_Noreturn void hdf5_fail(hdf5_extraction *extraction, const char *reason);

// child.c: makes a forked child harmless, and bounds the memory that it may take beyond what it has,
// and its seconds of processor time.
void hdf5_confine(pid_t parent, uint64_t memory, uint64_t seconds);

// image.c: lets the library read a file in memory, which has no path that it would take; below 0 where
// it cannot.
int hdf5_set_image(long access, int memory, size_t length);

// extraction.c: reads the whole file and writes its records.
void hdf5_extract_file(hdf5_extraction *extraction, const char *path);
