// The locks inside stdio order nothing: two threads that print one after the other still race.
// EXPECT: Location is global 'data'
#include <pthread.h>
#include <stdio.h>

#include "../unseen.h"

Unseen unseen;
int data = 0;
FILE* file;

void* Print(void*) {
  data = 1;
  fprintf(file, "first\n");
  printf("first\n");
  unseen.Reach(1);
  return nullptr;
}

int main() {
  file = fopen("/dev/null", "w");
  pthread_t thread;
  pthread_create(&thread, nullptr, Print, nullptr);
  unseen.Await(1);
  fprintf(file, "second\n");
  printf("second\n");
  data = 2;
  pthread_join(thread, nullptr);
  fclose(file);
}
