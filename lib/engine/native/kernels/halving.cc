// Convolution of volumes with filters of 2×2×2 in steps of 2, as products: along z, two voxels that lie side by side are one
// row of twice the channels, so that a filter is four matrices [2·in, out], one for each of the 2×2 lines.
#include <cstring>

#include "kernel.h"
#include "parallel.h"
#include "product.h"

namespace arco {
namespace {

// The small grid, whose lines along z are numbered; a line of it has 2×2 lines of the large grid.
struct Lines {
  int64_t x, y, z, count;
  explicit Lines(const Input& small) : x(small.dim(1)), y(small.dim(2)), z(small.dim(3)), count(small.dim(0) * x * y) {}
  explicit Lines(int64_t batch, int64_t x, int64_t y, int64_t z) : x(x), y(y), z(z), count(batch * x * y) {}

  // Where the large grid's line `corner` (0 … 3) of a small one begins.
  int64_t begin(int64_t line, int64_t corner, int64_t channels) const {
    const int64_t atY = line % y * 2 + corner % 2, atX = line / y * 2 + corner / 2; // x and the batch are one axis
    return (atX * 2 * y + atY) * 2 * z * channels;
  }
};

constexpr int64_t linesPerChunk = 8;

// x, filter [2, 2, 2, in, out] → y
struct Forward {
  explicit Forward(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), filter = call.input(1);
    const int64_t in = filter.dim(3), out = filter.dim(4);
    const Lines lines(x.dim(0), x.dim(1) / 2, x.dim(2) / 2, x.dim(3) / 2);
    float* y = call.output(0, {x.dim(0), lines.x, lines.y, lines.z, out});
    parallel(lines.count, linesPerChunk, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t line = from; line < to; line++)
        for (int64_t corner = 0; corner < 4; corner++)
          product(lines.z, out, x.data() + lines.begin(line, corner, in), 2 * in, 1, filter.data() + corner * 2 * in * out, out, 2 * in,
                  y + line * lines.z * out, corner > 0);
    });
  }
};

// sizes, filter, dy → dx
struct InputGradient {
  explicit InputGradient(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input filter = call.input(1), dy = call.input(2);
    const int64_t in = filter.dim(3), out = filter.dim(4), rows = 2 * in;
    const Lines lines(dy);
    float* dx = call.output(0, {dy.dim(0), 2 * lines.x, 2 * lines.y, 2 * lines.z, in});
    const Floats turned(4 * rows * out); // [4, out, 2·in]
    for (int64_t corner = 0; corner < 4; corner++)
      for (int64_t o = 0; o < out; o++)
        for (int64_t i = 0; i < rows; i++) turned.get()[(corner * out + o) * rows + i] = filter.data()[(corner * rows + i) * out + o];
    parallel(lines.count, linesPerChunk, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t line = from; line < to; line++)
        for (int64_t corner = 0; corner < 4; corner++)
          product(lines.z, rows, dy.data() + line * lines.z * out, out, 1, turned.get() + corner * out * rows, rows, out,
                  dx + lines.begin(line, corner, in), false);
    });
  }
};

constexpr int64_t mostParts = 8; // sums taken side by side, however many threads there are

// x, sizes, dy → dfilter
struct FilterGradient {
  explicit FilterGradient(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), dy = call.input(2);
    const int64_t in = x.dim(-1), out = dy.dim(-1), rows = 2 * in, size = 4 * rows * out;
    const Lines lines(dy);
    float* filter = call.output(0, {2, 2, 2, in, out});
    const int64_t chunk = chunksOf(lines.count, mostParts), parts = chunksOf(lines.count, chunk);
    const Floats sums(parts * size);
    parallel(lines.count, chunk, [&](int64_t part, int64_t from, int64_t to) {
      for (int64_t line = from; line < to; line++)
        for (int64_t corner = 0; corner < 4; corner++)
          product(rows, out, x.data() + lines.begin(line, corner, in), 1, rows, dy.data() + line * lines.z * out, out, lines.z,
                  sums.get() + part * size + corner * rows * out, line > from);
    });
    std::memcpy(filter, sums.get(), size * sizeof(float));
    for (int64_t part = 1; part < parts; part++)
      for (int64_t i = 0; i < size; i++) filter[i] += sums.get()[part * size + i];
  }
};

}  // namespace

void declareHalving() {
  declare<Forward>("ArcoHalvingConv3D", {"x: float", "filter: float"}, {"y: float"}, {});
  declare<InputGradient>("ArcoHalvingConv3DBackpropInput", {"sizes: int32", "filter: float", "dy: float"}, {"dx: float"}, {});
  declare<FilterGradient>("ArcoHalvingConv3DBackpropFilter", {"x: float", "sizes: int32", "dy: float"}, {"dfilter: float"}, {});
}

}  // namespace arco
