// The receiver writes its target after the receive.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(0), done(0);
  gosync::Go([=] {
    data = c.Recv();
    done.Close();
  });
  c.Send(1);
  done.RecvOk();
  data = 2;
}
