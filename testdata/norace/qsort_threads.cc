// qsort with an instrumented comparator, of arrays side by side.
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

int values[4][250];

int Compare(const void* a, const void* b) {
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

void* Sort(void* part) {
  int* begin = static_cast<int*>(part);
  qsort(begin, 250, sizeof(int), Compare);
  int key = begin[100];
  assert(bsearch(&key, begin, 250, sizeof(int), Compare) != nullptr);
  return nullptr;
}

int main() {
  unsigned state = 1;
  for (auto& part : values) {
    for (int& value : part) value = rand_r(&state);
  }
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], nullptr, Sort, values[i]);
  for (pthread_t& t : threads) pthread_join(t, nullptr);
  for (auto& part : values) {
    for (int i = 1; i < 250; ++i) assert(part[i - 1] <= part[i]);
  }
}
