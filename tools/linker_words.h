// The words of a clang command line that go to the linker as they are: -Wl,WORD,... and
// -Xlinker WORD, and clang's own spellings of some (-z WORD, -r).
#ifndef HBSAN_TOOLS_LINKER_WORDS_H_
#define HBSAN_TOOLS_LINKER_WORDS_H_

#include <string>
#include <vector>

namespace hbsan::tools {

// Whether `args` name an input that can be linked: a question (-v, -print-search-dirs) names none,
// and a header on its own is precompiled. True of what stops before the link, too.
bool HasInputToLink(const std::vector<std::string>& args);

// Whether the linker is told to make an object file (-r), which gets no runtime.
bool LinksRelocatable(const std::vector<std::string>& args);

// `args` without what makes undefined symbols an error in a shared object (-z defs,
// --no-undefined): those of the runtime stay undefined there until the executable, which has it,
// loads it. If there is none, `args` as they are.
std::vector<std::string> AllowUndefinedSymbols(const std::vector<std::string>& args);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_LINKER_WORDS_H_
