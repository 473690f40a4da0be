// A pool of workers with a task queue each, who steal from each other when theirs is empty; the
// tasks count the solutions of the n queens problem.
//
// The check: the known counts.
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

// The first `row` queens: the columns, and the diagonals as they meet the next row.
struct Board {
  int row = 0;
  uint32_t columns = 0, left = 0, right = 0;
};

class TaskQueue {
 public:
  void Push(const Board& task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(task);
  }
  std::optional<Board> Pop() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return std::nullopt;
    const Board task = tasks_.back();
    tasks_.pop_back();
    return task;
  }
  std::optional<Board> Steal() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return std::nullopt;
    const Board task = tasks_.front();
    tasks_.pop_front();
    return task;
  }

 private:
  std::mutex mutex_;
  std::deque<Board> tasks_;
};

class Pool {
 public:
  Pool(int workers, int n) : n_(n), queues_(workers) { queues_[0].Push(Board{}); }

  // Called by every worker with its number.
  void Work(int worker) {
    uint64_t found = 0;
    while (pending_.load(std::memory_order_acquire) > 0) {  // pairs with the release below
      const std::optional<Board> task = NextTask(worker);
      if (!task.has_value()) {
        std::this_thread::yield();
        continue;
      }
      if (n_ - task->row <= kSerialRows) {
        found += CountFrom(*task);
      } else {
        PushChildren(worker, *task);
      }
      pending_.fetch_sub(1, std::memory_order_release);
    }
    solutions_.fetch_add(found, std::memory_order_relaxed);
  }

  uint64_t solutions() const { return solutions_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kSerialRows = 7;

  std::optional<Board> NextTask(int worker) {
    std::optional<Board> task = queues_[worker].Pop();
    const size_t count = queues_.size();
    for (size_t i = 1; i < count && !task.has_value(); ++i) {
      task = queues_[(worker + i) % count].Steal();
    }
    return task;
  }

  template <typename Visit>
  void ForEachChild(const Board& board, const Visit& visit) const {
    const uint32_t all = (1u << n_) - 1;
    uint32_t free = all & ~(board.columns | board.left | board.right);
    while (free != 0) {
      const uint32_t queen = free & -free;
      free ^= queen;
      visit(Board{board.row + 1, board.columns | queen, (board.left | queen) << 1,
                  (board.right | queen) >> 1});
    }
  }

  void PushChildren(int worker, const Board& board) {
    ForEachChild(board, [&](const Board& child) {
      pending_.fetch_add(1, std::memory_order_relaxed);
      queues_[worker].Push(child);
    });
  }

  uint64_t CountFrom(const Board& board) const {
    if (board.row == n_) return 1;
    uint64_t count = 0;
    ForEachChild(board, [&](const Board& child) { count += CountFrom(child); });
    return count;
  }

  const int n_;
  std::vector<TaskQueue> queues_;
  std::atomic<int64_t> pending_{1};
  std::atomic<uint64_t> solutions_{0};
};

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  constexpr uint64_t kSolutions[] = {1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200, 73712};
  bool right = true;
  const size_t rounds = BenchScaled(args.scale, 15, 1);
  const int n = args.scale < 0.3 ? 10 : 13;
  for (size_t round = 0; round < rounds; ++round) {
    Pool pool(args.threads, n);
    bench::RunThreads(args.threads, [&pool](int worker) { pool.Work(worker); });
    right = right && pool.solutions() == kSolutions[n];
  }
  return BenchVerdict(right);
}
