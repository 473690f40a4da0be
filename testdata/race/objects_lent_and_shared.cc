// FLAGS: -O2
// Functions to which mostly private objects are lent, and once one that another thread has.
// EXPECT: in (anonymous namespace)::Fill
// EXPECT: in (anonymous namespace)::FillAll
// EXPECT: in (anonymous namespace)::Read
#include <cstdlib>
#include <memory>
#include <thread>

#include "../unseen.h"

namespace {

struct Box {
  int value;
};

Box* filled;
Box* filled_through;
Box* looked_at;
Unseen unseen;

[[gnu::noinline]] void Fill(Box* box) { box->value = 1; }

[[gnu::noinline]] void FillAll(Box* first, Box* second) {
  second->value = 2;
  first->value = 1;
}

[[gnu::noinline]] int Read(const Box* box) { return box->value; }

[[gnu::noinline]] Box* Publish(Box* box) { return filled_through = box; }

int UsePrivate() {
  Box box{};
  Box other{};
  Fill(&box);
  FillAll(&other, &box);
  const auto own = std::make_unique<Box>();
  Fill(own.get());
  return Read(&box) + Read(&other) + Read(own.get());
}

}  // namespace

int main() {
  Box local{};
  Box lent{};
  filled = &local;
  Publish(&lent);
  looked_at = static_cast<Box*>(std::calloc(1, sizeof(Box)));
  std::thread other([] {
    filled->value = 3;
    filled_through->value = 3;
    looked_at->value = 3;
    unseen.Reach(1);
  });
  unseen.Await(1);
  const int sum = UsePrivate();
  Fill(&local);
  Box own{};
  FillAll(&lent, &own);
  const int seen = Read(looked_at) + own.value;
  other.join();
  std::free(looked_at);
  return sum + seen == 0 ? 1 : 0;
}
