// Molecular dynamics: particles in a periodic box, sorted into cells, that repel their neighbours.
// Each pair is computed once and added to both particles, under the particles' locks.
//
// Forces are integers, so that sums do not depend on the order. The check: they add up to zero, and
// those on a few particles are the ones summed directly over all others.
#include <array>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

using Vector = std::array<int64_t, 3>;

constexpr int64_t kCellSize = 1 << 16;  // Also the reach of the force.

struct Particle {
  Vector position{}, velocity{}, force{};
  std::mutex mutex;  // Guards force, while forces are summed.
};

class Box {
 public:
  Box(int64_t cells_per_side, size_t particles)
      : side_(cells_per_side), particles_(particles), cells_(side_ * side_ * side_) {
    uint64_t seed = 1;
    for (Particle& particle : particles_) {
      for (int64_t& x : particle.position) x = static_cast<int64_t>(BenchRandom(&seed) % Width());
    }
  }

  void SortIntoCells() {
    for (std::vector<uint32_t>& cell : cells_) cell.clear();
    for (uint32_t i = 0; i < particles_.size(); ++i) {
      const Vector& p = particles_[i].position;
      cells_[CellAt(p[0] / kCellSize, p[1] / kCellSize, p[2] / kCellSize)].push_back(i);
      particles_[i].force = {};
    }
  }

  // Thread `t`'s share of the cells, each against itself and half of its 26 neighbours.
  void AddForces(int t, int threads) {
    const bench::Slice mine(cells_.size(), t, threads);
    for (size_t cell = mine.begin; cell < mine.end; ++cell) {
      for (int neighbour = 13; neighbour < 27; ++neighbour) {
        AddForcesBetween(cell, Neighbour(static_cast<int64_t>(cell), neighbour));
      }
    }
  }

  void Move(int t, int threads) {
    const bench::Slice mine(particles_.size(), t, threads);
    for (size_t i = mine.begin; i < mine.end; ++i) {
      Particle& p = particles_[i];
      for (int d = 0; d < 3; ++d) {
        p.velocity[d] += p.force[d] / 1024;
        p.position[d] = ((p.position[d] + p.velocity[d] / 64) % Width() + Width()) % Width();
      }
    }
  }

  bool IsRight() const {
    Vector sum{};
    for (const Particle& particle : particles_) {
      for (int d = 0; d < 3; ++d) sum[d] += particle.force[d];
    }
    if (sum != Vector{}) return false;
    for (size_t i = 0; i < particles_.size(); i += particles_.size() / 10) {
      Vector direct{};
      for (size_t j = 0; j < particles_.size(); ++j) {
        const Vector force = i == j ? Vector{} : ForceOn(particles_[i], particles_[j]);
        for (int d = 0; d < 3; ++d) direct[d] += force[d];
      }
      if (direct != particles_[i].force) return false;
    }
    return true;
  }

 private:
  int64_t Width() const { return side_ * kCellSize; }

  size_t CellAt(int64_t x, int64_t y, int64_t z) const { return (z * side_ + y) * side_ + x; }

  // Number 13 of the 27 cells around `cell` is itself.
  size_t Neighbour(int64_t cell, int number) const {
    const int64_t x = cell % side_ + number % 3 - 1, y = cell / side_ % side_ + number / 3 % 3 - 1;
    const int64_t z = cell / (side_ * side_) + number / 9 - 1;
    return CellAt((x + side_) % side_, (y + side_) % side_, (z + side_) % side_);
  }

  // The nearest of the periodic images counts.
  Vector ForceOn(const Particle& a, const Particle& b) const {
    Vector d;
    int64_t square = 0;
    for (int k = 0; k < 3; ++k) {
      d[k] = a.position[k] - b.position[k];
      if (d[k] > Width() / 2) d[k] -= Width();
      if (d[k] < -Width() / 2) d[k] += Width();
      square += d[k] * d[k];
    }
    const int64_t reach = kCellSize * kCellSize;
    if (square >= reach) return {};
    const int64_t strength = (reach - square) / kCellSize;
    for (int64_t& component : d) component = component * strength / kCellSize;
    return d;
  }

  void AddForcesBetween(size_t a, size_t b) {
    for (const uint32_t i : cells_[a]) {
      for (const uint32_t j : cells_[b]) {
        if (a == b && i >= j) continue;
        const Vector force = ForceOn(particles_[i], particles_[j]);
        if (force == Vector{}) continue;
        Add(particles_[i], force, 1);
        Add(particles_[j], force, -1);
      }
    }
  }

  static void Add(Particle& particle, const Vector& force, int64_t sign) {
    const std::lock_guard lock(particle.mutex);
    for (int d = 0; d < 3; ++d) particle.force[d] += sign * force[d];
  }

  const int64_t side_;
  std::vector<Particle> particles_;
  std::vector<std::vector<uint32_t>> cells_;
};

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t steps = BenchScaled(args.scale, 20, 2);
  Box box(12, args.scale < 0.1 ? 2'000 : 20'000);
  bench::Barrier barrier(args.threads);
  bench::RunThreads(args.threads, [&](int t) {
    for (size_t step = 0; step < steps; ++step) {
      if (step > 0) box.Move(t, args.threads);
      barrier.Wait();
      if (t == 0) box.SortIntoCells();
      barrier.Wait();
      box.AddForces(t, args.threads);
      barrier.Wait();
    }
  });
  return BenchVerdict(box.IsRight());
}
