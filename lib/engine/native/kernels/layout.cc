// Operations that move values: max pooling by 2 and its gradient, and the gradient of a concatenation of channels.
#include <cstring>

#include "kernel.h"
#include "parallel.h"

namespace arco {
namespace {

ARCO_SIMD void poolRow(const float* above, const float* below, float* out, int64_t width, int64_t channels) {
  for (int64_t x = 0; x < width; x++, above += 2 * channels, below += 2 * channels, out += channels) {
    for (int64_t c = 0; c < channels; c++) {
      const float upper = std::max(above[c], above[channels + c]), lower = std::max(below[c], below[channels + c]);
      out[c] = std::max(upper, lower);
    }
  }
}

// The gradient goes to the first of the four values that equals the maximum.
ARCO_SIMD void unpoolRow(const float* above, const float* below, const float* y, const float* dy, float* dAbove, float* dBelow, int64_t width, int64_t channels) {
  for (int64_t x = 0; x < width; x++) {
    for (int64_t c = 0; c < channels; c++) {
      const float top = y[c], g = dy[c];
      const bool a = above[c] == top, b = !a && above[channels + c] == top, d = !a && !b && below[c] == top;
      dAbove[c] = a ? g : 0;
      dAbove[channels + c] = b ? g : 0;
      dBelow[c] = d ? g : 0;
      dBelow[channels + c] = a || b || d ? 0 : g;
    }
    above += 2 * channels, below += 2 * channels, dAbove += 2 * channels, dBelow += 2 * channels, y += channels, dy += channels;
  }
}

// x [batch, height, width, channels] with even height and width → y [batch, height/2, width/2, channels]
struct Pool {
  explicit Pool(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0);
    const int64_t height = x.dim(1), width = x.dim(2), channels = x.dim(3), row = width * channels;
    if (height % 2 != 0 || width % 2 != 0) return call.fail("max pooling by 2: height and width must be even");
    float* y = call.output(0, {x.dim(0), height / 2, width / 2, channels});
    const int64_t rows = x.dim(0) * height / 2;
    parallel(rows, 16, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t r = from; r < to; r++) poolRow(x.data() + 2 * r * row, x.data() + (2 * r + 1) * row, y + r * row / 2, width / 2, channels);
    });
  }
};

// x, y, dy → dx
struct Unpool {
  explicit Unpool(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input x = call.input(0), y = call.input(1), dy = call.input(2);
    const int64_t width = x.dim(2), channels = x.dim(3), row = width * channels;
    float* dx = call.output(0, x.shape());
    const int64_t rows = x.dim(0) * x.dim(1) / 2;
    parallel(rows, 16, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t r = from; r < to; r++) {
        const int64_t at = 2 * r * row, half = r * row / 2;
        unpoolRow(x.data() + at, x.data() + at + row, y.data() + half, dy.data() + half, dx + at, dx + at + row, width / 2, channels);
      }
    });
  }
};

// Channels side by side, [..., first] and [..., second] → [..., first + second], or back again.
struct Join {
  explicit Join(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const Input left = call.input(0), right = call.input(1);
    const int64_t first = left.dim(-1), second = right.dim(-1), rows = left.size() / first;
    std::vector<int64_t> shape = left.shape();
    shape.back() = first + second;
    float* out = call.output(0, shape);
    parallel(rows, 1024, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t r = from; r < to; r++) {
        std::memcpy(out + r * (first + second), left.data() + r * first, first * sizeof(float));
        std::memcpy(out + r * (first + second) + first, right.data() + r * second, second * sizeof(float));
      }
    });
  }
};

struct Part {
  int64_t first;
  explicit Part(TF_OpKernelConstruction* c) : first(static_cast<int64_t>(attribute(c, "first"))) {}
  void operator()(Call& call) {
    const Input joined = call.input(0);
    const int64_t channels = joined.dim(-1), second = channels - first, rows = joined.size() / channels;
    std::vector<int64_t> shape = joined.shape();
    shape.back() = first;
    float* left = call.output(0, shape);
    shape.back() = second;
    float* right = call.output(1, shape);
    parallel(rows, 1024, [&](int64_t, int64_t from, int64_t to) {
      for (int64_t r = from; r < to; r++) {
        std::memcpy(left + r * first, joined.data() + r * channels, first * sizeof(float));
        std::memcpy(right + r * second, joined.data() + r * channels + first, second * sizeof(float));
      }
    });
  }
};

}  // namespace

void declareLayout() {
  declare<Pool>("ArcoMaxPool", {"x: float"}, {"y: float"}, {});
  declare<Unpool>("ArcoMaxPoolGrad", {"x: float", "y: float", "dy: float"}, {"dx: float"}, {});
  declare<Join>("ArcoJoin", {"left: float", "right: float"}, {"joined: float"}, {});
  declare<Part>("ArcoPart", {"joined: float"}, {"left: float", "right: float"}, {"first: float"});
}

}  // namespace arco
