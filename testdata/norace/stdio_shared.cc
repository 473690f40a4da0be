// A FILE may be shared without further ado; what is done between flockfile and funlockfile is
// locked.
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

FILE* file;
int guarded = 0;

void* Print(void*) {
  for (int i = 0; i < 100; ++i) {
    fprintf(file, "%d\n", i);
    fputs("text\n", file);
    putc('x', file);
    fwrite("y", 1, 1, file);
    flockfile(file);
    ++guarded;
    putc_unlocked('a', file);
    putc_unlocked('b', file);
    funlockfile(file);
    fflush(file);
  }
  return nullptr;
}

int main() {
  file = tmpfile();
  assert(file != nullptr);
  pthread_t threads[3];
  for (pthread_t& t : threads) pthread_create(&t, nullptr, Print, nullptr);
  for (pthread_t& t : threads) pthread_join(t, nullptr);
  assert(guarded == 300);
  fclose(file);
}
