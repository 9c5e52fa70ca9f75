#pragma once
#include <stdbool.h>

// Whether this is compiled for a processor with AVX-512: Swift has no condition for it. A function
// and not a constant, so that the Swift compiler does not warn of code that is never run.
static inline bool processorHasAVX512(void) {
#ifdef __AVX512F__
  return true;
#else
  return false;
#endif
}
