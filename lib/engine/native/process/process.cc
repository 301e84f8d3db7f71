// Two switches of the process that have to be set before TensorFlow's libraries are loaded; so this addon is linked without them.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#endif

// Keeps the large buffers that TensorFlow frees and takes again in every step inside the process: by default glibc returns them
// to the kernel, which has to clear every page anew. Marks the coming `bytes` of the heap for huge pages; returns whether it did.
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

// TensorFlow greets on the error stream while its libraries load, whatever its log level: mute(true) holds that stream, mute(false) gives it back.
static napi_value Mute(napi_env env, napi_callback_info info) {
  static int held = -1;
  size_t count = 1;
  napi_value argument;
  bool on = false;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_bool(env, argument, &on) != napi_ok) {
    napi_throw_type_error(env, nullptr, "mute: expected true or false");
    return nullptr;
  }
  if (on && held < 0) {
    held = dup(2);
    const int nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, 2);
    close(nothing);
  } else if (!on && held >= 0) {
    dup2(held, 2);
    close(held);
    held = -1;
  }
  return nullptr;
}

static void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  Export(env, exports, "keepMemory", Keep);
  Export(env, exports, "mute", Mute);
  return exports;
}
