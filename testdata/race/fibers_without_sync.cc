// A switch that asks for no synchronisation is no edge: two fibers of one thread race.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'shared'
// EXPECT: 'fiber'
#include "../fiber.h"

int shared = 0;

int main() {
  Fiber first([] { shared = 1; }, __tsan_switch_to_fiber_no_sync);
  Fiber second([] { shared = 2; }, __tsan_switch_to_fiber_no_sync);
  first.Resume();
  second.Resume();
}
