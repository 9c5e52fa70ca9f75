#pragma once

#include <stdint.h>

// Writes an HDF5 file in a child process: where the disk is full, libhdf5 may end the process that it
// runs in, or never end it.

// What is to be written. Texts are copied; values are not, and have to stay until it is.
typedef struct hdf5_contents hdf5_contents;

// NULL where there is no memory, as after any of the others.
hdf5_contents *hdf5_contents_make(void);
void hdf5_contents_free(hdf5_contents *contents);

// Paths have no slash in front; the root is "". Groups above are made as needed.
void hdf5_contents_add_group(hdf5_contents *contents, const char *path);
// One text, or a list of `count`, of a group that has been added.
void hdf5_contents_add_text(
    hdf5_contents *contents, const char *path, const char *name, const char *text);
void hdf5_contents_add_texts(
    hdf5_contents *contents, const char *path, const char *name, const char *const *texts,
    uint64_t count);
void hdf5_contents_add_tensor(
    hdf5_contents *contents, const char *path, uint64_t rank, const uint64_t *dimensions,
    const float *values);

// Writes a new file, or over one that is there.
// Returns 0; an errno, EIO where the library does not say more.
int hdf5_write(const hdf5_contents *contents, const char *path);
