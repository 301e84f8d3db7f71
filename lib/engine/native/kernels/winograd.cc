// Convolution of volumes with filters of 3×3×3 after Winograd: a tile of 2×2×2 outputs takes 64 products of each pair
// of channels where the sum itself takes 8·27. Along one axis y = Aᵀ((G·w) ⊙ (Bᵀ·x)), along three each matrix once per
// axis (Lavin & Gray, "Fast algorithms for convolutional neural networks", 2016).
#include <array>

#include "kernel.h"
#include "lanes.h"
#include "parallel.h"
#include "product.h"

namespace arco {
namespace {

constexpr int64_t points = 64; // of a tile, 4×4×4
constexpr int64_t group = 32;  // tiles that a thread transforms at once: they stay in its second-level cache

// A volume and its tiles, numbered along z, then y, x and the batch.
struct Grid {
  int64_t batch, x, y, z;
  explicit Grid(const Input& volume) : batch(volume.dim(0)), x(volume.dim(1)), y(volume.dim(2)), z(volume.dim(3)) {}
  int64_t tilesAlongZ() const { return (z + 1) / 2; }
  int64_t tiles() const { return batch * ((x + 1) / 2) * ((y + 1) / 2) * tilesAlongZ(); }

  // The N×N lines along z that a row of tiles covers, beginning `before` the first output; `outside` where the volume has ended.
  template <int N, typename T>
  std::array<T*, N * N> lines(T* volume, int64_t channels, int64_t row, int64_t before, T* outside) const {
    const int64_t alongY = (y + 1) / 2, alongX = (x + 1) / 2;
    const int64_t firstY = row % alongY * 2 - before, firstX = row / alongY % alongX * 2 - before, image = row / (alongY * alongX);
    std::array<T*, N * N> found;
    for (int64_t i = 0; i < N; i++)
      for (int64_t j = 0; j < N; j++) {
        const int64_t atX = firstX + i, atY = firstY + j;
        const bool inside = atX >= 0 && atX < x && atY >= 0 && atY < y;
        found[i * N + j] = inside ? volume + ((image * x + atX) * y + atY) * z * channels : outside;
      }
    return found;
  }

  // Calls work(row, first, count, at) for the tiles from … to−1, row by row; `at` counts from the first of all.
  template <typename Work>
  void rows(int64_t from, int64_t to, const Work& work) const {
    for (int64_t tile = from, count; tile < to; tile += count) {
      const int64_t first = tile % tilesAlongZ();
      count = std::min(tilesAlongZ() - first, to - tile);
      work(tile / tilesAlongZ(), first, count, tile - from);
    }
  }
};

// Bᵀ of tiles in a row: 4×4 lines → [64][tiles, channels], the points `step` apart.
ARCO_SIMD void analyse(const float* const* lines, int64_t length, int64_t first, int64_t count, int64_t channels, float* out, int64_t step) {
  for (int64_t c = 0; c < channels; c += lanes) {
    alignas(64) float seen[4][16 * lanes]; // along x and y, at the last four places along z
    for (int64_t z = 2 * first - 1; z <= 2 * (first + count); z++) {
      float* now = seen[(z + 1) & 3];
      if (z < 0 || z >= length) {
        std::memset(now, 0, sizeof(seen[0]));
      } else {
        Lanes along[4][4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
          const int64_t at = z * channels + c;
          const Lanes p = ARCO_LOAD(Lanes, lines[j] + at), q = ARCO_LOAD(Lanes, lines[4 + j] + at);
          const Lanes r = ARCO_LOAD(Lanes, lines[8 + j] + at), s = ARCO_LOAD(Lanes, lines[12 + j] + at);
          along[0][j] = p - r;
          along[1][j] = q + r;
          along[2][j] = r - q;
          along[3][j] = q - s;
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          ARCO_STORE(now + (4 * i) * lanes, along[i][0] - along[i][2]);
          ARCO_STORE(now + (4 * i + 1) * lanes, along[i][1] + along[i][2]);
          ARCO_STORE(now + (4 * i + 2) * lanes, along[i][2] - along[i][1]);
          ARCO_STORE(now + (4 * i + 3) * lanes, along[i][1] - along[i][3]);
        }
      }
      if (z % 2 != 0 || z < 2 * first + 2) continue;
      float* tile = out + (z / 2 - 1 - first) * channels + c;
      const float *before = seen[(z + 2) & 3], *at = seen[(z + 3) & 3], *after = seen[z & 3];
#pragma GCC unroll 2
      for (int k = 0; k < 16; k++) {
        const Lanes p = ARCO_LOAD(Lanes, before + k * lanes), q = ARCO_LOAD(Lanes, at + k * lanes);
        const Lanes r = ARCO_LOAD(Lanes, after + k * lanes), s = ARCO_LOAD(Lanes, now + k * lanes);
        ARCO_STORE(tile + (4 * k) * step, p - r);
        ARCO_STORE(tile + (4 * k + 1) * step, q + r);
        ARCO_STORE(tile + (4 * k + 2) * step, r - q);
        ARCO_STORE(tile + (4 * k + 3) * step, q - s);
      }
    }
  }
}

// Aᵀ of tiles in a row: [64][tiles, channels] → 2×2 lines.
ARCO_SIMD void synthesise(const float* in, int64_t step, float* const* lines, int64_t length, int64_t first, int64_t count, int64_t channels) {
  for (int64_t tile = 0; tile < count; tile++)
    for (int64_t c = 0; c < channels; c += lanes) {
      const float* from = in + tile * channels + c;
      Lanes along[2][2][4]; // z, x and the points along y
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++) {
        Lanes even[4], odd[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          const float* at = from + (16 * i + 4 * j) * step;
          const Lanes p = ARCO_LOAD(Lanes, at), q = ARCO_LOAD(Lanes, at + step);
          const Lanes r = ARCO_LOAD(Lanes, at + 2 * step), s = ARCO_LOAD(Lanes, at + 3 * step);
          even[i] = p + q + r;
          odd[i] = q - r - s;
        }
        along[0][0][j] = even[0] + even[1] + even[2];
        along[0][1][j] = even[1] - even[2] - even[3];
        along[1][0][j] = odd[0] + odd[1] + odd[2];
        along[1][1][j] = odd[1] - odd[2] - odd[3];
      }
      const int64_t z = 2 * (first + tile);
#pragma GCC unroll 2
      for (int k = 0; k < 2; k++) {
        if (z + k >= length) break;
#pragma GCC unroll 2
        for (int i = 0; i < 2; i++) {
          const int64_t at = (z + k) * channels + c;
          ARCO_STORE(lines[2 * i] + at, along[k][i][0] + along[k][i][1] + along[k][i][2]);
          ARCO_STORE(lines[2 * i + 1] + at, along[k][i][1] - along[k][i][2] - along[k][i][3]);
        }
      }
    }
}

// A of tiles in a row, the adjoint of `synthesise`: 2×2 lines → [64][tiles, channels].
ARCO_SIMD void spread(const float* const* lines, int64_t length, int64_t first, int64_t count, int64_t channels, float* out, int64_t step) {
  for (int64_t tile = 0; tile < count; tile++)
    for (int64_t c = 0; c < channels; c += lanes) {
      const int64_t z = 2 * (first + tile);
      Lanes along[4][4]; // lines and the points along z
#pragma GCC unroll 4
      for (int line = 0; line < 4; line++) {
        const float* at = lines[line] + z * channels + c;
        const Lanes even = ARCO_LOAD(Lanes, at), odd = z + 1 < length ? ARCO_LOAD(Lanes, at + channels) : Lanes{};
        along[line][0] = even;
        along[line][1] = even + odd;
        along[line][2] = even - odd;
        along[line][3] = -odd;
      }
      float* to = out + tile * channels + c;
#pragma GCC unroll 4
      for (int k = 0; k < 4; k++) {
        const Lanes left[4] = {along[0][k], along[0][k] + along[2][k], along[0][k] - along[2][k], -along[2][k]};
        const Lanes right[4] = {along[1][k], along[1][k] + along[3][k], along[1][k] - along[3][k], -along[3][k]};
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          float* at = to + (16 * i + k) * step;
          ARCO_STORE(at, left[i]);
          ARCO_STORE(at + 4 * step, left[i] + right[i]);
          ARCO_STORE(at + 8 * step, left[i] - right[i]);
          ARCO_STORE(at + 12 * step, -right[i]);
        }
      }
    }
}

// G of a filter: [27][pairs of channels] → [64][pairs].
ARCO_SIMD void transformed(const float* filter, int64_t pairs, float* out) {
  for (int64_t pair = 0; pair < pairs; pair += lanes) {
    Lanes x[4][9], y[16][3];
    const auto tap = [&](int k) { return filter + k * pairs + pair; };
    for (int k = 0; k < 9; k++) {
      const Lanes p = ARCO_LOAD(Lanes, tap(k)), q = ARCO_LOAD(Lanes, tap(9 + k)), r = ARCO_LOAD(Lanes, tap(18 + k));
      x[0][k] = p;
      x[1][k] = 0.5f * (p + q + r);
      x[2][k] = 0.5f * (p - q + r);
      x[3][k] = r;
    }
    for (int i = 0; i < 4; i++)
      for (int k = 0; k < 3; k++) {
        const Lanes p = x[i][k], q = x[i][3 + k], r = x[i][6 + k];
        y[4 * i][k] = p;
        y[4 * i + 1][k] = 0.5f * (p + q + r);
        y[4 * i + 2][k] = 0.5f * (p - q + r);
        y[4 * i + 3][k] = r;
      }
    for (int i = 0; i < 16; i++) {
      float* at = out + 4 * i * pairs + pair;
      const Lanes p = y[i][0], q = y[i][1], r = y[i][2];
      ARCO_STORE(at, p);
      ARCO_STORE(at + pairs, 0.5f * (p + q + r));
      ARCO_STORE(at + 2 * pairs, 0.5f * (p - q + r));
      ARCO_STORE(at + 3 * pairs, r);
    }
  }
}

// Gᵀ of the sum of several parts: parts × [64][pairs] → [27][pairs].
ARCO_SIMD void transformedBack(const float* in, int64_t parts, int64_t pairs, float* filter) {
  for (int64_t pair = 0; pair < pairs; pair += lanes) {
    Lanes y[16][3], x[4][9];
    for (int i = 0; i < 16; i++) {
      Lanes sums[4];
      for (int l = 0; l < 4; l++) {
        const float* at = in + (4 * i + l) * pairs + pair;
        sums[l] = ARCO_LOAD(Lanes, at);
        for (int64_t part = 1; part < parts; part++) sums[l] += ARCO_LOAD(Lanes, at + part * points * pairs);
      }
      y[i][0] = sums[0] + 0.5f * (sums[1] + sums[2]);
      y[i][1] = 0.5f * (sums[1] - sums[2]);
      y[i][2] = 0.5f * (sums[1] + sums[2]) + sums[3];
    }
    for (int i = 0; i < 4; i++)
      for (int k = 0; k < 3; k++) {
        const Lanes p = y[4 * i][k], q = y[4 * i + 1][k], r = y[4 * i + 2][k], s = y[4 * i + 3][k];
        x[i][k] = p + 0.5f * (q + r);
        x[i][3 + k] = 0.5f * (q - r);
        x[i][6 + k] = 0.5f * (q + r) + s;
      }
    for (int k = 0; k < 9; k++) {
      const Lanes p = x[0][k], q = x[1][k], r = x[2][k], s = x[3][k];
      float* at = filter + k * pairs + pair;
      ARCO_STORE(at, p + 0.5f * (q + r));
      ARCO_STORE(at + 9 * pairs, 0.5f * (q - r));
      ARCO_STORE(at + 18 * pairs, 0.5f * (q + r) + s);
    }
  }
}

// Room of a thread for the points of a group of tiles of two kinds. Points lie a cache line further apart than they
// need: a power of two would put all into few sets of the cache.
struct Room {
  int64_t leftStep, rightStep;
  float *left, *right;
  Room(int64_t leftChannels, int64_t rightChannels) : leftStep(group * leftChannels + lanes), rightStep(group * rightChannels + lanes) {
    thread_local Floats memory(0);
    thread_local int64_t length = 0;
    const int64_t needed = points * (leftStep + rightStep);
    if (length < needed) {
      memory = Floats(needed);
      length = needed;
    }
    left = memory.get();
    right = left + points * leftStep;
  }
};

Floats zeroLine(const Grid& grid, int64_t channels) {
  Floats line(grid.z * channels);
  std::memset(line.get(), 0, grid.z * channels * sizeof(float));
  return line;
}

// y = x * filter, whose points are [64][in, out].
void convolve(const float* x, const float* filter, float* y, const Grid& grid, int64_t in, int64_t out) {
  const Floats zeros = zeroLine(grid, in);
  parallel(grid.tiles(), group, [&](int64_t, int64_t from, int64_t to) {
    const Room room(in, out);
    const Floats unused(grid.z * out);
    grid.rows(from, to, [&](int64_t row, int64_t first, int64_t count, int64_t at) {
      const auto around = grid.lines<4>(x, in, row, 1, static_cast<const float*>(zeros.get()));
      analyse(around.data(), grid.z, first, count, in, room.left + at * in, room.leftStep);
    });
    for (int64_t point = 0; point < points; point++)
      product(to - from, out, room.left + point * room.leftStep, in, 1, filter + point * in * out, out, in, room.right + point * room.rightStep, false);
    grid.rows(from, to, [&](int64_t row, int64_t first, int64_t count, int64_t at) {
      const auto within = grid.lines<2>(y, out, row, 0, unused.get());
      synthesise(room.right + at * out, room.rightStep, within.data(), grid.z, first, count, out);
    });
  });
}

// x, filter [3, 3, 3, in, out] → y
struct Forward {
  explicit Forward(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), filter = call.input(1);
    const Grid grid(x);
    const int64_t in = filter.dim(3), out = filter.dim(4);
    float* y = call.output(0, {grid.batch, grid.x, grid.y, grid.z, out});
    const Floats seen(points * in * out);
    transformed(filter.data(), in * out, seen.get());
    convolve(x.data(), seen.get(), y, grid, in, out);
  }
};

// sizes, filter, dy → dx: the convolution with the filter turned about, whose channels change places
struct InputGradient {
  explicit InputGradient(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input filter = call.input(1), dy = call.input(2);
    const Grid grid(dy);
    const int64_t in = filter.dim(3), out = filter.dim(4);
    float* dx = call.output(0, {grid.batch, grid.x, grid.y, grid.z, in});
    const Floats turned(27 * in * out), seen(points * in * out);
    for (int64_t tap = 0; tap < 27; tap++)
      for (int64_t o = 0; o < out; o++)
        for (int64_t i = 0; i < in; i++) turned.get()[(tap * out + o) * in + i] = filter.data()[((26 - tap) * in + i) * out + o];
    transformed(turned.get(), in * out, seen.get());
    convolve(dy.data(), seen.get(), dx, grid, out, in);
  }
};

constexpr int64_t mostParts = 8; // sums taken side by side, however many threads there are

// x, sizes, dy → dfilter
struct FilterGradient {
  explicit FilterGradient(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), dy = call.input(2);
    const Grid grid(x);
    const int64_t in = x.dim(-1), out = dy.dim(-1), tiles = grid.tiles();
    float* filter = call.output(0, {3, 3, 3, in, out});
    const int64_t chunk = (chunksOf(tiles, group) + mostParts - 1) / mostParts * group;
    const Floats zeros = zeroLine(grid, std::max(in, out)), sums(chunksOf(tiles, chunk) * points * in * out);
    parallel(tiles, chunk, [&](int64_t part, int64_t begin, int64_t end) {
      const Room room(in, out);
      float* sum = sums.get() + part * points * in * out;
      for (int64_t from = begin; from < end; from += group) {
        const int64_t to = std::min(end, from + group);
        grid.rows(from, to, [&](int64_t row, int64_t first, int64_t count, int64_t at) {
          const auto around = grid.lines<4>(x.data(), in, row, 1, static_cast<const float*>(zeros.get()));
          analyse(around.data(), grid.z, first, count, in, room.left + at * in, room.leftStep);
          const auto within = grid.lines<2>(dy.data(), out, row, 0, static_cast<const float*>(zeros.get()));
          spread(within.data(), grid.z, first, count, out, room.right + at * out, room.rightStep);
        });
        for (int64_t point = 0; point < points; point++)
          product(in, out, room.left + point * room.leftStep, 1, in, room.right + point * room.rightStep, out, to - from, sum + point * in * out,
                  from > begin);
      }
    });
    transformedBack(sums.get(), chunksOf(tiles, chunk), in * out, filter);
  }
};

}  // namespace

void declareWinograd() {
  declare<Forward>("ArcoWinogradConv3D", {"x: float", "filter: float"}, {"y: float"}, {});
  declare<InputGradient>("ArcoWinogradConv3DBackpropInput", {"sizes: int32", "filter: float", "dy: float"}, {"dx: float"}, {});
  declare<FilterGradient>("ArcoWinogradConv3DBackpropFilter", {"x: float", "sizes: int32", "dy: float"}, {"dfilter: float"}, {});
}

}  // namespace arco
