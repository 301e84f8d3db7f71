// Dice loss plus cross entropy of logits, and their gradient, in one pass each over the pixels.
#include <cmath>

#include "kernel.h"
#include "parallel.h"

namespace arco {
namespace {

constexpr int64_t chunk = 1 << 13;
constexpr int64_t maxClasses = 256;

// Softmax of one pixel; returns log Σ exp.
inline float softmax(const float* logits, float* p, int64_t classes) {
  float top = logits[0];
  for (int64_t c = 1; c < classes; c++) top = std::max(top, logits[c]);
  float sum = 0;
  for (int64_t c = 0; c < classes; c++) sum += p[c] = std::exp(logits[c] - top);
  const float inverse = 1 / sum;
  for (int64_t c = 0; c < classes; c++) p[c] *= inverse;
  return top + std::log(sum);
}

// Per chunk: overlap Σpy, probabilities Σp², truth Σy of each class, then the summed cross entropy and the number of valid pixels.
ARCO_SIMD void tally(const float* logits, const int32_t* labels, int64_t pixels, int64_t classes, double* sums) {
  double *overlap = sums, *squares = sums + classes, *truth = sums + 2 * classes, *rest = sums + 3 * classes;
  float p[maxClasses];
  for (int64_t i = 0; i < pixels; i++, logits += classes) {
    const int32_t label = labels[i];
    if (label < 0) continue;
    const float normaliser = softmax(logits, p, classes);
    for (int64_t c = 0; c < classes; c++) squares[c] += p[c] * p[c];
    overlap[label] += p[label];
    truth[label] += 1;
    rest[0] += normaliser - logits[label];
    rest[1] += 1;
  }
}

// logits [pixels, classes], labels [pixels] (negative = ignore), weights [cross entropy, dice] → loss, sums [3·classes + 2]
struct Forward {
  float epsilon;
  explicit Forward(TF_OpKernelConstruction* c) : epsilon(attribute(c, "epsilon")) {}
  void operator()(Call& call) {
    const Input logits = call.input(0), labels = call.input(1), weights = call.input(2);
    const int64_t classes = logits.dim(-1), pixels = logits.size() / classes, width = 3 * classes + 2;
    if (labels.size() != pixels) return call.fail("dice and cross entropy: as many labels as pixels are needed");
    if (classes > maxClasses) return call.fail("dice and cross entropy: at most 256 classes");
    for (int64_t i = 0; i < pixels; i++) {
      if (labels.data<int32_t>()[i] >= classes)
        return call.fail("dice and cross entropy: found label " + std::to_string(labels.data<int32_t>()[i]) + ", expected −1 … " + std::to_string(classes - 1));
    }
    const int64_t chunks = chunksOf(pixels, chunk);
    std::vector<double> partial(chunks * width, 0.0), sum(width, 0.0);
    parallel(pixels, chunk, [&](int64_t part, int64_t from, int64_t to) {
      tally(logits.data() + from * classes, labels.data<int32_t>() + from, to - from, classes, partial.data() + part * width);
    });
    for (int64_t part = 0; part < chunks; part++) {
      for (int64_t i = 0; i < width; i++) sum[i] += partial[part * width + i];
    }
    double dice = 0;
    for (int64_t c = 0; c < classes; c++) dice += 1 - (2 * sum[c] + epsilon) / (sum[classes + c] + sum[2 * classes + c] + epsilon);
    const double entropy = sum[3 * classes] / std::max(1.0, sum[3 * classes + 1]);
    call.output(0, {})[0] = static_cast<float>(weights.data()[0] * entropy + weights.data()[1] * dice / classes);
    float* kept = call.output(1, {width});
    for (int64_t i = 0; i < width; i++) kept[i] = static_cast<float>(sum[i]);
  }
};

// Gradient of one chunk: through p to the logits, dz = p·(g − Σ p·g), plus that of the cross entropy.
ARCO_SIMD void descend(const float* logits, const int32_t* labels, float* out, int64_t pixels, int64_t classes, const float* ofTruth, const float* ofSquare, float entropy) {
  float p[maxClasses], g[maxClasses];
  for (int64_t i = 0; i < pixels; i++, logits += classes, out += classes) {
    const int32_t label = labels[i];
    if (label < 0) {
      for (int64_t c = 0; c < classes; c++) out[c] = 0;
      continue;
    }
    softmax(logits, p, classes);
    for (int64_t c = 0; c < classes; c++) g[c] = ofSquare[c] * p[c];
    g[label] += ofTruth[label];
    float mean = 0;
    for (int64_t c = 0; c < classes; c++) mean += p[c] * g[c];
    for (int64_t c = 0; c < classes; c++) out[c] = p[c] * (g[c] - mean + entropy);
    out[label] -= entropy;
  }
}

// dy, logits, labels, weights, sums → gradient of the logits
struct Backward {
  float epsilon;
  explicit Backward(TF_OpKernelConstruction* c) : epsilon(attribute(c, "epsilon")) {}
  void operator()(Call& call) {
    const Input dy = call.input(0), logits = call.input(1), labels = call.input(2), weights = call.input(3), kept = call.input(4);
    const int64_t classes = logits.dim(-1), pixels = logits.size() / classes;
    const float *sum = kept.data(), up = dy.data()[0];
    // Dice of a class is (2I + ε)/(U + ε) with I = Σpy and U = Σp² + Σy².
    std::vector<float> ofTruth(classes), ofSquare(classes);
    for (int64_t c = 0; c < classes; c++) {
      const float total = sum[classes + c] + sum[2 * classes + c] + epsilon, weight = up * weights.data()[1] / classes;
      ofTruth[c] = -weight * 2 / total;
      ofSquare[c] = weight * 2 * (2 * sum[c] + epsilon) / (total * total);
    }
    const float entropy = up * weights.data()[0] / std::max(1.0f, sum[3 * classes + 1]);
    float* out = call.output(0, logits.shape());
    parallel(pixels, chunk, [&](int64_t, int64_t from, int64_t to) {
      descend(logits.data() + from * classes, labels.data<int32_t>() + from, out + from * classes, to - from, classes, ofTruth.data(), ofSquare.data(), entropy);
    });
  }
};

}  // namespace

void declareLoss() {
  declare<Forward>("ArcoDiceCrossEntropy", {"logits: float", "labels: int32", "weights: float"}, {"loss: float", "sums: float"}, {"epsilon: float"});
  declare<Backward>("ArcoDiceCrossEntropyGrad", {"dy: float", "logits: float", "labels: int32", "weights: float", "sums: float"}, {"dlogits: float"},
                    {"epsilon: float"});
}

}  // namespace arco
