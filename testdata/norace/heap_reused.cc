// Blocks that one thread frees and another gets have no history.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <initializer_list>

#include "../unseen.h"

constexpr int kBlocks = 100;
Unseen unseen;

void Use(int turn) {
  for (const size_t size : {8ul, 24ul, 100ul, 3000ul, 200000ul}) {
    char* blocks[kBlocks];
    for (char*& p : blocks) memset(p = static_cast<char*>(malloc(size)), turn, size);
    for (char* p : blocks) free(p);
    int* zeroed = static_cast<int*>(calloc(size, 4));
    zeroed[0] = turn;
    zeroed = static_cast<int*>(realloc(zeroed, size * 8));
    zeroed[size] = turn;
    delete new int(turn);
    free(zeroed);
  }
}

void* Other(void*) {
  unseen.Await(1);
  Use(2);
  unseen.Reach(2);
  return nullptr;
}

int main() {
  pthread_t other;
  pthread_create(&other, nullptr, Other, nullptr);
  Use(1);
  unseen.Reach(1);
  unseen.Await(2);
  Use(3);
  pthread_join(other, nullptr);
}
