// Namespace-scope constructors → main → threads; the initialiser of a function-local static → every
// use of it, also if an earlier attempt threw; initialisers → destructors at exit.
#include <memory>
#include <string>
#include <thread>

#include "../unseen.h"

struct Table {
  Table() : text(new std::string("table")) {}
  ~Table() { *text += "."; }
  std::unique_ptr<std::string> text;
};

Table global;
Unseen unseen;
int attempts = 0;

struct Throws {
  Throws() {
    if (attempts++ == 0) throw 1;
    value = 2;
  }
  int value;
};

Table& Local() {
  static Table table;
  return table;
}

int Second() {
  static Throws throws;
  return throws.value;
}

int main() {
  std::thread first([] {
    Local();
    try {
      Second();
    } catch (int) {
    }
    unseen.Reach(1);
  });
  first.detach();  // exit destroys what a thread that nobody joins initialised
  std::thread second([] {
    unseen.Await(1);
    if (*Local().text != *global.text || Second() != 2) __builtin_abort();
  });
  second.join();
}
