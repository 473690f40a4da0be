// Two threads add to one counter without a lock.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'counter' of size 4
#include <cstdio>
#include <thread>

int counter = 0;

void Add() {
  for (int i = 0; i < 1000; ++i) ++counter;
}

int main() {
  std::thread first(Add);
  std::thread second(Add);
  first.join();
  second.join();
  std::printf("%d\n", counter);
}
