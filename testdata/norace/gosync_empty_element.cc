// Elements without contents order like others.
#include "../unseen.h"
#include "gosync/gosync.h"

struct Token {};
int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<Token> c(2);
  gosync::Go([c] {
    data = 1;
    c.Send({});
  });
  c.Recv();
  data = 2;
}
