// Updates of all parameters of a network in one operation: stochastic gradient descent, Adam and the moving average of a teacher.
#include <cmath>

#include "kernel.h"
#include "parallel.h"

namespace arco {
namespace {

constexpr int64_t chunk = 1 << 15;

ARCO_SIMD void descend(const float* __restrict value, const float* __restrict velocity, const float* __restrict gradient, float* __restrict newValue, float* __restrict newVelocity, int64_t count, float rate,
                       float momentum, float decay, bool nesterov) {
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i] + decay * value[i];
    const float v = momentum * velocity[i] + g;
    newVelocity[i] = v;
    newValue[i] = value[i] - rate * (nesterov ? g + momentum * v : v);
  }
}

// N values, N velocities, N gradients, [rate, momentum, decay, nesterov] → N values, N velocities
struct Descent {
  explicit Descent(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const int count = (call.inputs() - 1) / 3;
    const Input settings = call.input(3 * count);
    const float* s = settings.data();
    for (int i = 0; i < count; i++) {
      const Input value = call.input(i), velocity = call.input(count + i), gradient = call.input(2 * count + i);
      float* newValue = call.output(i, value.shape());
      float* newVelocity = call.output(count + i, value.shape());
      parallel(value.size(), chunk, [&](int64_t, int64_t from, int64_t to) {
        descend(value.data() + from, velocity.data() + from, gradient.data() + from, newValue + from, newVelocity + from, to - from, s[0], s[1], s[2],
                s[3] != 0);
      });
    }
  }
};

ARCO_SIMD void adapt(const float* __restrict value, const float* __restrict first, const float* __restrict second, const float* __restrict gradient, float* __restrict newValue, float* __restrict newFirst, float* __restrict newSecond,
                     int64_t count, const float* __restrict s) {
  const float rate = s[0], beta1 = s[1], beta2 = s[2], epsilon = s[3], decay = s[4], correction1 = s[5], correction2 = s[6];
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i] + decay * value[i];
    const float mean = beta1 * first[i] + (1 - beta1) * g;
    const float square = beta2 * second[i] + (1 - beta2) * g * g;
    newFirst[i] = mean;
    newSecond[i] = square;
    newValue[i] = value[i] - rate / correction1 * mean / (std::sqrt(square / correction2) + epsilon);
  }
}

// N values, N first and N second moments, N gradients, [rate, β1, β2, ε, decay, 1 − β1ᵗ, 1 − β2ᵗ] → N values, N first, N second
struct Adam {
  explicit Adam(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const int count = (call.inputs() - 1) / 4;
    const Input settings = call.input(4 * count);
    for (int i = 0; i < count; i++) {
      const Input value = call.input(i), first = call.input(count + i), second = call.input(2 * count + i), gradient = call.input(3 * count + i);
      float* newValue = call.output(i, value.shape());
      float* newFirst = call.output(count + i, value.shape());
      float* newSecond = call.output(2 * count + i, value.shape());
      parallel(value.size(), chunk, [&](int64_t, int64_t from, int64_t to) {
        adapt(value.data() + from, first.data() + from, second.data() + from, gradient.data() + from, newValue + from, newFirst + from, newSecond + from,
              to - from, settings.data());
      });
    }
  }
};

ARCO_SIMD void blend(const float* __restrict target, const float* __restrict source, float* __restrict out, int64_t count, float momentum) {
  for (int64_t i = 0; i < count; i++) out[i] = momentum * target[i] + (1 - momentum) * source[i];
}

// N targets, N sources, [momentum] → N targets
struct Average {
  explicit Average(TF_OpKernelConstruction*) {}
  void operator()(Call& call) {
    const int count = (call.inputs() - 1) / 2;
    const Input momentum = call.input(2 * count);
    for (int i = 0; i < count; i++) {
      const Input target = call.input(i), source = call.input(count + i);
      float* out = call.output(i, target.shape());
      parallel(target.size(), chunk, [&](int64_t, int64_t from, int64_t to) {
        blend(target.data() + from, source.data() + from, out + from, to - from, momentum.data()[0]);
      });
    }
  }
};

}  // namespace

void declareUpdate() {
  declare<Descent>("ArcoSgd", {"values: N * float", "velocities: N * float", "gradients: N * float", "settings: float"},
                   {"new_values: N * float", "new_velocities: N * float"}, {"N: int >= 1"});
  declare<Adam>("ArcoAdam", {"values: N * float", "firsts: N * float", "seconds: N * float", "gradients: N * float", "settings: float"},
                {"new_values: N * float", "new_firsts: N * float", "new_seconds: N * float"}, {"N: int >= 1"});
  declare<Average>("ArcoAverage", {"targets: N * float", "sources: N * float", "momentum: float"}, {"averages: N * float"}, {"N: int >= 1"});
}

}  // namespace arco
