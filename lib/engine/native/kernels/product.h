// Products of small matrices, and memory for them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace arco {

// Memory that begins at a cache line, with whatever lay there.
class Floats {
 public:
  explicit Floats(int64_t count) : data_(static_cast<float*>(std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64))) {}
  float* get() const { return data_.get(); }

 private:
  struct Free {
    void operator()(float* data) const { std::free(data); }
  };
  std::unique_ptr<float, Free> data_;
};

// c (+)= a·b for any number of rows and a multiple of sixteen columns. a's rows and columns lie `ar` and `ak` apart, b's
// rows `bk`; c has no gaps.
void product(int64_t rows, int64_t columns, const float* a, int64_t ar, int64_t ak, const float* b, int64_t bk, int64_t depth, float* c, bool add);

}  // namespace arco
