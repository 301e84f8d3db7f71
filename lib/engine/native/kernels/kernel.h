// The little of TensorFlow's C interface that our CPU kernels need: declare an operation, reach its inputs, outputs and attributes.
#pragma once

#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>
#include <tensorflow/c/tf_status.h>
#include <tensorflow/c/tf_tensor.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace arco {

// An input tensor, released at the end of the kernel.
class Input {
 public:
  Input(TF_OpKernelContext* context, int index, TF_Status* status) { TF_GetInput(context, index, &tensor_, status); }
  Input(Input&& other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  Input(const Input&) = delete;
  ~Input() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  template <typename T = float>
  const T* data() const {
    return static_cast<const T*>(TF_TensorData(tensor_));
  }
  int64_t size() const { return TF_TensorElementCount(tensor_); }
  int rank() const { return TF_NumDims(tensor_); }
  int64_t dim(int axis) const { return TF_Dim(tensor_, axis < 0 ? rank() + axis : axis); }
  std::vector<int64_t> shape() const {
    std::vector<int64_t> dims(rank());
    for (int axis = 0; axis < rank(); axis++) dims[axis] = TF_Dim(tensor_, axis);
    return dims;
  }

 private:
  TF_Tensor* tensor_ = nullptr;
};

// One call of a kernel.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() { TF_DeleteStatus(status_); }
  Call(const Call&) = delete;
  Input input(int index) { return Input(context_, index, status_); }
  int inputs() const { return TF_NumInputs(context_); }
  // Memory of a new float output.
  float* output(int index, const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (int64_t size : shape) count *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()), count * sizeof(float), status_);
    float* data = static_cast<float*>(TF_TensorData(tensor));
    TF_DeleteTensor(tensor); // the context keeps its own reference
    return data;
  }
  void fail(const std::string& message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    TF_OpKernelContext_Failure(context_, status_);
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
};

inline float attribute(TF_OpKernelConstruction* construction, const char* name) {
  TF_Status* status = TF_NewStatus();
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, name, &value, status);
  TF_DeleteStatus(status);
  return value;
}

// Declares an operation and its CPU kernel: `Kernel` is made from a TF_OpKernelConstruction* and computes in `void operator()(Call&)`.
template <typename Kernel>
void declare(const char* name, std::initializer_list<const char*> inputs, std::initializer_list<const char*> outputs,
             std::initializer_list<const char*> attributes) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* spec : attributes) TF_OpDefinitionBuilderAddAttr(op, spec);
  for (const char* spec : inputs) TF_OpDefinitionBuilderAddInput(op, spec);
  for (const char* spec : outputs) TF_OpDefinitionBuilderAddOutput(op, spec);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, [](TF_ShapeInferenceContext* context, TF_Status* failed) {
    TF_ShapeInferenceContextSetUnknownShape(context, failed); // shapes are known once the kernel has run
  });
  TF_RegisterOpDefinition(op, status);
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(
      name, "CPU", [](TF_OpKernelConstruction* construction) -> void* { return new Kernel(construction); },
      [](void* self, TF_OpKernelContext* context) {
        Call call(context);
        (*static_cast<Kernel*>(self))(call);
      },
      [](void* self) { delete static_cast<Kernel*>(self); });
  TF_RegisterKernelBuilder(name, kernel, status);
  TF_DeleteStatus(status);
}

// What each file of kernels registers when the addon is loaded.
void declareNorm();
void declareLoss();
void declareUpdate();
void declareLayout();
void declareRows();
void declareWinograd();
void declareHalving();

}  // namespace arco
