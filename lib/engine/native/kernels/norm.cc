// Batch normalisation, leaky ReLU (with a ceiling: ReLU6) and dropout in one operation: two passes over the image forward, two backward, nothing kept but the input.
#include <cmath>

#include "kernel.h"
#include "lanes.h"
#include "parallel.h"

namespace arco {
namespace {

constexpr int64_t chunkValues = 1 << 16; // values of a chunk: small enough to stay in the second-level cache between reading and use

int64_t rowsPerChunk(int64_t channels) { return std::max<int64_t>(1, chunkValues / channels); }

struct Settings {
  float epsilon, momentum, slope, ceiling, rate;
  bool training;
  explicit Settings(TF_OpKernelConstruction* c)
      : epsilon(attribute(c, "epsilon")),
        momentum(attribute(c, "momentum")),
        slope(attribute(c, "slope")),
        ceiling(attribute(c, "ceiling")),
        rate(attribute(c, "rate")),
        training(attribute(c, "training") != 0) {}
};

// What decides the dropout mask: value number i is dropped if its hash is below the rate.
struct Mask {
  uint32_t first, second, limit;
  float scale;
  Mask(const int32_t* seed, float rate)
      : first(static_cast<uint32_t>(seed[0])),
        second(static_cast<uint32_t>(seed[1])),
        limit(static_cast<uint32_t>(std::lround(static_cast<double>(rate) * 4294967296.0))),
        scale(1.0f / (1.0f - rate)) {}
};

// A 32-bit finaliser by Chris Wellons ("lowbias32"), applied to the index and to each half of the seed; for numbers and for vectors of them.
#define ARCO_MIX(x)    \
  x ^= x >> 16;        \
  x *= 0x7feb352dU;    \
  x ^= x >> 15;        \
  x *= 0x846ca68bU;    \
  x ^= x >> 16;
#define ARCO_HASH(x, mask) \
  x ^= (mask).first;       \
  ARCO_MIX(x)              \
  x ^= (mask).second;      \
  ARCO_MIX(x)

inline float keep(const Mask& mask, uint32_t index) {
  ARCO_HASH(index, mask)
  return index < mask.limit ? 0.0f : mask.scale;
}

const IndexLanes counting = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// All of the following work on rows [rows, channels], sixteen channels at a time and the rest one by one.

ARCO_SIMD void sums(const float* x, int64_t rows, int64_t channels, double* sum, double* squares) {
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) {
    DoubleLanes s0 = {}, s1 = {}, q0 = {}, q1 = {};
    const float* at = x + c;
    for (int64_t row = 0; row < rows; row++, at += channels) {
      const DoubleLanes low = __builtin_convertvector(ARCO_LOAD(HalfLanes, at), DoubleLanes);
      const DoubleLanes high = __builtin_convertvector(ARCO_LOAD(HalfLanes, at + 8), DoubleLanes);
      s0 += low;
      s1 += high;
      q0 += low * low;
      q1 += high * high;
    }
    ARCO_STORE(sum + c, s0);
    ARCO_STORE(sum + c + 8, s1);
    ARCO_STORE(squares + c, q0);
    ARCO_STORE(squares + c + 8, q1);
  }
  for (; c < channels; c++) {
    for (int64_t row = 0; row < rows; row++) {
      const double value = x[row * channels + c];
      sum[c] += value;
      squares[c] += value * value;
    }
  }
}

// y = dropout(min(leaky(factor·x + shift), ceiling)); `from` is the number of the first value.
ARCO_SIMD void activate(const float* x, float* y, int64_t rows, int64_t channels, const float* factor, const float* shift, float slope,
                        float ceiling, bool drops, const Mask& mask, int64_t from) {
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) {
    const Lanes f = ARCO_LOAD(Lanes, factor + c), s = ARCO_LOAD(Lanes, shift + c), zero = {}, top = zero + ceiling;
    for (int64_t row = 0; row < rows; row++) {
      const int64_t at = row * channels + c;
      const Lanes z = ARCO_LOAD(Lanes, x + at) * f + s;
      Lanes out = z > zero ? z : z * slope;
      out = out < top ? out : top;
      if (drops) {
        IndexLanes index = counting + static_cast<uint32_t>(from + at);
        ARCO_HASH(index, mask)
        out = index < mask.limit ? zero : out * mask.scale;
      }
      ARCO_STORE(y + at, out);
    }
  }
  for (; c < channels; c++) {
    for (int64_t row = 0; row < rows; row++) {
      const int64_t at = row * channels + c;
      const float z = x[at] * factor[c] + shift[c];
      y[at] = std::min(z > 0 ? z : slope * z, ceiling) * (drops ? keep(mask, static_cast<uint32_t>(from + at)) : 1.0f);
    }
  }
}

// g = gradient of z = factor·x + shift, from dy back through dropout and leaky ReLU, with its sums Σg and Σg·(x − mean) by channel.
ARCO_SIMD void beforeActivation(const float* x, const float* dy, float* g, int64_t rows, int64_t channels, const float* factor, const float* shift,
                                float slope, float ceiling, bool drops, const Mask& mask, int64_t from, const float* mean, double* sum,
                                double* products) {
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) {
    const Lanes f = ARCO_LOAD(Lanes, factor + c), s = ARCO_LOAD(Lanes, shift + c), m = ARCO_LOAD(Lanes, mean + c), zero = {}, top = zero + ceiling;
    DoubleLanes s0 = {}, s1 = {}, p0 = {}, p1 = {};
    for (int64_t row = 0; row < rows; row++) {
      const int64_t at = row * channels + c;
      const Lanes value = ARCO_LOAD(Lanes, x + at), up = ARCO_LOAD(Lanes, dy + at);
      const Lanes z = value * f + s;
      Lanes out = z > zero ? up : up * slope;
      out = z < top ? out : zero;
      if (drops) {
        IndexLanes index = counting + static_cast<uint32_t>(from + at);
        ARCO_HASH(index, mask)
        out = index < mask.limit ? zero : out * mask.scale;
      }
      ARCO_STORE(g + at, out);
      const Lanes product = out * (value - m);
      float both[2 * lanes];
      ARCO_STORE(both, out);
      ARCO_STORE(both + lanes, product);
      s0 += __builtin_convertvector(ARCO_LOAD(HalfLanes, both), DoubleLanes);
      s1 += __builtin_convertvector(ARCO_LOAD(HalfLanes, both + 8), DoubleLanes);
      p0 += __builtin_convertvector(ARCO_LOAD(HalfLanes, both + 16), DoubleLanes);
      p1 += __builtin_convertvector(ARCO_LOAD(HalfLanes, both + 24), DoubleLanes);
    }
    ARCO_STORE(sum + c, s0);
    ARCO_STORE(sum + c + 8, s1);
    ARCO_STORE(products + c, p0);
    ARCO_STORE(products + c + 8, p1);
  }
  for (; c < channels; c++) {
    for (int64_t row = 0; row < rows; row++) {
      const int64_t at = row * channels + c;
      const float up = dy[at] * (drops ? keep(mask, static_cast<uint32_t>(from + at)) : 1.0f);
      const float z = x[at] * factor[c] + shift[c];
      g[at] = z < ceiling ? (z > 0 ? up : slope * up) : 0.0f;
      sum[c] += g[at];
      products[c] += static_cast<double>(g[at]) * (x[at] - mean[c]);
    }
  }
}

// dx = a·dx + b·x + constant
ARCO_SIMD void gradient(const float* x, float* dx, int64_t rows, int64_t channels, const float* a, const float* b, const float* constant) {
  int64_t c = 0;
  for (; c + lanes <= channels; c += lanes) {
    const Lanes ofGradient = ARCO_LOAD(Lanes, a + c), ofInput = ARCO_LOAD(Lanes, b + c), rest = ARCO_LOAD(Lanes, constant + c);
    for (int64_t row = 0; row < rows; row++) {
      const int64_t at = row * channels + c;
      ARCO_STORE(dx + at, ofGradient * ARCO_LOAD(Lanes, dx + at) + ofInput * ARCO_LOAD(Lanes, x + at) + rest);
    }
  }
  for (; c < channels; c++) {
    for (int64_t at = c; at < rows * channels; at += channels) dx[at] = a[c] * dx[at] + b[c] * x[at] + constant[c];
  }
}

// Adds up per-chunk sums in the order of the chunks.
std::vector<double> total(const std::vector<double>& partial, int64_t chunks, int64_t width) {
  std::vector<double> sum(width, 0.0);
  for (int64_t chunk = 0; chunk < chunks; chunk++) {
    for (int64_t i = 0; i < width; i++) sum[i] += partial[chunk * width + i];
  }
  return sum;
}

// x, scale, offset, running mean, running variance, bias of the convolution in front, seed → y, new mean, new variance, [mean; 1/deviation] as used
struct Forward : Settings {
  using Settings::Settings;
  void operator()(Call& call) {
    const Input x = call.input(0), scale = call.input(1), offset = call.input(2), mean = call.input(3), variance = call.input(4),
                bias = call.input(5), seed = call.input(6);
    const int64_t channels = x.dim(-1), rows = x.size() / channels, chunk = rowsPerChunk(channels);
    float* y = call.output(0, x.shape());
    float* newMean = call.output(1, {channels});
    float* newVariance = call.output(2, {channels});
    float* used = call.output(3, {2, channels});
    statistics(x.data(), rows, channels, chunk, mean.data(), variance.data(), bias.data(), newMean, newVariance, used);
    std::vector<float> factor(channels), shift(channels);
    for (int64_t c = 0; c < channels; c++) {
      factor[c] = scale.data()[c] * used[channels + c];
      shift[c] = offset.data()[c] - used[c] * factor[c];
    }
    const Mask mask(seed.data<int32_t>(), rate);
    parallel(rows, chunk, [&](int64_t, int64_t from, int64_t to) {
      const int64_t at = from * channels;
      activate(x.data() + at, y + at, to - from, channels, factor.data(), shift.data(), slope, ceiling, rate > 0, mask, at);
    });
  }

  void statistics(const float* x, int64_t rows, int64_t channels, int64_t chunk, const float* mean, const float* variance, const float* bias,
                  float* newMean, float* newVariance, float* used) {
    if (!training) {
      for (int64_t c = 0; c < channels; c++) {
        newMean[c] = mean[c];
        newVariance[c] = variance[c];
        used[c] = mean[c] - bias[c];
        used[channels + c] = 1.0f / std::sqrt(variance[c] + epsilon);
      }
      return;
    }
    const int64_t chunks = chunksOf(rows, chunk);
    std::vector<double> partial(chunks * 2 * channels, 0.0);
    parallel(rows, chunk, [&](int64_t part, int64_t from, int64_t to) {
      double* sum = partial.data() + part * 2 * channels;
      sums(x + from * channels, to - from, channels, sum, sum + channels);
    });
    const std::vector<double> sum = total(partial, chunks, 2 * channels);
    for (int64_t c = 0; c < channels; c++) {
      const double batchMean = sum[c] / rows;
      const double batchVariance = std::max(0.0, sum[channels + c] / rows - batchMean * batchMean);
      const double unbiased = batchVariance * rows / std::max<int64_t>(1, rows - 1);
      newMean[c] = static_cast<float>((1 - momentum) * mean[c] + momentum * (batchMean + bias[c]));
      newVariance[c] = static_cast<float>((1 - momentum) * variance[c] + momentum * unbiased);
      used[c] = static_cast<float>(batchMean);
      used[channels + c] = static_cast<float>(1.0 / std::sqrt(batchVariance + epsilon));
    }
  }
};

// dy, x, scale, offset, [mean; 1/deviation], seed → dx, dscale, doffset
struct Backward : Settings {
  using Settings::Settings;
  void operator()(Call& call) {
    const Input dy = call.input(0), x = call.input(1), scale = call.input(2), offset = call.input(3), used = call.input(4), seed = call.input(5);
    const int64_t channels = x.dim(-1), rows = x.size() / channels, chunk = rowsPerChunk(channels);
    float* dx = call.output(0, x.shape());
    float* dScale = call.output(1, {channels});
    float* dOffset = call.output(2, {channels});
    const float *mean = used.data(), *inverse = used.data() + channels;
    std::vector<float> factor(channels), shift(channels);
    for (int64_t c = 0; c < channels; c++) {
      factor[c] = scale.data()[c] * inverse[c];
      shift[c] = offset.data()[c] - mean[c] * factor[c];
    }
    const Mask mask(seed.data<int32_t>(), rate);
    const int64_t chunks = chunksOf(rows, chunk);
    std::vector<double> partial(chunks * 2 * channels, 0.0);
    parallel(rows, chunk, [&](int64_t part, int64_t from, int64_t to) {
      const int64_t at = from * channels;
      double* sum = partial.data() + part * 2 * channels;
      beforeActivation(x.data() + at, dy.data() + at, dx + at, to - from, channels, factor.data(), shift.data(), slope, ceiling, rate > 0, mask, at,
                       mean, sum, sum + channels);
    });
    const std::vector<double> sum = total(partial, chunks, 2 * channels);
    std::vector<float> b(channels, 0.0f), constant(channels, 0.0f);
    for (int64_t c = 0; c < channels; c++) {
      const double product = sum[channels + c] * inverse[c]; // Σ g·x̂
      dScale[c] = static_cast<float>(product);
      dOffset[c] = static_cast<float>(sum[c]);
      if (!training) continue;
      // dx = factor·(g − Σg/rows − x̂·Σg·x̂/rows)
      const double slopeOfX = -factor[c] * product / rows * inverse[c];
      b[c] = static_cast<float>(slopeOfX);
      constant[c] = static_cast<float>(-factor[c] * sum[c] / rows - slopeOfX * mean[c]);
    }
    parallel(rows, chunk, [&](int64_t, int64_t from, int64_t to) {
      gradient(x.data() + from * channels, dx + from * channels, to - from, channels, factor.data(), b.data(), constant.data());
    });
  }
};

}  // namespace

void declareNorm() {
  declare<Forward>("ArcoNorm", {"x: float", "scale: float", "offset: float", "mean: float", "variance: float", "bias: float", "seed: int32"},
                   {"y: float", "new_mean: float", "new_variance: float", "used: float"},
                   {"epsilon: float", "momentum: float", "slope: float", "ceiling: float", "rate: float", "training: float"});
  declare<Backward>("ArcoNormGrad", {"dy: float", "x: float", "scale: float", "offset: float", "used: float", "seed: int32"},
                    {"dx: float", "dscale: float", "doffset: float"},
                    {"epsilon: float", "momentum: float", "slope: float", "ceiling: float", "rate: float", "training: float"});
}

}  // namespace arco
