#define _GNU_SOURCE
#include "hdf5_writing.h"

#include <errno.h>
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

typedef enum { entry_group, entry_text, entry_texts, entry_tensor } entry_kind;

typedef struct {
  entry_kind kind;
  char *path;
  char *name;
  char **texts;
  uint64_t count;
  hsize_t dimensions[H5S_MAX_RANK];
  const float *values;
} entry;

struct hdf5_contents {
  entry *entries;
  size_t count;
  size_t capacity;
  // Bytes of all values.
  uint64_t bytes;
  int is_short_of_memory;
};

hdf5_contents *hdf5_contents_make(void) { return calloc(1, sizeof(hdf5_contents)); }

void hdf5_contents_free(hdf5_contents *contents) {
  if (contents == NULL) return;
  for (size_t index = 0; index < contents->count; index++) {
    entry *entry = &contents->entries[index];
    for (uint64_t text = 0; entry->texts != NULL && text < entry->count; text++) {
      free(entry->texts[text]);
    }
    free(entry->texts);
    free(entry->path);
    free(entry->name);
  }
  free(contents->entries);
  free(contents);
}

// A new entry, or NULL where there is no memory.
static entry *add(hdf5_contents *contents, entry_kind kind, const char *path, const char *name) {
  if (contents == NULL || contents->is_short_of_memory) return NULL;
  if (contents->count == contents->capacity) {
    size_t capacity = contents->capacity * 2 + 64;
    entry *entries = realloc(contents->entries, capacity * sizeof *entries);
    if (entries == NULL) {
      contents->is_short_of_memory = 1;
      return NULL;
    }
    contents->entries = entries;
    contents->capacity = capacity;
  }
  entry *added = &contents->entries[contents->count++];
  *added = (entry){.kind = kind, .path = strdup(path), .name = strdup(name)};
  if (added->path == NULL || added->name == NULL) contents->is_short_of_memory = 1;
  return added;
}

void hdf5_contents_add_group(hdf5_contents *contents, const char *path) {
  add(contents, entry_group, path, "");
}

static void add_texts(
    hdf5_contents *contents, entry_kind kind, const char *path, const char *name,
    const char *const *texts, uint64_t count) {
  entry *added = add(contents, kind, path, name);
  if (added == NULL) return;
  added->texts = calloc(count > 0 ? count : 1, sizeof *added->texts);
  if (added->texts == NULL) {
    contents->is_short_of_memory = 1;
    return;
  }
  added->count = count;
  for (uint64_t index = 0; index < count; index++) {
    added->texts[index] = strdup(texts[index]);
    if (added->texts[index] == NULL) contents->is_short_of_memory = 1;
  }
}

void hdf5_contents_add_text(
    hdf5_contents *contents, const char *path, const char *name, const char *text) {
  add_texts(contents, entry_text, path, name, &text, 1);
}

void hdf5_contents_add_texts(
    hdf5_contents *contents, const char *path, const char *name, const char *const *texts,
    uint64_t count) {
  add_texts(contents, entry_texts, path, name, texts, count);
}

void hdf5_contents_add_tensor(
    hdf5_contents *contents, const char *path, uint64_t rank, const uint64_t *dimensions,
    const float *values) {
  entry *added = add(contents, entry_tensor, path, "");
  if (added == NULL) return;
  uint64_t bytes = sizeof *values;
  added->count = rank < H5S_MAX_RANK ? rank : H5S_MAX_RANK;
  for (uint64_t axis = 0; axis < added->count; axis++) {
    added->dimensions[axis] = dimensions[axis];
    bytes *= dimensions[axis];
  }
  added->values = values;
  contents->bytes += bytes;
}

// The rest runs in the child. All of these are below 0 where they fail.

static int write_texts(hid_t file, const entry *entry) {
  hid_t group = H5Gopen2(file, entry->path[0] != 0 ? entry->path : "/", H5P_DEFAULT);
  hid_t type = H5Tcopy(H5T_C_S1);
  if (group < 0 || type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 ||
      H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
    return -1;
  }
  hsize_t count = entry->count;
  hid_t space =
      entry->kind == entry_text ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
  hid_t attribute = H5Acreate2(group, entry->name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (space < 0 || attribute < 0) return -1;
  if (count > 0 && H5Awrite(attribute, type, entry->texts) < 0) return -1;
  return H5Aclose(attribute) < 0 || H5Sclose(space) < 0 || H5Tclose(type) < 0 ||
      H5Gclose(group) < 0 ? -1 : 0;
}

static int write_entry(hid_t file, hid_t links, const entry *entry) {
  if (entry->kind == entry_group) {
    if (entry->path[0] == 0 || H5Lexists(file, entry->path, H5P_DEFAULT) > 0) return 0;
    hid_t group = H5Gcreate2(file, entry->path, links, H5P_DEFAULT, H5P_DEFAULT);
    return group < 0 ? -1 : H5Gclose(group);
  }
  if (entry->kind != entry_tensor) return write_texts(file, entry);
  hid_t space = H5Screate_simple((int)entry->count, entry->dimensions, NULL);
  hid_t dataset = H5Dcreate2(
      file, entry->path, H5T_IEEE_F32LE, space, links, H5P_DEFAULT, H5P_DEFAULT);
  if (space < 0 || dataset < 0) return -1;
  if (H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, entry->values) < 0) {
    return -1;
  }
  return H5Dclose(dataset) < 0 || H5Sclose(space) < 0 ? -1 : 0;
}

static int write_file(const hdf5_contents *contents, const char *path) {
  if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) return -1;
  hid_t links = H5Pcreate(H5P_LINK_CREATE);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (links < 0 || file < 0 || H5Pset_create_intermediate_group(links, 1) < 0) return -1;
  for (size_t index = 0; index < contents->count; index++) {
    if (write_entry(file, links, &contents->entries[index]) < 0) return -1;
  }
  return H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 || H5Fclose(file) < 0 ? -1 : 0;
}

int hdf5_write(const hdf5_contents *contents, const char *path) {
  if (contents == NULL || contents->is_short_of_memory) return ENOMEM;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    hdf5_confine(
        parent, contents->bytes + ((uint64_t)256 << 20), (contents->bytes >> 24) + 60);
    errno = 0;
    int code = write_file(contents, path) < 0 ? (errno != 0 ? errno : EIO) : 0;
    // Without the library's own end, which tries again what has failed.
    _exit(code < 256 ? code : EIO);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGXFSZ ? EFBIG : EIO;
  return WEXITSTATUS(status);
}
