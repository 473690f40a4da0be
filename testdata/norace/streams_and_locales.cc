// Standard streams used by several threads, string streams, facets and locales shared by copies.
#include <iomanip>
#include <iostream>
#include <locale>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

struct Yes : std::numpunct<char> {
  std::string do_truename() const override { return "yes, indeed it is as it should be"; }
};

void Run(std::locale locale, int n) {
  for (int i = 0; i < 20; ++i) {
    std::cout << "line " << n << std::endl;
    std::cerr << "";
    std::clog << i;
    std::wstring wide;
    std::ostringstream out;
    const std::locale copy = locale;
    out.imbue(copy);
    out << std::boolalpha << true << ' ' << std::setw(8) << std::hex << n << ' ' << 1.5 << ' '
        << std::put_money(100);
    std::istringstream in("12 3.5 word");
    int number;
    double real;
    std::string word;
    in >> number >> real >> word;
    if (number != 12 || real != 3.5 || word != "word") __builtin_abort();
    if (std::use_facet<std::ctype<char>>(copy).narrow('x', '?') != 'x') __builtin_abort();
    if (std::use_facet<std::ctype<char>>(std::locale::classic()).widen('x') != 'x') {
      __builtin_abort();
    }
    if (!std::regex_match("race", std::regex("[a-e]+r?[a-z]*|race"))) __builtin_abort();
    if (std::toupper('x', copy) != 'X') __builtin_abort();
  }
}

int main() {
  for (int round = 0; round < 3; ++round) {
    std::locale locale(std::locale::classic(), new Yes);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(Run, locale, i);
    locale = std::locale();
    for (std::thread& thread : threads) thread.join();
  }
}
