// Edges, benign races and ignored regions that the program states by annotations.
#include <cstring>
#include <thread>

#include "../annotated.h"
#include "../unseen.h"

#define HERE __FILE__, __LINE__

int ordered = 0, benign = 0, written_unseen = 0, read_unseen = 0, fresh = 0;
char mailbox;
Unseen unseen;

void First() {
  AnnotateThreadName(HERE, "first");
  ordered = 1;
  AnnotateHappensBefore(HERE, &mailbox);
  benign = 1;
  AnnotateIgnoreWritesBegin(HERE);
  written_unseen = 1;
  AnnotateIgnoreWritesEnd(HERE);
  read_unseen = 1;
  fresh = 1;
  unseen.Reach(1);
}

void Second() {
  unseen.Await(1);
  AnnotateNewMemory(HERE, &fresh, sizeof fresh);
  fresh = 2;
  benign = 2;
  written_unseen = 2;
  AnnotateIgnoreReadsBegin(HERE);
  const int seen = read_unseen;
  AnnotateIgnoreReadsEnd(HERE);
  AnnotateHappensAfter(HERE, &mailbox);
  ordered += seen;
}

int main() {
  AnnotateBenignRaceSized(HERE, &benign, sizeof benign, "either value will do");
  if (RunningOnValgrind() != 0 || ValgrindSlowdown() < 1) return 1;
  if (std::strcmp(ThreadSanitizerQuery("pure_happens_before"), "1") != 0) return 1;
  std::thread first(First);
  std::thread second(Second);
  first.join();
  second.join();
  return ordered == 2 ? 0 : 1;
}
