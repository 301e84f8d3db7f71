// Sixteen floats side by side: GCC and clang turn them into whatever vector registers the processor has.
#pragma once

#include <cstdint>
#include <cstring>

namespace arco {

typedef float Lanes __attribute__((vector_size(64)));
typedef float HalfLanes __attribute__((vector_size(32)));
typedef double DoubleLanes __attribute__((vector_size(64)));
typedef uint32_t IndexLanes __attribute__((vector_size(64)));

constexpr int64_t lanes = 16;

// Macros and not functions: a vector may not be passed between functions that are compiled for different processors.
#define ARCO_LOAD(type, pointer)                   \
  ({                                               \
    type loaded;                                   \
    std::memcpy(&loaded, (pointer), sizeof(type)); \
    loaded;                                        \
  })
#define ARCO_STORE(pointer, value)                    \
  ({                                                  \
    const auto stored = (value);                      \
    std::memcpy((pointer), &stored, sizeof(stored));  \
  })

}  // namespace arco
