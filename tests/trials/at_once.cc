// Two threads that access the same bytes at the same moment. A hidden barrier before each trial
// lets both go within nanoseconds, and a delay that changes from trial to trial sweeps one access
// past the other. In half of the trials both threads begin a new epoch first.
#include <algorithm>
#include <array>
#include <atomic>
#include <span>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

struct Shape {
  AccessFunction first;
  std::size_t first_offset;
  AccessFunction second;
  std::size_t second_offset;
};

struct Duel {
  char* memory;
  std::size_t stride;
  std::size_t trials;
  const Shape* shapes;
  std::size_t shape_count;
  HiddenBarrier start{2};

  const Shape& shape(std::size_t trial) const { return shapes[trial % shape_count]; }
  char* slot(std::size_t trial) const { return memory + trial * stride; }
};

// A thread's private epochs: nobody acquires what it releases.
class Epochs {
 public:
  void Next() {
    ++accesses_;
    word_.store(accesses_, std::memory_order_release);
  }

 private:
  std::uint64_t accesses_ = 0;
  std::atomic<std::uint64_t> word_{0};
};

constexpr unsigned kDelays = 97;

}  // namespace

HBSAN_TRIAL_FUNCTION void FirstDuellist(void* argument) {
  Duel& duel = *static_cast<Duel*>(argument);
  Epochs epochs;
  for (std::size_t i = 0; i < duel.trials; ++i) {
    if (i % 4 < 2) epochs.Next();
    const Shape& shape = duel.shape(i);
    duel.start.Meet();
    Delay(i * 31 % kDelays);
    AsFirst(shape.first, duel.slot(i) + shape.first_offset);
  }
}

HBSAN_TRIAL_FUNCTION void SecondDuellist(void* argument) {
  Duel& duel = *static_cast<Duel*>(argument);
  Epochs epochs;
  for (std::size_t i = 0; i < duel.trials; ++i) {
    if (i % 4 < 2) epochs.Next();
    const Shape& shape = duel.shape(i);
    duel.start.Meet();
    Delay(i * 17 % kDelays);
    AsSecond(shape.second, duel.slot(i) + shape.second_offset);
  }
}

namespace {

void Fight(Plan& plan, Duel& duel, std::size_t slot_bytes) {
  for (std::size_t i = 0; i < duel.trials; ++i) {
    const Shape& shape = duel.shape(i);
    plan.Expect(duel.slot(i), slot_bytes, FirstStack(shape.first, FirstDuellist),
                SecondStack(shape.second, SecondDuellist));
  }
  Thread first, second;
  first.Start(FirstDuellist, &duel);
  second.Start(SecondDuellist, &duel);
  first.Join();
  second.Join();
}

void FightInSlots(Plan& plan, std::span<const Shape> shapes) {
  Duel duel{.memory = plan.FreshMemory(plan.trials() * kSlotBytes),
            .stride = kSlotBytes,
            .trials = plan.trials(),
            .shapes = shapes.data(),
            .shape_count = shapes.size()};
  Fight(plan, duel, kSlotBytes);
}

}  // namespace

void TwoWritesAtOnce(Plan& plan, std::size_t) {
  static constexpr std::array kShapes = {Shape{WriteAligned8, 0, WriteAligned8, 0},
                                         Shape{Write4, 4, Write4, 4},
                                         Shape{Write4, 0, WriteAligned8, 0},
                                         Shape{Write2, 2, Write2, 2},
                                         Shape{Write1, 5, Write1, 5},
                                         Shape{Write1, 3, Write4, 0},
                                         Shape{WriteAligned8, 8, Write2, 14}};
  FightInSlots(plan, kShapes);
}

void WriteAndReadAtOnce(Plan& plan, std::size_t) {
  static constexpr std::array kShapes = {Shape{WriteAligned8, 0, ReadAligned8, 0},
                                         Shape{ReadAligned8, 0, WriteAligned8, 0},
                                         Shape{Write4, 4, Read4, 4},
                                         Shape{Read4, 0, WriteAligned8, 0},
                                         Shape{Write2, 2, Read2, 2},
                                         Shape{Read1, 5, Write1, 5},
                                         Shape{ReadAligned8, 8, Write1, 15}};
  FightInSlots(plan, kShapes);
}

// Accesses that straddle cells, cache lines and pages, and that share as little as one byte.
void MisalignedAtOnce(Plan& plan, std::size_t) {
  static constexpr std::array kInSlots = {
      Shape{Write8, 3, Write8, 3},  Shape{Write8, 3, Write8, 10}, Shape{Write4, 5, Read4, 8},
      Shape{Read8, 15, Write8, 9},  Shape{Write2, 7, Write1, 8},  Shape{Write2, 7, Read1, 7},
      Shape{Write8, 1, Read2, 7},   Shape{Write4, 31, Read8, 27}, Shape{Read4, 13, Write4, 16},
      Shape{Write8, 25, Write1, 32}};
  constexpr std::size_t kPage = 4096;
  constexpr std::size_t kBeforeEnd = 32;  // where a slot begins that lies across a page's end
  static constexpr std::array kAcrossPages = {
      Shape{Write8, 25, Write8, 31}, Shape{Write8, 28, Read8, 32}, Shape{Read4, 29, Write1, 32},
      Shape{Write2, 31, Read1, 31}, Shape{Write4, 30, Write2, 31}};
  Duel in_slots{.memory = plan.FreshMemory(plan.trials() * kSlotBytes),
                .stride = kSlotBytes,
                .trials = plan.trials() - plan.trials() / 2,
                .shapes = kInSlots.data(),
                .shape_count = kInSlots.size()};
  Fight(plan, in_slots, kSlotBytes);
  const std::size_t across = plan.trials() / 2;
  Duel across_pages{.memory = plan.FreshMemory((across + 1) * kPage) + kPage - kBeforeEnd,
                    .stride = kPage,
                    .trials = across,
                    .shapes = kAcrossPages.data(),
                    .shape_count = kAcrossPages.size()};
  Fight(plan, across_pages, kSlotBytes);
}

}  // namespace hbsan::trials
