// volatile is not atomic: the flag races as well as the data.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'flag'
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
volatile int flag = 0;
Unseen unseen;

void Writer() {
  data = 1;
  flag = 1;
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (flag == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
