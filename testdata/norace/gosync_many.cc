// Goroutines that migrate between workers, throw and catch, and use each other's stacks after one
// another.
#include <string>

#include "gosync/gosync.h"

int data = 0;
int data_length = 0;

int main() {
  gosync::Mutex mu;
  gosync::Chan<std::string> words(4);
  gosync::WaitGroup wg;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) {
      wg.Go([&, i] {
        int local[16] = {};
        int* escaped = local;
        words.Send(std::string(40, 'a'));
        try {
          throw i;
        } catch (int caught) {
          gosync::Gosched();
          *escaped = caught;
        }
        mu.Lock();
        data += *escaped;
        mu.Unlock();
      });
    }
    for (int i = 0; i < 50; ++i) data_length += static_cast<int>(words.Recv().size());
    wg.Wait();
  }
  return data == 20 * 49 * 25 && data_length == 20 * 50 * 40 ? 0 : 1;
}
