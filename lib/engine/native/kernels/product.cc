// Products of small matrices, whose blocks stay in registers.
#include "product.h"

#include "lanes.h"
#include "parallel.h"

namespace arco {
namespace {

// Rows of c, R at a time, and 16·N of its columns.
template <int R, int N>
inline __attribute__((always_inline)) void blocks(int64_t rows, const float* a, int64_t ar, int64_t ak, const float* b, int64_t bk, int64_t depth,
                                                  float* c, int64_t cr, bool add) {
  for (int64_t row = 0; row < rows; row += R, a += R * ar, c += R * cr) {
    Lanes sums[R][N];
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) sums[r][n] = add ? ARCO_LOAD(Lanes, c + r * cr + n * lanes) : Lanes{};
    for (int64_t k = 0; k < depth; k++) {
      Lanes right[N];
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) right[n] = ARCO_LOAD(Lanes, b + k * bk + n * lanes);
#pragma GCC unroll 16
      for (int r = 0; r < R; r++) {
        const float left = a[r * ar + k * ak];
#pragma GCC unroll 4
        for (int n = 0; n < N; n++) sums[r][n] += left * right[n];
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) ARCO_STORE(c + r * cr + n * lanes, sums[r][n]);
  }
}

#define ARCO_BLOCKS(name, R, N)                                                                                                           \
  ARCO_SIMD void name(int64_t rows, const float* a, int64_t ar, int64_t ak, const float* b, int64_t bk, int64_t depth, float* c, int64_t cr, \
                      bool add) {                                                                                                         \
    blocks<R, N>(rows, a, ar, ak, b, bk, depth, c, cr, add);                                                                              \
  }
ARCO_BLOCKS(blocks16x1, 16, 1)
ARCO_BLOCKS(blocks8x2, 8, 2)
ARCO_BLOCKS(blocks4x4, 4, 4)
ARCO_BLOCKS(rows1, 1, 1)
ARCO_BLOCKS(rows2, 1, 2)
ARCO_BLOCKS(rows4, 1, 4)

}  // namespace

void product(int64_t rows, int64_t columns, const float* a, int64_t ar, int64_t ak, const float* b, int64_t bk, int64_t depth, float* c, bool add) {
  const int64_t width = columns % 64 == 0 ? 64 : columns % 32 == 0 ? 32 : 16, height = 256 / width;
  const auto run = width == 64 ? blocks4x4 : width == 32 ? blocks8x2 : blocks16x1;
  const auto rest = width == 64 ? rows4 : width == 32 ? rows2 : rows1;
  const int64_t whole = rows / height * height;
  for (int64_t column = 0; column < columns; column += width) {
    run(whole, a, ar, ak, b + column, bk, depth, c + column, columns, add);
    rest(rows - whole, a + whole * ar, ar, ak, b + column, bk, depth, c + whole * columns + column, columns, add);
  }
}

}  // namespace arco
