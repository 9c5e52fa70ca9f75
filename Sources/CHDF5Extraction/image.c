#include "child.h"

#include <hdf5.h>
#include <string.h>
#include <sys/mman.h>

// The library's way to read a file from memory copies it several times, unless it is told how not to:
// whatever it wants memory for is the mapping itself.

static void *image_malloc(size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)size;
  (void)operation;
  return image;
}

static void *image_memcpy(
    void *to, const void *from, size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)operation;
  (void)image;
  return to == from ? to : memcpy(to, from, size);
}

// The file is only read.
static void *image_realloc(
    void *pointer, size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)pointer;
  (void)size;
  (void)operation;
  (void)image;
  return NULL;
}

static herr_t image_free(void *pointer, H5FD_file_image_op_t operation, void *image) {
  (void)pointer;
  (void)operation;
  (void)image;
  return 0;
}

static void *image_copy(void *image) { return image; }

static herr_t image_forget(void *image) {
  (void)image;
  return 0;
}

int hdf5_set_image(long access, int memory, size_t length) {
  void *image = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, memory, 0);
  if (image == MAP_FAILED) return -1;
  H5FD_file_image_callbacks_t callbacks = {
      .image_malloc = image_malloc,
      .image_memcpy = image_memcpy,
      .image_realloc = image_realloc,
      .image_free = image_free,
      .udata_copy = image_copy,
      .udata_free = image_forget,
      .udata = image,
  };
  if (H5Pset_fapl_core(access, (size_t)1 << 20, 0) < 0 ||
      H5Pset_file_image_callbacks(access, &callbacks) < 0 ||
      H5Pset_file_image(access, image, length) < 0) {
    return -1;
  }
  return 0;
}
