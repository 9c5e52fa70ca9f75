#define _GNU_SOURCE
#include "child.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Deeper and larger than any model; hard links can form rings, and these end them.
enum { maximum_depth = 32, maximum_objects = 200000, maximum_strings = 200000, maximum_rank = 8 };

typedef struct {
  hdf5_extraction *extraction;
  const char *path;
  int depth;
} visit;

static void read_object(visit place, hid_t object);

// The innermost message of the library's error stack: the one that says what is wrong.
static herr_t innermost(unsigned index, const H5E_error2_t *entry, void *text) {
  if (index == 0 && entry->desc != NULL) snprintf(text, 256, "%s", entry->desc);
  return 0;
}

static _Noreturn void fail_with_library_message(hdf5_extraction *extraction, const char *fallback) {
  char text[256] = {0};
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, text);
  hdf5_fail(extraction, text[0] != 0 ? text : fallback);
}

// Attributes

static void put_variable_strings(hdf5_extraction *extraction, hid_t attribute, hid_t type, size_t n) {
  char **strings = calloc(n, sizeof *strings);
  hid_t memory = H5Tcopy(H5T_C_S1);
  if (strings == NULL || memory < 0 || H5Tset_size(memory, H5T_VARIABLE) < 0 ||
      H5Tset_cset(memory, H5Tget_cset(type)) < 0 || H5Aread(attribute, memory, strings) < 0) {
    fail_with_library_message(extraction, "an attribute cannot be read");
  }
  for (size_t index = 0; index < n; index++) {
    const char *string = strings[index] != NULL ? strings[index] : "";
    hdf5_put_string(extraction, string, strlen(string));
    free(strings[index]);
  }
  free(strings);
  H5Tclose(memory);
}

static void put_fixed_strings(hdf5_extraction *extraction, hid_t attribute, hid_t type, size_t n) {
  size_t size = H5Tget_size(type);
  if (size == 0 || size > extraction->file_length || n > extraction->file_length / size) {
    hdf5_fail(extraction, "an attribute is larger than the file");
  }
  char *bytes = calloc(n, size);
  if (bytes == NULL || H5Aread(attribute, type, bytes) < 0) {
    fail_with_library_message(extraction, "an attribute cannot be read");
  }
  int is_padded_with_spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  for (size_t index = 0; index < n; index++) {
    const char *string = bytes + index * size;
    size_t length = strnlen(string, size);
    while (is_padded_with_spaces && length > 0 && string[length - 1] == ' ') length--;
    hdf5_put_string(extraction, string, length);
  }
  free(bytes);
}

static herr_t read_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)info;
  const visit *place = context;
  hdf5_extraction *extraction = place->extraction;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
  hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
  if (type < 0 || space < 0) fail_with_library_message(extraction, "an attribute cannot be opened");
  hssize_t points = H5Sget_simple_extent_npoints(space);
  int is_text = H5Tget_class(type) == H5T_STRING;
  if (points == 0 || is_text) {
    if (points < 0 || points > maximum_strings) {
      hdf5_fail(extraction, "an attribute has too many values");
    }
    hdf5_put_record(extraction, HDF5_RECORD_ATTRIBUTE, place->path);
    hdf5_put_string(extraction, name, strlen(name));
    hdf5_put_number(extraction, (uint64_t)points);
    if (points > 0 && H5Tis_variable_str(type) > 0) {
      put_variable_strings(extraction, attribute, type, (size_t)points);
    } else if (points > 0) {
      put_fixed_strings(extraction, attribute, type, (size_t)points);
    }
  }
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
  return 0;
}

// Datasets

// Why the stored form of a dataset is not accepted, or NULL. Only data inside this file, packed by
// nothing but the three filters that every build of the library has: others are looked up as
// plug-ins, which is running code from a folder.
static const char *storage_objection(
    hdf5_extraction *extraction, hid_t dataset, uint64_t stored_bytes) {
  const char *objection = NULL;
  hid_t properties = H5Dget_create_plist(dataset);
  if (properties < 0) return "its storage is not described";
  H5D_layout_t layout = H5Pget_layout(properties);
  hsize_t storage = H5Dget_storage_size(dataset);
  if (H5Pget_external_count(properties) != 0) {
    objection = "its values lie in another file";
  } else if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) {
    objection = "its values are a view of other datasets";
  } else if (storage == 0) {
    objection = "it was declared but never written";
  } else if (storage > extraction->file_length) {
    objection = "it is larger than the file";
  } else if (layout == H5D_CONTIGUOUS) {
    haddr_t offset = H5Dget_offset(dataset);
    if (storage < stored_bytes || offset == HADDR_UNDEF ||
        offset > extraction->file_length - storage) {
      objection = "it reaches beyond the end of the file";
    }
  } else if (layout == H5D_COMPACT && storage < stored_bytes) {
    objection = "it is shorter than its shape says";
  }
  int filters = layout == H5D_CHUNKED ? H5Pget_nfilters(properties) : 0;
  if (filters < 0) objection = "its filters are not described";
  for (int index = 0; index < filters; index++) {
    unsigned flags = 0;
    size_t values = 0;
    char name[8];
    H5Z_filter_t filter =
        H5Pget_filter2(properties, (unsigned)index, &flags, &values, NULL, sizeof name, name, NULL);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_FLETCHER32) {
      objection = "it is packed by a filter other than deflate, shuffle and fletcher32";
    }
  }
  H5Pclose(properties);
  return objection;
}

static void put_unreadable(visit place, const char *reason) {
  hdf5_put_record(place.extraction, HDF5_RECORD_UNREADABLE, place.path);
  hdf5_put_string(place.extraction, reason, strlen(reason));
}

static void read_dataset(visit place, hid_t dataset) {
  hdf5_extraction *extraction = place.extraction;
  hid_t type = H5Dget_type(dataset);
  hid_t space = H5Dget_space(dataset);
  if (type < 0 || space < 0) fail_with_library_message(extraction, "a dataset cannot be opened");
  hsize_t dimensions[H5S_MAX_RANK] = {0};
  int rank = H5Sget_simple_extent_ndims(space);
  size_t size = H5Tget_size(type);
  const char *objection = NULL;
  uint64_t count = 1;
  if (H5Tget_class(type) != H5T_FLOAT || size > 8) {
    objection = "its values are not floating-point numbers";
  } else if (
      rank < 0 || rank > maximum_rank || H5Sget_simple_extent_type(space) == H5S_NULL ||
      H5Sget_simple_extent_dims(space, dimensions, NULL) != rank) {
    objection = "its shape is not that of a tensor";
  }
  for (int axis = 0; objection == NULL && axis < rank; axis++) {
    uint64_t extent = dimensions[axis];
    if (extent != 0 && count > extraction->limits.maximum_bytes / sizeof(float) / extent) {
      objection = "it is far larger than the file";
    } else {
      count *= extent;
    }
  }
  if (objection == NULL && count > 0) {
    objection = storage_objection(extraction, dataset, count * size);
  }
  if (objection != NULL) {
    put_unreadable(place, objection);
  } else {
    float *values = malloc(count > 0 ? count * sizeof *values : 1);
    if (values == NULL) hdf5_fail(extraction, "there is not enough memory for it");
    if (count > 0 &&
        H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
      fail_with_library_message(extraction, "a dataset cannot be read");
    }
    hdf5_put_record(extraction, HDF5_RECORD_DATASET, place.path);
    hdf5_put_number(extraction, (uint64_t)rank);
    for (int axis = 0; axis < rank; axis++) hdf5_put_number(extraction, dimensions[axis]);
    hdf5_put_values(extraction, values, count);
    free(values);
  }
  H5Sclose(space);
  H5Tclose(type);
}

// Groups

static herr_t read_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  const visit *place = context;
  hdf5_extraction *extraction = place->extraction;
  // Soft and external links lead elsewhere; what stands at their end is not part of the model.
  if (info->type != H5L_TYPE_HARD) return 0;
  for (uint64_t index = 0; place->depth == 0 && index < extraction->limits.skipped_count; index++) {
    if (strcmp(name, extraction->limits.skipped[index]) == 0) return 0;
  }
  if (place->depth >= maximum_depth) hdf5_fail(extraction, "its groups are nested too deeply");
  if (++extraction->objects > maximum_objects) hdf5_fail(extraction, "it has too many objects");
  hid_t object = H5Oopen(group, name, H5P_DEFAULT);
  if (object < 0) fail_with_library_message(extraction, "an object cannot be opened");
  char *path = NULL;
  if (asprintf(&path, place->depth == 0 ? "%s%s" : "%s/%s", place->path, name) < 0) {
    hdf5_fail(extraction, "there is not enough memory for it");
  }
  read_object((visit){extraction, path, place->depth + 1}, object);
  free(path);
  H5Oclose(object);
  return 0;
}

static void read_object(visit place, hid_t object) {
  hdf5_extraction *extraction = place.extraction;
  H5I_type_t kind = H5Iget_type(object);
  hsize_t first = 0;
  if (kind == H5I_GROUP) {
    hdf5_put_record(extraction, HDF5_RECORD_GROUP, place.path);
    if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &first, read_attribute, &place) < 0) {
      fail_with_library_message(extraction, "the attributes of a group cannot be listed");
    }
    first = 0;
    if (H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, &first, read_link, &place) < 0) {
      fail_with_library_message(extraction, "a group cannot be listed");
    }
  } else if (kind == H5I_DATASET) {
    read_dataset(place, object);
  }
}

void hdf5_extract_file(hdf5_extraction *extraction, const char *path) {
  if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0 || H5PLset_loading_state(0) < 0) {
    hdf5_fail(extraction, "the HDF5 library does not start");
  }
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  // Locks where the file system has them: a file that another program is writing is refused.
  if (access < 0 || H5Pset_file_locking(access, 1, 1) < 0) {
    hdf5_fail(extraction, "the HDF5 library does not start");
  }
  if (extraction->memory >= 0 &&
      hdf5_set_image(access, extraction->memory, extraction->file_length) < 0) {
    fail_with_library_message(extraction, "it cannot be read from memory");
  }
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  if (file < 0) fail_with_library_message(extraction, "it cannot be opened");
  hid_t root = H5Gopen2(file, "/", H5P_DEFAULT);
  if (root < 0) fail_with_library_message(extraction, "it has no root group");
  read_object((visit){extraction, "", 0}, root);
  hdf5_put_record(extraction, HDF5_RECORD_END, "");
}
