// Functions of a group are not ordered with each other, even if all of them fail.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

struct Next {
  int step;
  ~Next() { unseen.Reach(step); }
};

int main() {
  gosync::ErrGroup group(gosync::Background());
  for (int i = 0; i < 2; ++i) {
    group.Go([i] {
      unseen.Await(i);
      data = i;
      const Next next{i + 1};
      throw i;
    });
  }
  try {
    group.Wait();
  } catch (int) {
  }
}
