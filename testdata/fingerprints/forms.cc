// Ways to update a variable, each in a function and on variables of its own: every race that one
// build of this program reports is to have a fingerprint that all builds know.
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "../unseen.h"

#define FORM __attribute__((noinline)) void

struct Pair {
  int first, second;
};
struct Node {
  int value;
  long weight;
  Node* next;
};
struct Number {
  int n = 0;
  Number& operator+=(int by) {
    n += by;
    return *this;
  }
  Number& operator++() {
    ++n;
    return *this;
  }
  int operator()() { return n++; }
};
struct Base {
  virtual ~Base() = default;
  virtual void Touch() = 0;
};
struct Derived : Base {
  void Touch() override { ++seen; }
  long seen = 0;
};
template <typename T>
struct Holder {
  void Add(T by) { held = held + by; }
  T held = {};
};
template <typename T>
void Increase(T* at) {
  ++*at;
}
enum class Color { kRed, kBlue };

int choice = 1, bound = 8;
int g[60];  // An element each for the forms on plain numbers.
int elements[32], others[32], matrix[4][4];
float real;
double ratio;
long double wide;
bool flag;
char text[64], copy[64];
short narrow;
unsigned char byte;
long long large;
Color color;
volatile int shaky;
struct {
  unsigned a : 3, b : 5;
  unsigned c : 9;
} bits;
struct {
  struct {
    int x[3];
  } in;
} nested;
struct Big {
  long words[9];
} big1, big2, big3;
Pair pair1, pair2, pair3, pair4, pair5;
Number number1, number2, number3;
std::pair<int, long> both;
std::unique_ptr<int> owned(new int);
std::shared_ptr<int> shared(new int);
std::vector<int> list(16);
Holder<int> holder;
Holder<double> real_holder;
Node* node = new Node{1, 2, new Node{3, 4, nullptr}};
Node* chain = new Node{1, 2, new Node{3, 4, nullptr}};
Base* base = new Derived;
int* heap = new int[8];

FORM Before() { ++g[0]; }
FORM After() { g[1]++; }
FORM Compound() { g[2] += 1; }
FORM Explicit() { g[3] = g[3] + 1; }
FORM Element(int i) { elements[i]++; }
FORM ElementBeyond(int i) { elements[i + 8] = elements[i + 8] * 2 + 1; }
FORM Through(int* p) { *p = *p + 1; }
FORM Member() { node->value |= 1; }
FORM MemberOfNext() { node->next->weight = node->next->weight + 1; }
FORM Bit() { bits.a = 1; }
FORM Real() { real += 1; }
FORM Ratio() { ratio = ratio * 2 + 1; }
FORM Wide() { wide += 1; }
FORM Swap() { std::swap(g[4], g[5]); }
FORM SwapPairs() { std::swap(pair1, pair2); }
FORM CopyPair() { pair3 = pair4; }
FORM CopyBig() { big1 = big2; }
FORM ClearBig() { big3 = Big{}; }
FORM CopyBytes() { memcpy(copy, text, 32); }
FORM SetBytes() { memset(text + 32, choice, static_cast<size_t>(bound)); }
FORM ElementToElement(int i, int j) { others[i] = others[j]; }
FORM Chained() { g[6] = g[8] = 0; }
FORM Sum() {
  for (int i = 0; i < bound; ++i) g[10] += i;
}
FORM Fill() {
  for (int i = 0; i < bound; ++i) heap[i] = i;
}
FORM Ternary() { g[11] = choice ? g[12] : g[13]; }
FORM TernaryTarget() { (choice ? g[14] : g[16]) = 5; }
FORM Either() {
  if (choice) {
    g[17] = 1;
  } else {
    g[17] = 2;
  }
}
FORM EitherUpdate() {
  if (choice) {
    g[18] = g[18] + 1;
  } else {
    g[18] = g[18] - 1;
  }
}
FORM Lambda() {
  [] { ++g[19]; }();
}
FORM LambdaTwice() {
  auto add = [](int* p) { *p += 2; };
  add(&g[20]);
  add(&g[20]);
}
FORM Members() { holder.Add(1), real_holder.Add(2); }
FORM Templates() { Increase(&g[21]), Increase(&large); }
FORM OperatorPlus() { number1 += 1; }
FORM OperatorIncrement() { ++number2; }
FORM OperatorCall() { number3(); }
FORM Virtual() { base->Touch(); }
FORM Owned() { ++*owned; }
FORM Shared() { ++*shared; }
FORM VectorElement(unsigned i) { list[i] = list[i] + 1; }
FORM Matrix() { matrix[1][2] += matrix[2][1]; }
FORM Nested() { nested.in.x[1]++; }
FORM OfPair() { both.first++; }
FORM Flag() {
  if (!flag) flag = true;
}
FORM While() {
  while (g[22] < 3) ++g[22];
}
FORM DoWhile() {
  do {
    g[23]++;
  } while (g[23] % 4);
}
FORM Break() {
  for (int i = 0; i < bound; ++i) {
    if (g[24] > 3) break;
    g[24] += 1;
  }
}
FORM Switch() {
  switch (choice) {
    case 0:
      g[25] = 1;
      break;
    case 1:
      g[25] = 5;
      break;
    default:
      g[25] = 7;
  }
}
FORM Narrow() { narrow++; }
FORM Byte() { byte = static_cast<unsigned char>(byte * 3 + 1); }
FORM Enum() { color = color == Color::kRed ? Color::kBlue : Color::kRed; }
FORM Volatile() { shaky = shaky + 1; }
FORM Thrice() {
  g[26] = 1;
  g[26] = 2;
  g[26] = 3;
}
FORM MaybeAgain() {
  g[27] = 1;
  if (choice) g[27] = 2;
}
FORM Reference() {
  int& r = g[28];
  r++;
  r = r * 3;
}
FORM SumInto() {
  int sum = 0;
  for (int i = 0; i < bound; ++i) sum += g[29];
  g[29] = sum;
}
FORM Walk() {
  for (Node* at = chain; at; at = at->next) at->value++;
}
FORM BothBranches() {
  if (choice && g[30] < 100)
    g[30]++;
  else
    g[30]--;
}
FORM Comma() { g[31] = (g[31] += 1, g[31] * 2); }
FORM Shift() {
  g[32] <<= 1;
  g[32] = g[32] > 100 ? 0 : g[32];
}
FORM Caught() {
  try {
    if (choice > 5) throw 1;
    g[33]++;
  } catch (int) {
    g[33]--;
  }
}
FORM Exchange() {
  const int old = pair5.first;
  pair5.first = others[20];
  others[20] = old;
}

void All() {
  Before(), After(), Compound(), Explicit(), Element(1), ElementBeyond(2), Through(&g[34]);
  Member(), MemberOfNext(), Bit(), Real(), Ratio(), Wide(), Swap(), SwapPairs(), CopyPair();
  CopyBig(), ClearBig(), CopyBytes(), SetBytes(), ElementToElement(3, 4), Chained(), Sum(), Fill();
  Ternary(), TernaryTarget(), Either(), EitherUpdate(), Lambda(), LambdaTwice(), Members();
  Templates(), OperatorPlus(), OperatorIncrement(), OperatorCall(), Virtual(), Owned(), Shared();
  VectorElement(5), Matrix(), Nested(), OfPair(), Flag(), While(), DoWhile(), Break(), Switch();
  Narrow(), Byte(), Enum(), Volatile(), Thrice(), MaybeAgain(), Reference(), SumInto(), Walk();
  BothBranches(), Comma(), Shift(), Caught(), Exchange();
}

int main() {
  Unseen order;
  std::thread first([&] {
    All();
    order.Reach(1);
  });
  std::thread second([&] {
    order.Await(1);
    All();
  });
  first.join();
  second.join();
}
