// The main thread frees what another thread read, and has not joined that one.
#include <pthread.h>

#include <cstdlib>

#include "../unseen.h"

struct Node {
  int key;
  Node* next;
};

Unseen unseen;

void* Walk(void* list) {
  Node* volatile next = static_cast<Node*>(list)->next;
  (void)next;
  unseen.Reach(1);
  unseen.Await(2);
  return nullptr;
}

int main() {
  Node* list = static_cast<Node*>(std::calloc(1, sizeof(Node)));
  pthread_t thread;
  pthread_create(&thread, nullptr, Walk, list);
  unseen.Await(1);
  std::free(list);
  unseen.Reach(2);
  pthread_join(thread, nullptr);
}
