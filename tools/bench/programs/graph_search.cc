// Breadth-first search of a random graph, level by level: threads take chunks of the frontier and
// claim vertices by compare-and-swap of their distance.
//
// The check: distances of adjacent vertices differ by at most one, and each reached vertex but the
// first has a neighbour one nearer; together these determine all distances.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

constexpr uint32_t kUnreached = ~0u;

struct Graph {
  std::vector<size_t> first_edge;  // One more than there are vertices.
  std::vector<uint32_t> target;
  size_t size() const { return first_edge.size() - 1; }
};

// Each vertex has edges, both ways, to its successor and to `degree` random ones.
Graph RandomGraph(size_t vertices, size_t degree) {
  uint64_t seed = 1;
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t v = 0; v < vertices; ++v) {
    edges.emplace_back(v, (v + 1) % vertices);
    for (size_t i = 0; i < degree; ++i) {
      edges.emplace_back(v, static_cast<uint32_t>(BenchRandom(&seed) % vertices));
    }
  }
  Graph graph;
  graph.first_edge.assign(vertices + 2, 0);
  for (const auto& [a, b] : edges) {
    ++graph.first_edge[a + 2];
    ++graph.first_edge[b + 2];
  }
  for (size_t v = 1; v < graph.first_edge.size(); ++v)
    graph.first_edge[v] += graph.first_edge[v - 1];
  graph.target.resize(2 * edges.size());
  for (const auto& [a, b] : edges) {
    graph.target[graph.first_edge[a + 1]++] = b;
    graph.target[graph.first_edge[b + 1]++] = a;
  }
  graph.first_edge.pop_back();
  return graph;
}

class Search {
 public:
  Search(const Graph& graph, uint32_t start, int threads)
      : graph_(graph), distance_(graph.size()), barrier_(threads), frontier_{start} {
    for (std::atomic<uint32_t>& d : distance_) d.store(kUnreached, std::memory_order_relaxed);
    distance_[start].store(0, std::memory_order_relaxed);
  }

  // Called by every thread with its number.
  void Run(int t) {
    for (uint32_t level = 1; !frontier_.empty(); ++level) {
      const std::vector<uint32_t> found = ExpandChunks(level);
      {
        const std::lock_guard lock(mutex_);
        next_.insert(next_.end(), found.begin(), found.end());
      }
      barrier_.Wait();
      if (t == 0) {
        frontier_.swap(next_);
        next_.clear();
        taken_.store(0, std::memory_order_relaxed);
      }
      barrier_.Wait();
    }
  }

  uint32_t DistanceOf(uint32_t v) const { return distance_[v].load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kChunk = 256;

  std::vector<uint32_t> ExpandChunks(uint32_t level) {
    std::vector<uint32_t> found;
    while (true) {
      const size_t begin = taken_.fetch_add(kChunk, std::memory_order_relaxed);
      if (begin >= frontier_.size()) return found;
      const size_t end = std::min(begin + kChunk, frontier_.size());
      for (size_t i = begin; i < end; ++i) Expand(frontier_[i], level, found);
    }
  }

  void Expand(uint32_t v, uint32_t level, std::vector<uint32_t>& found) {
    for (size_t e = graph_.first_edge[v]; e < graph_.first_edge[v + 1]; ++e) {
      std::atomic<uint32_t>& d = distance_[graph_.target[e]];
      uint32_t expected = kUnreached;
      if (d.load(std::memory_order_relaxed) == kUnreached &&
          d.compare_exchange_strong(expected, level, std::memory_order_relaxed)) {
        found.push_back(graph_.target[e]);
      }
    }
  }

  const Graph& graph_;
  std::vector<std::atomic<uint32_t>> distance_;
  bench::Barrier barrier_;
  std::vector<uint32_t> frontier_, next_;
  std::mutex mutex_;  // Guards next_ between the barriers.
  std::atomic<size_t> taken_{0};
};

bool IsRight(const Graph& graph, const Search& search, uint32_t start) {
  for (uint32_t v = 0; v < graph.size(); ++v) {
    const int64_t d = search.DistanceOf(v);
    bool has_nearer = false;
    for (size_t e = graph.first_edge[v]; e < graph.first_edge[v + 1]; ++e) {
      const int64_t other = search.DistanceOf(graph.target[e]);
      if (std::abs(other - d) > 1) return false;
      has_nearer = has_nearer || other == d - 1;
    }
    if (v == start ? d != 0 : !has_nearer) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const Graph graph = RandomGraph(BenchScaled(args.scale, 400'000, 1000), 4);
  bool right = true;
  for (uint32_t start = 0; start < 4; ++start) {
    Search search(graph, start, args.threads);
    bench::RunThreads(args.threads, [&search](int t) { search.Run(t); });
    right = right && IsRight(graph, search, start);
  }
  return BenchVerdict(right);
}
