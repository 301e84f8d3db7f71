// Weighted sums of a few rows of a matrix, as a bilinear reading of a map at some places is, and their gradient.
#include <cstring>

#include "kernel.h"
#include "parallel.h"

namespace arco {
namespace {

ARCO_SIMD void addScaled(float* out, const float* in, float weight, int64_t width) {
  for (int64_t c = 0; c < width; c++) out[c] += weight * in[c];
}

bool inside(const int32_t* indices, int64_t count, int64_t rows) {
  for (int64_t i = 0; i < count; i++)
    if (indices[i] < 0 || indices[i] >= rows) return false;
  return true;
}

// x [rows, width], indices and weights [n, taps] → y [n, width]
struct WeightedRows {
  explicit WeightedRows(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), indices = call.input(1), weights = call.input(2);
    const int64_t width = x.dim(1), n = indices.dim(0), taps = indices.dim(1);
    if (!inside(indices.data<int32_t>(), n * taps, x.dim(0))) return call.fail("weighted rows: an index is beyond the matrix");
    float* y = call.output(0, {n, width});
    parallel(n, 64, [&](int64_t, int64_t from, int64_t to) {
      std::memset(y + from * width, 0, (to - from) * width * sizeof(float));
      for (int64_t i = from; i < to; i++)
        for (int64_t t = i * taps; t < (i + 1) * taps; t++)
          addScaled(y + i * width, x.data() + indices.data<int32_t>()[t] * width, weights.data()[t], width);
    });
  }
};

// x (for its shape), indices, weights, dy → dx; places may coincide, so one thread adds them up, in their order.
struct WeightedRowsGrad {
  explicit WeightedRowsGrad(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), indices = call.input(1), weights = call.input(2), dy = call.input(3);
    const int64_t rows = x.dim(0), width = x.dim(1), n = indices.dim(0), taps = indices.dim(1);
    float* dx = call.output(0, {rows, width});
    parallel(rows, 16384, [&](int64_t, int64_t from, int64_t to) { std::memset(dx + from * width, 0, (to - from) * width * sizeof(float)); });
    for (int64_t i = 0; i < n; i++)
      for (int64_t t = i * taps; t < (i + 1) * taps; t++)
        addScaled(dx + indices.data<int32_t>()[t] * width, dy.data() + i * width, weights.data()[t], width);
  }
};

}  // namespace

void declareRows() {
  declare<WeightedRows>("ArcoWeightedRows", {"x: float", "indices: int32", "weights: float"}, {"y: float"}, {});
  declare<WeightedRowsGrad>("ArcoWeightedRowsGrad", {"x: float", "indices: int32", "weights: float", "dy: float"}, {"dx: float"}, {});
}

}  // namespace arco
