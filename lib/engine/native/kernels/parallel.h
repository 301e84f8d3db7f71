// Splits work among the threads that TensorFlow's own operations may use.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

// GCC compiles a marked function for several kinds of processor and chooses at run time.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define ARCO_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ARCO_SIMD
#endif

namespace arco {

class Workers {
 public:
  static Workers& shared() {
    static Workers* workers = new Workers(); // never destroyed: its threads run until the process ends
    return *workers;
  }

  // Calls work(part) for part = 0 … parts−1, on all threads; returns when all are done.
  void run(int64_t parts, const std::function<void(int64_t)>& work) {
    if (parts <= 1 || threads_ == 1) {
      for (int64_t part = 0; part < parts; part++) work(part);
      return;
    }
    {
      std::lock_guard<std::mutex> guard(mutex_);
      work_ = &work;
      parts_ = parts;
      next_ = 0;
      busy_ = threads_ - 1;
      round_++;
    }
    wake_.notify_all();
    take();
    std::unique_lock<std::mutex> guard(mutex_);
    done_.wait(guard, [this] { return busy_ == 0; });
  }

 private:
  Workers() {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    threads_ = std::max(1, asked != nullptr ? std::atoi(asked) : static_cast<int>(std::thread::hardware_concurrency()));
    for (int i = 1; i < threads_; i++) std::thread([this] { serve(); }).detach();
  }

  void serve() {
    int64_t seen = 0;
    for (;;) {
      {
        std::unique_lock<std::mutex> guard(mutex_);
        wake_.wait(guard, [&] { return round_ != seen; });
        seen = round_;
      }
      take();
      std::lock_guard<std::mutex> guard(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  void take() {
    for (;;) {
      int64_t part;
      {
        std::lock_guard<std::mutex> guard(mutex_);
        if (next_ >= parts_) return;
        part = next_++;
      }
      (*work_)(part);
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t parts_ = 0, next_ = 0, round_ = 0;
  int threads_ = 1, busy_ = 0;
};

// Calls work(chunk, from, to) for consecutive ranges of `rows`. The ranges do not depend on the number of threads, so sums taken chunk by chunk do not either.
inline int64_t chunksOf(int64_t rows, int64_t chunk) { return (rows + chunk - 1) / chunk; }

template <typename Work>
void parallel(int64_t rows, int64_t chunk, const Work& work) {
  Workers::shared().run(chunksOf(rows, chunk), [&](int64_t part) { work(part, part * chunk, std::min(rows, (part + 1) * chunk)); });
}

}  // namespace arco
