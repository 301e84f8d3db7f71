// Rows of a matrix: weighted sums of a few of them, as a bilinear reading of a map at some places is, and rows scaled to length 1; with their gradients.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernel.h"
#include "lanes.h"
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

ARCO_SIMD float product(const float* a, const float* b, int64_t width) {
  Lanes sums = {};
  int64_t c = 0;
  for (; c + lanes <= width; c += lanes) sums += ARCO_LOAD(Lanes, a + c) * ARCO_LOAD(Lanes, b + c);
  float sum = 0;
  for (int64_t lane = 0; lane < lanes; lane++) sum += sums[lane];
  for (; c < width; c++) sum += a[c] * b[c];
  return sum;
}

ARCO_SIMD void divided(float* out, const float* in, float by, int64_t width) {
  for (int64_t c = 0; c < width; c++) out[c] = in[c] / by;
}

// The bound (PyTorch's, squared) keeps a row of zeros, and its gradient, at zero.
constexpr float least = 1e-16f;

// x [rows, width] → y = x / |x|, row by row
struct UnitRows {
  explicit UnitRows(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0);
    const int64_t width = x.dim(1);
    float* y = call.output(0, x.shape());
    parallel(x.dim(0), 64, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t at = from * width; at < to * width; at += width) {
        const float* row = x.data() + at;
        divided(y + at, row, std::sqrt(std::max(product(row, row, width), least)), width);
      }
    });
  }
};

// x, dy → dx = (dy − y (y · dy)) / |x|; below the bound the length counts as a constant
struct UnitRowsGrad {
  explicit UnitRowsGrad(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), dy = call.input(1);
    const int64_t width = x.dim(1);
    float* dx = call.output(0, x.shape());
    parallel(x.dim(0), 64, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t at = from * width; at < to * width; at += width) {
        const float* row = x.data() + at;
        const float square = product(row, row, width), length = std::sqrt(std::max(square, least));
        divided(dx + at, dy.data() + at, length, width);
        if (square > least) addScaled(dx + at, row, -product(row, dy.data() + at, width) / (length * square), width);
      }
    });
  }
};

}  // namespace

void declareRows() {
  declare<UnitRows>("ArcoUnitRows", {"x: float"}, {"y: float"}, {});
  declare<UnitRowsGrad>("ArcoUnitRowsGrad", {"x: float", "dy: float"}, {"dx: float"}, {});
  declare<WeightedRows>("ArcoWeightedRows", {"x: float", "indices: int32", "weights: float"}, {"y: float"}, {});
  declare<WeightedRowsGrad>("ArcoWeightedRowsGrad", {"x: float", "indices: int32", "weights: float", "dy: float"}, {"dx: float"}, {});
}

}  // namespace arco
