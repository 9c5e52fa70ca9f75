#pragma once

#include <stdint.h>

// Reads an HDF5 file in a child process and writes what it holds to memory that both share.
//
// libhdf5 trusts its input: changing a few bytes of a file's metadata makes it read and write out
// of bounds (about 3 of 100 such files end the process). A model file comes from a stranger, so the
// library runs where it can do no harm: in a forked child with limits on memory and time, whose
// death is an error and nothing more. The child is plain C because a fork of a process with
// threads must not touch a runtime that takes locks.
//
// The stream is a sequence of records, each starting on a multiple of 8 bytes, little-endian:
//   uint32 kind, uint32 zero, string path, then
//   1 group      –
//   2 attribute  string name, uint64 n, n strings (attributes that are no strings are left out;
//                an empty one of any type has n = 0)
//   3 dataset    uint64 rank, rank × uint64 dimensions, float32 values
//   4 unreadable string reason (a dataset whose values are not handed over, and why)
//   5 failure    string reason (nothing follows; the path is empty)
//   6 end        (nothing follows; the path is empty)
// where a string is uint64 length, bytes, zeros up to a multiple of 8, and values are padded alike.

enum {
  HDF5_RECORD_GROUP = 1,
  HDF5_RECORD_ATTRIBUTE = 2,
  HDF5_RECORD_DATASET = 3,
  HDF5_RECORD_UNREADABLE = 4,
  HDF5_RECORD_FAILURE = 5,
  HDF5_RECORD_END = 6,
};

typedef struct {
  // Most bytes that may be written.
  uint64_t maximum_bytes;
  // Most seconds of processor time.
  uint64_t maximum_seconds;
  // Children of the root that are not read.
  const char *const *skipped;
  uint64_t skipped_count;
} hdf5_extraction_limits;

typedef enum {
  HDF5_EXTRACTION_FINISHED, // the stream ends in END or FAILURE
  HDF5_EXTRACTION_CRASHED,  // the child was ended by `signal`
  HDF5_EXTRACTION_NOT_RUN,  // no memory or child could be had; `signal` holds errno
} hdf5_extraction_outcome;

// Reads `path` (of `file_length` bytes), or where `memory` is not below 0, that file in memory. After
// HDF5_EXTRACTION_FINISHED `stream` is a descriptor of the records, for the caller to map and close.
// Not to be called from two threads at once.
hdf5_extraction_outcome hdf5_extract(
    const char *path, int memory, uint64_t file_length, hdf5_extraction_limits limits, int *stream,
    int *signal);

// An empty file in memory, open for reading and writing until it is closed; -1 with errno.
int hdf5_memory_file(void);
