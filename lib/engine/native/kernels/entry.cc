// The addon's entry: loading it registers our kernels with TensorFlow, and tells whether vectors hold sixteen floats.
#include <node_api.h>

#include "kernel.h"

namespace {

bool isWide() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

}  // namespace

NAPI_MODULE_INIT() {
  arco::declareNorm();
  arco::declareLoss();
  arco::declareUpdate();
  arco::declareLayout();
  arco::declareRows();
  arco::declareWinograd();
  arco::declareHalving();
  napi_value wide;
  napi_get_boolean(env, isWide(), &wide);
  napi_set_named_property(env, exports, "wide", wide);
  return exports;
}
