// n-body forces by Barnes and Hut's tree (Nature 324, 1986): threads insert bodies into one octree
// with a lock in each cell, sum up the cells, and compute forces, step by step.
//
// The check: the root's mass and centre are the bodies', and the forces on a few bodies are near
// those summed directly.
#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

struct Vector {
  double x = 0, y = 0, z = 0;
};

Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
Vector operator*(Vector a, double f) { return {a.x * f, a.y * f, a.z * f}; }
double Square(Vector a) { return a.x * a.x + a.y * a.y + a.z * a.z; }

struct Body {
  Vector position, velocity, force;
  double mass = 1;
};

constexpr double kSoftening = 1e-4, kTheta = 0.5;

Vector Pull(Vector from, Vector to, double mass) {
  const Vector d = to - from;
  const double r2 = Square(d) + kSoftening;
  return d * (mass / (r2 * std::sqrt(r2)));
}

// A cube of space: empty, a leaf of one body, or eight parts. The lock guards which, while the tree
// is built; afterwards nothing changes.
class Cell {
 public:
  Cell(Vector centre, double half) : centre_(centre), half_(half) {}

  void Insert(const Body* body) {
    Cell* cell = this;
    while (cell != nullptr) cell = cell->InsertHere(body);
  }

  // Sums up mass and centre of mass, from the leaves up.
  void Summarize() {
    if (body_ != nullptr) {
      mass_ = body_->mass;
      mean_ = body_->position;
      return;
    }
    Vector moment;
    for (const std::unique_ptr<Cell>& part : parts_) {
      if (part == nullptr) continue;
      part->Summarize();
      mass_ += part->mass_;
      moment = moment + part->mean_ * part->mass_;
    }
    if (mass_ > 0) mean_ = moment * (1 / mass_);
  }

  Vector ForceOn(const Body& body) const {
    if (body_ == &body || mass_ == 0) return {};
    const double size = 2 * half_;
    if (body_ != nullptr || size * size < kTheta * kTheta * Square(mean_ - body.position)) {
      return Pull(body.position, mean_, mass_);
    }
    Vector force;
    for (const std::unique_ptr<Cell>& part : parts_) {
      if (part != nullptr) force = force + part->ForceOn(body);
    }
    return force;
  }

  double mass() const { return mass_; }
  Vector mean() const { return mean_; }

 private:
  // Takes the body, or returns the part that should.
  Cell* InsertHere(const Body* body) {
    const std::lock_guard lock(mutex_);
    if (body_ == nullptr && !is_split_) {
      body_ = body;
      return nullptr;
    }
    if (!is_split_) {
      is_split_ = true;
      PartFor(body_->position)->body_ = body_;
      body_ = nullptr;
    }
    return PartFor(body->position);
  }

  // Makes the part if there is none; the lock is held.
  Cell* PartFor(Vector at) {
    const bool right = at.x > centre_.x, upper = at.y > centre_.y, rear = at.z > centre_.z;
    std::unique_ptr<Cell>& part = parts_[right + 2 * upper + 4 * rear];
    if (part == nullptr) {
      const double h = half_ / 2;
      const Vector offset{right ? h : -h, upper ? h : -h, rear ? h : -h};
      part = std::make_unique<Cell>(centre_ + offset, h);
    }
    return part.get();
  }

  std::mutex mutex_;
  const Vector centre_;
  const double half_;
  const Body* body_ = nullptr;
  bool is_split_ = false;
  std::array<std::unique_ptr<Cell>, 8> parts_;
  double mass_ = 0;
  Vector mean_;
};

std::vector<Body> RandomBodies(size_t count) {
  std::vector<Body> bodies(count);
  uint64_t seed = 1;
  const auto coordinate = [&seed] {
    return static_cast<double>(BenchRandom(&seed) >> 11) * 0x1p-53 - 0.5;
  };
  for (Body& body : bodies) {
    body.position = {coordinate(), coordinate(), coordinate()};
    body.mass = 0.75 + coordinate() / 2;
  }
  return bodies;
}

bool IsRight(const Cell& root, const std::vector<Body>& bodies) {
  double mass = 0;
  Vector moment;
  for (const Body& body : bodies) {
    mass += body.mass;
    moment = moment + body.position * body.mass;
  }
  if (std::abs(root.mass() - mass) > 1e-6 * mass) return false;
  if (Square(root.mean() - moment * (1 / mass)) > 1e-12) return false;
  for (size_t i = 0; i < bodies.size(); i += bodies.size() / 5) {
    Vector direct;
    for (const Body& other : bodies) {
      if (&other != &bodies[i])
        direct = direct + Pull(bodies[i].position, other.position, other.mass);
    }
    if (Square(direct - bodies[i].force) > 0.0025 * (Square(direct) + mass)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  std::vector<Body> bodies = RandomBodies(BenchScaled(args.scale, 36'000, 200));
  constexpr int kSteps = 3;
  constexpr double kTimeStep = 1e-9;
  bool right = true;
  for (int step = 0; step < kSteps; ++step) {
    Cell root({0, 0, 0}, 1);
    bench::Barrier barrier(args.threads);
    bench::RunThreads(args.threads, [&](int t) {
      const bench::Slice mine(bodies.size(), t, args.threads);
      for (size_t i = mine.begin; i < mine.end; ++i) root.Insert(&bodies[i]);
      barrier.Wait();
      if (t == 0) root.Summarize();
      barrier.Wait();
      for (size_t i = mine.begin; i < mine.end; ++i) bodies[i].force = root.ForceOn(bodies[i]);
    });
    right = right && IsRight(root, bodies);
    for (Body& body : bodies) {
      body.velocity = body.velocity + body.force * kTimeStep;
      body.position = body.position + body.velocity * kTimeStep;
    }
  }
  return BenchVerdict(right);
}
