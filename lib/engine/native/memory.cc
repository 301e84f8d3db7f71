// Keeps the large buffers that TensorFlow frees and takes again in every step inside the process.
// By default glibc returns them to the kernel, which has to clear every page anew each time.
#include <node_api.h>

#include <cstdint>
#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

// Marks the coming `bytes` of the heap for huge pages and keeps freed memory; returns whether it did.
static bool KeepMemory(size_t bytes) {
#if defined(__GLIBC__)
  if (!mallopt(M_MMAP_MAX, 0) || !mallopt(M_TRIM_THRESHOLD, INT32_MAX) || !mallopt(M_TOP_PAD, 64 << 20)) return false;
  const uintptr_t page = 2 << 20;
  void* block = malloc(bytes);
  if (block == nullptr) return false;
  const uintptr_t start = (reinterpret_cast<uintptr_t>(block) + page - 1) / page * page;
  const bool advised = madvise(reinterpret_cast<void*>(start), bytes - page, MADV_HUGEPAGE) == 0;
  free(block);
  return advised;
#else
  return false;
#endif
}

static napi_value Keep(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  double bytes = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_double(env, argument, &bytes) != napi_ok || bytes < (4 << 20)) {
    napi_throw_type_error(env, nullptr, "keepMemory: expected the number of bytes, at least 4 MiB");
    return nullptr;
  }
  napi_get_boolean(env, KeepMemory(static_cast<size_t>(bytes)), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "keepMemory", NAPI_AUTO_LENGTH, Keep, nullptr, &function);
  napi_set_named_property(env, exports, "keepMemory", function);
  return exports;
}
