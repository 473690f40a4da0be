// A thread that could not be created leaves nothing behind.
#include <pthread.h>

int data = 0;

void* Run(void*) {
  ++data;
  return nullptr;
}

int main() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t{1} << 46);
  for (int i = 0; i < 100; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, Run, nullptr) == 0) return 1;
    if (pthread_create(&thread, nullptr, Run, nullptr) != 0) return 2;
    pthread_join(thread, nullptr);
  }
  return data == 100 ? 0 : 3;
}
