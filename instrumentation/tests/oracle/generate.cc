// Writes a random C program to standard output: functions full of branches, loops, synchronisation,
// calls, loops over arrays and accesses to few addresses in several widths. Accesses are volatile,
// so that no optimization but ours drops any. Usage: generate SEED
#include <cstdio>
#include <cstdlib>
#include <random>

namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  void Program() {
    std::puts(
        "typedef volatile char __attribute__((may_alias)) T1;\n"
        "typedef volatile short __attribute__((may_alias, aligned(1))) T2;\n"
        "typedef volatile int __attribute__((may_alias, aligned(1))) T4;\n"
        "typedef volatile long __attribute__((may_alias, aligned(1))) T8;\n"
        "void Synchronise(void);\n"
        "int Pure(int) __attribute__((const));\n"
        "extern char memory[256];\n"
        "#define ALIGNED(p) __builtin_assume_aligned((p) - (long)(p) % 8, 8)\n"
        "static _Atomic int flag;\n"
        "static int fuel = 1000, calls = 200;");
    constexpr int kFunctions = 6;
    for (int i = 0; i < kFunctions; ++i) {
      function_ = i;
      std::printf("%s __attribute__((noinline)) int f%d(char* p, char* q, int x) {\n",
                  Below(2) ? "static" : "", i);
      // Some have neither loops nor synchronisation.
      plain_ = Below(3) == 0;
      Block(plain_ ? 1 : 3);
      std::puts("  return x;\n}");
    }
    std::puts("int main(void) {\n  int x = 1;");
    for (int i = 0; i < 4 * kFunctions; ++i) {
      std::printf("  x = f%d(memory + %d, memory + %d, x);\n  Synchronise();\n", i % kFunctions,
                  Below(16), 32 + Below(16));
    }
    std::puts("  return 0;\n}");
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  void Block(int depth) {
    for (int i = 2 + Below(5); i > 0; --i) Statement(depth);
  }

  void Nested(int depth) {
    std::puts("{");
    Block(depth - 1);
    std::puts("}");
  }

  void Statement(int depth) {
    switch (Below(depth > 0 && !plain_ ? 15 : 10)) {
      case 9:
        return Call();
      case 8:
        return plain_ ? Access() : Below(2) ? Sweep() : Columns();
      case 12:
        std::printf("if (x & %d) ", 1 << Below(8));
        return Nested(depth);
      case 13:
        std::printf("if (x & %d) return x;\n", 1 << Below(8));
        return;
      case 14:
        std::printf("if (x & %d) ", 1 << Below(8));
        Nested(depth);
        std::printf("else ");
        return Nested(depth);
      case 10:
        std::printf("for (int i = x & 3; i < 4; ++i) ");
        return Nested(depth);
      case 11:
        std::printf("do { x += 3; if (x & %d) break;", 1 << Below(8));
        Block(depth - 1);
        std::puts("} while ((x & 4) && --fuel > 0);");
        return;
      case 0:
        std::puts("x = x * 5 + 1;");
        return;
      case 1:
        std::puts("x += Pure(x);");
        return;
      case 3:
        return Bulk();
      case 2:
        if (!plain_ && Below(2)) std::puts(Below(2) ? "Synchronise();" : "x += flag++;");
        return;
      default:
        return Access();
    }
  }

  // Of a function before this one.
  void Call() {
    if (function_ == 0) return Access();
    std::printf("if (--calls > 0) x += f%d(p + %d, q + %d, x);\n", Below(function_), Below(3),
                Below(3));
  }

  // A loop over elements of a few fields, some or all of which are accessed.
  void Sweep() {
    const int size = 1 << Below(4);
    const int fields = 1 + Below(3);
    const int most = 160 / (size * fields);
    const bool down = Below(2) != 0;
    std::printf("{ int n = %s;\n", Below(2) ? "8 + (x & 3)" : "9");
    std::printf("if (n > %d) n = %d;\n", most, most);
    std::printf(down ? "for (int j = n - 1; j >= 0; --j) {\n" : "for (int j = 0; j < n; ++j) {\n");
    for (int field = 0; field < fields; ++field) {
      if (Below(8) == 0) continue;
      if (Below(12) == 0) std::printf("if (x & %d) ", 1 << Below(8));
      std::printf("((T%d*)(p + %d))[j * %d + %d] %s;\n", size, Below(2) * 4, fields, field,
                  Below(3) == 0 ? "+= x" : "= j");
    }
    if (Below(12) == 0) std::printf("if (x & %d) break;\n", 1 << Below(8));
    if (Below(12) == 0) std::puts("Synchronise();");
    std::puts("} }");
  }

  // Loops over the rows of a matrix, column by column.
  void Columns() {
    const int size = 1 + Below(2);
    const int pitch = (size == 1 ? 12 : 9) + Below(2);
    const bool down = Below(2) != 0;
    std::printf("{ int n = %s, m = %s;\n", size == 1 && Below(2) ? "8 + (x & 3)" : "8",
                Below(2) ? "5 + (x & 7)" : "9");
    std::printf("for (int j = 0; j < m; j += %d) {\n", 1 + Below(8) / 7);
    std::printf(down ? "for (int i = n - 1; i >= 0; --i) {\n" : "for (int i = 0; i < n; ++i) {\n");
    for (int accesses = 1 + Below(2); accesses > 0; --accesses) {
      if (Below(12) == 0) std::printf("if (x & %d) ", 1 << Below(8));
      std::printf("((T%d*)(p + %d))[i * %d + j + %d] %s;\n", size, Below(2), pitch, Below(2),
                  Below(3) == 0 ? "+= x" : "= j");
    }
    std::puts("}");
    if (Below(12) == 0) std::printf("if (x & %d) break;\n", 1 << Below(8));
    if (Below(12) == 0) std::puts("Synchronise();");
    std::puts("} }");
  }

  // Copies and comparisons of a few bytes, which may overlap.
  void Bulk() {
    switch (Below(3)) {
      case 0:
        std::printf("x += __builtin_memcmp(p + %d, q + %d, %d) == 0;\n", Below(6), Below(6),
                    1 + Below(40));
        return;
      case 1:
        std::printf("__builtin_memmove(p + %d, q + %d, %d);\n", Below(6), Below(6), 1 + Below(40));
        return;
      default:
        std::printf("__builtin_memmove(ALIGNED(p), ALIGNED(q), %d);\n", 4 * (1 + Below(10)));
    }
  }

  void Access() {
    char place[64];
    const int size = 1 << Below(4);
    std::snprintf(place, sizeof(place), "*(T%d*)(%c + %d)", size, Below(2) ? 'p' : 'q', Below(6));
    switch (Below(3)) {
      case 0:
        std::printf("x += %s;\n", place);
        return;
      case 1:
        std::printf("%s = x;\n", place);
        return;
      default:
        std::printf("%s += x;\n", place);
        return;
    }
  }

  std::mt19937 random_;
  int function_ = 0;
  bool plain_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  Generator(argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1).Program();
}
