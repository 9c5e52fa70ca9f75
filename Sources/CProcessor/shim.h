#pragma once
#include <stdbool.h>
#include <stdint.h>

// Whether this is compiled for a processor with AVX-512: Swift has no condition for it. A function
// and not a constant, so that the Swift compiler does not warn of code that is never run.
static inline bool processorHasAVX512(void) {
#ifdef __AVX512F__
  return true;
#else
  return false;
#endif
}

// Sets of instructions that a build may use: what `-march=native` switches on, as far as the compiler
// can ask a processor for it. Bit, the compiler's macro (1 or not defined), name.
#define PROCESSOR_FEATURES(FEATURE)         \
  FEATURE(0, __SSE4_2__, "sse4.2")          \
  FEATURE(1, __POPCNT__, "popcnt")          \
  FEATURE(2, __AVX__, "avx")                \
  FEATURE(3, __AVX2__, "avx2")              \
  FEATURE(4, __FMA__, "fma")                \
  FEATURE(5, __BMI__, "bmi")                \
  FEATURE(6, __BMI2__, "bmi2")              \
  FEATURE(7, __AVX512F__, "avx512f")        \
  FEATURE(8, __AVX512VL__, "avx512vl")      \
  FEATURE(9, __AVX512BW__, "avx512bw")      \
  FEATURE(10, __AVX512DQ__, "avx512dq")     \
  FEATURE(11, __AVX512CD__, "avx512cd")     \
  FEATURE(12, __AVX512VBMI__, "avx512vbmi") \
  FEATURE(13, __AVX512VNNI__, "avx512vnni") \
  FEATURE(14, __AVX512BF16__, "avx512bf16") \
  FEATURE(15, __AVX512VBMI2__, "avx512vbmi2")

// 1 where a macro is defined as 1, 0 where it is not defined: then the pasted name is none either.
#define PROCESSOR_SET_BEFORE_1 0,
#define PROCESSOR_SECOND(first, second, ...) second
#define PROCESSOR_IS_SET__(before) PROCESSOR_SECOND(before 1, 0, 0)
#define PROCESSOR_IS_SET_(value) PROCESSOR_IS_SET__(PROCESSOR_SET_BEFORE_##value)
#define PROCESSOR_IS_SET(macro) PROCESSOR_IS_SET_(macro)

// The sets that the code which includes this is compiled for, one bit each.
static inline uint32_t processorFeaturesUsed(void) {
  uint32_t used = 0;
#if defined(__x86_64__)
#define PROCESSOR_NOTE(bit, macro, name) used |= (uint32_t)PROCESSOR_IS_SET(macro) << bit;
  PROCESSOR_FEATURES(PROCESSOR_NOTE)
#undef PROCESSOR_NOTE
#endif
  return used;
}

// The sets that the processor has on which this runs.
static inline uint32_t processorFeaturesPresent(void) {
  uint32_t present = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
#define PROCESSOR_ASK(bit, macro, name) \
  if (__builtin_cpu_supports(name)) present |= 1u << bit;
  PROCESSOR_FEATURES(PROCESSOR_ASK)
#undef PROCESSOR_ASK
#endif
  return present;
}

// The name of one set; NULL for a bit that stands for none.
static inline const char *processorFeatureName(uint32_t bit) {
  switch (bit) {
#define PROCESSOR_NAME(number, macro, name) \
  case number: return name;
    PROCESSOR_FEATURES(PROCESSOR_NAME)
#undef PROCESSOR_NAME
    default: return 0;
  }
}
