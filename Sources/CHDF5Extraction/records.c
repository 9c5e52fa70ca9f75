#include "child.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void put(hdf5_extraction *extraction, const void *bytes, size_t length) {
  const char *rest = bytes;
  while (length > 0) {
    ssize_t written = write(extraction->output, rest, length);
    if (written < 0 && errno == EINTR) continue;
    // Memory for the stream is gone; without an END record the parent takes it for a failure.
    if (written <= 0) _exit(1);
    rest += written;
    length -= (size_t)written;
    extraction->written += (size_t)written;
  }
}

static void reserve(hdf5_extraction *extraction, size_t length) {
  if (length > extraction->limits.maximum_bytes ||
      extraction->written > extraction->limits.maximum_bytes - length) {
    hdf5_fail(extraction, "it unpacks to far more than its size");
  }
}

static void pad(hdf5_extraction *extraction) {
  static const char zeros[8] = {0};
  put(extraction, zeros, (8 - extraction->written % 8) % 8);
}

void hdf5_put_number(hdf5_extraction *extraction, uint64_t number) {
  put(extraction, &number, sizeof number);
}

void hdf5_put_string(hdf5_extraction *extraction, const char *bytes, size_t length) {
  reserve(extraction, length);
  hdf5_put_number(extraction, length);
  put(extraction, bytes, length);
  pad(extraction);
}

void hdf5_put_record(hdf5_extraction *extraction, uint32_t kind, const char *path) {
  hdf5_put_number(extraction, kind);
  hdf5_put_string(extraction, path, strlen(path));
}

void hdf5_put_values(hdf5_extraction *extraction, const float *values, size_t count) {
  reserve(extraction, count * sizeof *values);
  put(extraction, values, count * sizeof *values);
  pad(extraction);
}

void hdf5_fail(hdf5_extraction *extraction, const char *reason) {
  // Past every limit, so that the reason itself arrives.
  extraction->limits.maximum_bytes = UINT64_MAX;
  hdf5_put_record(extraction, HDF5_RECORD_FAILURE, "");
  hdf5_put_string(extraction, reason, strlen(reason));
  _exit(0);
}
