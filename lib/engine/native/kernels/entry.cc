// The addon's entry: loading it registers our kernels with TensorFlow.
#include <node_api.h>

#include "kernel.h"

NAPI_MODULE_INIT() {
  arco::declareNorm();
  arco::declareLoss();
  arco::declareUpdate();
  arco::declareLayout();
  arco::declareRows();
  return exports;
}
