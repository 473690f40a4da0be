// The rules on embedded clocks against plain vectors of event counts, on random histories.
#include "detector/embedded_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kObject = 0x1000;

// How many events of each thread, by its number, somebody knows of.
using Events = std::map<int, int>;

void JoinInto(Events& into, const Events& from) {
  for (const auto& [thread, count] : from) into[thread] = std::max(into[thread], count);
}

struct Party {
  std::unique_ptr<TestThread> thread;
  Events known;                // with its own
  std::vector<Epoch> history;  // of its own events
};

struct Cell {
  EmbeddedClock clock;
  Events known;
};

class History {
 public:
  // Up to `most` live parties at once.
  History(unsigned seed, std::size_t most) : random_(seed), most_(most) {
    for (int i = 0; i < 5; ++i) AddParty(nullptr);
    cells_.resize(6);
  }

  void Step() {
    Party& p = AnyParty();
    ThreadState& t = *p.thread->state;
    Cell& cell = cells_[Below(cells_.size())];
    switch (Below(10)) {
      case 0:
      case 1:
        Event(p);
        break;
      case 2:
        engine_.detector().Acquire(t, cell.clock);
        JoinInto(p.known, cell.known);
        break;
      case 3:
        engine_.detector().Release(t, cell.clock, kObject, 0);
        JoinInto(cell.known, p.known);
        break;
      case 4:
        engine_.detector().ReleaseStore(t, cell.clock, kObject, 0);
        cell.known = p.known;
        break;
      case 5: {
        engine_.detector().ReleaseAcquire(t, cell.clock, kObject, 0);
        const Events before = cell.known;
        cell.known = p.known;
        JoinInto(p.known, before);
        break;
      }
      case 6:
        Meet(p, Below(2) == 0 ? &cell : nullptr);
        break;
      case 7: {
        Cell& to = cells_[Below(cells_.size())];
        engine_.detector().Copy(t.worker->clock_nodes, to.clock, cell.clock);
        to.known = cell.known;
        break;
      }
      case 8:
        if (live_.size() < most_) AddParty(&p);
        break;
      case 9:
        if (live_.size() > most_ / 2) End(p);
        break;
    }
  }

  // Everybody knows what the plain vectors say, no more and no less.
  void Check() const {
    const Detector& detector = const_cast<TestEngine&>(engine_).detector();
    for (const Party* p : live_) {
      for (std::size_t other = 0; other < parties_.size(); ++other) {
        const auto found = p->known.find(static_cast<int>(other));
        const int known = found == p->known.end() ? 0 : found->second;
        const std::vector<Epoch>& events = parties_[other]->history;
        for (std::size_t e = 0; e < events.size(); ++e) {
          ASSERT_EQ(detector.Covers(*p->thread->state, events[e]), static_cast<int>(e) < known);
        }
      }
    }
  }

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }

  Party& AnyParty() { return *live_[Below(live_.size())]; }

  // Without an edge; its tid may be another's next.
  void End(Party& p) {
    engine_.Finish(std::move(p.thread));
    live_.erase(std::find(live_.begin(), live_.end(), &p));
  }

  void AddParty(Party* parent) {
    auto child = std::make_unique<Party>();
    child->thread = engine_.Start(parent == nullptr ? nullptr : parent->thread.get());
    if (parent != nullptr) child->known = parent->known;
    live_.push_back(child.get());
    parties_.push_back(std::move(child));
  }

  void Event(Party& p) {
    ThreadState& t = *p.thread->state;
    t.accessed = true;
    p.history.push_back({t.tid, t.clock});
    const auto self = static_cast<int>(
        std::find_if(parties_.begin(), parties_.end(), [&](auto& q) { return q.get() == &p; }) -
        parties_.begin());
    p.known[self] = static_cast<int>(p.history.size());
  }

  // p and a thread that waits use the cell, or nothing, one after the other.
  void Meet(Party& p, Cell* cell) {
    Party& waiter = AnyParty();
    if (&waiter == &p) return;
    EmbeddedClock offer, box;
    Detector& detector = engine_.detector();
    ThreadState& t = *p.thread->state;
    ThreadState& w = *waiter.thread->state;
    detector.ReleaseStore(w, offer, kObject, 0);
    if (cell != nullptr) {
      EmbeddedClock taken;
      detector.ExchangeForTwo(t, cell->clock, taken, offer, box, kObject, 0);
      detector.Take(t, taken);
    } else {
      detector.Meet(t, offer, box, kObject, 0);
    }
    detector.Take(w, box);
    const Events mine = p.known;
    const Events others = waiter.known;
    JoinInto(p.known, cell == nullptr ? others : cell->known);
    JoinInto(waiter.known, mine);
    if (cell != nullptr) cell->known = others;
    EXPECT_TRUE(offer.empty());
    EXPECT_TRUE(box.empty());
  }

  std::mt19937 random_;
  TestEngine engine_;
  const std::size_t most_;
  std::vector<std::unique_ptr<Party>> parties_;
  std::vector<Party*> live_;
  std::vector<Cell> cells_;
};

TEST(EmbeddedClockTest, OrdersExactlyWhatTheRulesSay) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed, /*most=*/40);
    for (int step = 0; step < 300; ++step) history.Step();
    history.Check();
    if (HasFatalFailure()) return;
  }
}

TEST(EmbeddedClockTest, OrdersExactlyWhatTheRulesSayAmongHundreds) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed, /*most=*/400);
    for (int step = 0; step < 8000; ++step) history.Step();
    history.Check();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace hbsan::testing
