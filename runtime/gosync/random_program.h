// Programs of goroutines made from a seed: producers, which send on random channels in random ways,
// receivers, and what both do besides. Each checks that nothing was lost, doubled or out of order.
#ifndef GOSYNC_RANDOM_PROGRAM_H_
#define GOSYNC_RANDOM_PROGRAM_H_

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "gosync/gosync.h"

namespace gosync {

using std::chrono::microseconds;
using Random = std::minstd_rand;

constexpr int kMostMessages = 60;  // of a producer

inline int Below(Random& random, int n) {
  return static_cast<int>(random() % static_cast<unsigned>(n));
}

struct Message {
  int producer = -1;
  int number = -1;
  const int* payload = nullptr;  // written by the producer, and by nobody else
};

inline int PayloadOf(int producer, int number) { return producer * 1000 + number; }

// What everybody does now and then: the other primitives, each with something to check.
class Surroundings {
 public:
  void Visit(Random& random, int who) {
    switch (Below(random, 10)) {
      case 0:
        return Gosched();
      case 1:
        return Sleep(microseconds(Below(random, 30)));
      case 2: {
        const std::lock_guard<Mutex> hold(mutex_);
        ++a_;
        if (Below(random, 2) == 0) Gosched();
        ++b_;
        return;
      }
      case 3: {
        const std::shared_lock<RWMutex> hold(rwmutex_);
        EXPECT_EQ(c_, d_);
        if (Below(random, 2) == 0) Gosched();
        EXPECT_EQ(c_, d_);
        return;
      }
      case 4: {
        const std::lock_guard<RWMutex> hold(rwmutex_);
        ++c_;
        if (Below(random, 4) == 0) Gosched();
        ++d_;
        return;
      }
      case 5: {
        const int n = 1 + Below(random, 3);
        semaphore_.Acquire(n);
        EXPECT_LE(out_.Add(n), 3);
        Gosched();
        out_.Add(-n);
        return semaphore_.Release(n);
      }
      case 6: {
        std::unique_ptr<int> mine = pool_.Get();
        EXPECT_EQ((*mine)++, 0);
        --*mine;
        return pool_.Put(std::move(mine));
      }
      case 7:
        once_.Do([this] { ++runs_; });
        EXPECT_EQ(runs_, 1);
        return;
      case 8:
        map_.Store(who, who);
        EXPECT_EQ(map_.LoadAndDelete(who), who);
        return;
      default:
        cell_.Update([](const PublishedCell<int>::Snapshot& n) { return n ? *n + 1 : 1; });
        updates_.Add(1);
    }
  }
  void CheckAtEnd() {
    EXPECT_EQ(a_, b_);
    EXPECT_EQ(c_, d_);
    EXPECT_EQ(cell_.Load() ? *cell_.Load() : 0, updates_.Load());
    map_.Range([](int, int) { ADD_FAILURE(); });
  }

 private:
  Mutex mutex_;
  int a_ = 0, b_ = 0;
  RWMutex rwmutex_;
  int c_ = 0, d_ = 0;
  Semaphore semaphore_{3};
  Int32 out_;
  Pool<std::unique_ptr<int>> pool_{[] { return std::make_unique<int>(0); }};
  Once once_;
  int runs_ = 0;
  Map<int, int> map_;
  PublishedCell<int> cell_;
  Int32 updates_;
};

class RandomProgram {
 public:
  explicit RandomProgram(unsigned seed) : seed_(seed), random_(seed) {}

  void Run() {
    const int workers[] = {1, 2, 3, 8};
    GOMAXPROCS(workers[Below(random_, 4)]);
    for (int i = 1 + Below(random_, 5); i > 0; --i) {
      lanes_.emplace_back(static_cast<std::size_t>(Below(random_, 2) * Below(random_, 9)));
    }
    producers_.resize(static_cast<std::size_t>(1 + Below(random_, 8)));
    // Each lane has a receiver that stays until it is closed.
    receivers_.resize(lanes_.size() + static_cast<std::size_t>(Below(random_, 4)));
    auto [context, cancel] = WithCancel(Background());
    context_ = context;
    if (Below(random_, 3) == 0) {
      cancelling_.Go([cancel = cancel, after = microseconds(Below(random_, 300))] {
        Sleep(after);
        cancel();
      });
    }
    StartAll();
    sending_.Wait();
    for (auto& thread : threads_) thread.join();
    for (const auto& lane : lanes_) lane.Close();
    receiving_.Wait();
    cancelling_.Wait();
    cancel();
    Check();
  }

 private:
  struct Producer {
    std::vector<int> payloads;
    int sent = 0;
  };
  struct Receiver {
    std::vector<Message> got;
    std::vector<int> last;  // for each lane and producer: numbers only rise
  };

  void StartAll() {
    // Which lanes a receiver serves is decided here: goroutines may not share random_.
    for (std::size_t r = 0; r < receivers_.size(); ++r) {
      const std::size_t own = r % lanes_.size();
      const std::size_t other = Pick(random_), third = Pick(random_);
      receivers_[r].last.assign(lanes_.size() * producers_.size(), -1);
      receiving_.Go([this, r, own, other, third, seed = random_()] {
        Random random(seed);
        Receive(receivers_[r], {own, other, third}, random);
      });
    }
    for (std::size_t p = 0; p < producers_.size(); ++p) {
      const auto run = [this, p, seed = random_()] {
        Random random(seed);
        Produce(static_cast<int>(p), random);
      };
      if (Below(random_, 8) == 0) {
        threads_.emplace_back(run);
      } else {
        sending_.Go(run);
      }
    }
  }

  std::size_t Pick(Random& random) const {
    return static_cast<std::size_t>(Below(random, static_cast<int>(lanes_.size())));
  }

  void Produce(int id, Random& random) {
    Producer& self = producers_[static_cast<std::size_t>(id)];
    self.payloads.resize(static_cast<std::size_t>(1 + Below(random, kMostMessages)));
    for (int& payload : self.payloads) {
      if (Below(random, 3) == 0) around_.Visit(random, id);
      payload = PayloadOf(id, self.sent);
      if (!Send({id, self.sent, &payload}, random)) return;
      ++self.sent;
    }
  }

  // False: the program was cancelled, and nothing was sent.
  bool Send(const Message& m, Random& random) {
    const Chan<Message>&a = lanes_[Pick(random)], &b = lanes_[Pick(random)],
          &c = lanes_[Pick(random)];
    switch (Below(random, 6)) {
      case 0:
        a.Send(m);
        return true;
      case 1:
        while (!a.TrySend(m)) {
          if (context_.Err() != nullptr) return false;
          Gosched();
        }
        return true;
      case 2:
        return Select(OnRecv(context_.Done()), OnSend(a, m), OnSend(b, m), OnSend(c, m)) != 0;
      case 3:
        for (;;) {
          const int done = Select(OnSend(a, m), OnRecv(After(microseconds(Below(random, 50)))),
                                  OnRecv(context_.Done()));
          if (done != 1) return done == 0;
        }
      case 4:
        if (Select(OnSend(a, m), OnSend(b, m), Default()) == 2) c.Send(m);
        return true;
      default:
        Select(OnSend(a, m), OnSend(b, m));
        return true;
    }
  }

  void Receive(Receiver& self, std::vector<std::size_t> served, Random& random) {
    const std::size_t own = served[0];
    switch (Below(random, 4)) {
      case 0:
        for (const Message& m : lanes_[own]) Note(self, own, m, random);
        return;
      case 1: {
        // Without a buffer, who only tries never meets another who does.
        if (lanes_[own].Cap() == 0) return ReceiveFromThree(self, served, random);
        bool closed = false;
        while (!closed) {
          if (const auto m = lanes_[own].TryRecv(&closed)) Note(self, own, *m, random);
          Gosched();
        }
        return;
      }
      default:
        ReceiveFromThree(self, served, random);
    }
  }

  // Closed ones become nil, and never ready. The same channel may be there twice.
  void ReceiveFromThree(Receiver& self, const std::vector<std::size_t>& served, Random& random) {
    std::vector<RecvChan<Message>> open;
    for (const std::size_t lane : served) open.emplace_back(lanes_[lane]);
    const auto note = [&](std::size_t i) {
      return [&, i](const std::optional<Message>& m) {
        if (m.has_value()) {
          Note(self, served[i], *m, random);
        } else {
          open[i] = RecvChan<Message>();
        }
      };
    };
    const bool impatient = Below(random, 2) == 0;
    while (open[0] || open[1] || open[2]) {
      if (impatient && Below(random, 2) == 0) {
        Select(OnRecv(open[0], note(0)), OnRecv(open[1], note(1)), Default([] { Gosched(); }));
      } else {
        Select(OnRecv(open[0], note(0)), OnRecv(open[1], note(1)), OnRecv(open[2], note(2)));
      }
    }
  }

  void Note(Receiver& self, std::size_t lane, const Message& m, Random& random) {
    EXPECT_EQ(*m.payload, PayloadOf(m.producer, m.number));
    int& last = self.last[lane * producers_.size() + static_cast<std::size_t>(m.producer)];
    EXPECT_LT(last, m.number) << "out of order, seed " << seed_;
    last = m.number;
    self.got.push_back(m);
    if (Below(random, 4) == 0)
      around_.Visit(random, 100 + static_cast<int>(&self - receivers_.data()));
  }

  void Check() {
    std::vector<std::vector<int>> times(producers_.size());
    for (std::size_t p = 0; p < times.size(); ++p) {
      times[p].resize(static_cast<std::size_t>(producers_[p].sent));
    }
    for (const Receiver& r : receivers_) {
      for (const Message& m : r.got) {
        ++times[static_cast<std::size_t>(m.producer)].at(static_cast<std::size_t>(m.number));
      }
    }
    for (const auto& producer : times) {
      for (const int n : producer) ASSERT_EQ(n, 1) << "lost or doubled, seed " << seed_;
    }
    around_.CheckAtEnd();
  }

  const unsigned seed_;
  Random random_;
  Context context_;
  std::vector<Chan<Message>> lanes_;
  std::vector<Producer> producers_;
  std::vector<Receiver> receivers_;
  std::vector<std::thread> threads_;
  WaitGroup sending_, receiving_, cancelling_;
  Surroundings around_;
};

}  // namespace gosync

#endif  // GOSYNC_RANDOM_PROGRAM_H_
