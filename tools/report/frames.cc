#include "tools/report/frames.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "tools/report/names.h"

namespace hbsan::tools {
namespace {

bool ContainsAny(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

bool IsLibraryFile(std::string_view file) {
  return StartsWithAny(file, {"/usr/include/", "/usr/src/", "/usr/lib/", "./nptl/", "./stdlib/",
                              "./misc/", "../sysdeps/", "/build/"}) ||
         ContainsAny(file, {"/libstdc++-v3/", "/c++/v1/", "/runtime/interceptors/",
                            "/gtest/internal/", "/gtest/gtest", "/googletest/src/", "/gtest/src/",
                            "/include/gosync/", "/runtime/gosync/"});
}

bool IsLibraryFunction(std::string_view function) {
  for (const std::string_view type : {"void ", "bool "}) {
    if (function.starts_with(type)) function.remove_prefix(type.size());
  }
  return StartsWithAny(function,
                       {"std::", "__gnu_cxx::", "__cxxabiv1::", "operator new", "operator delete",
                        "testing::", "gosync::", "hbsan::", "__interceptor_", "__hbsan_", "__libc_",
                        "start_thread", "clone", "_start", "__clone"});
}

}  // namespace

bool IsUserFrame(const Frame& frame) {
  // A user's specialisation of a template in std is the user's: the file decides if it is known.
  if (!frame.file.empty()) return !IsLibraryFile(frame.file);
  return !frame.function.empty() && !IsLibraryFunction(frame.function);
}

Stack UserFrames(const Stack& stack) {
  Stack result;
  std::ranges::copy_if(stack, std::back_inserter(result), IsUserFrame);
  if (!result.empty()) return result;
  std::ranges::copy_if(stack, std::back_inserter(result),
                       [](const Frame& frame) { return !frame.function.empty(); });
  return result.empty() ? stack : result;
}

const Frame* TellingFrame(const Stack& stack) {
  const auto first = [&](auto wanted) {
    const auto found = std::ranges::find_if(stack, wanted);
    return found == stack.end() ? nullptr : &*found;
  };
  const Frame* frame = first([](const Frame& f) { return f.line != 0 && IsUserFrame(f); });
  if (frame == nullptr) frame = first(IsUserFrame);
  if (frame == nullptr) frame = first([](const Frame& f) { return !f.function.empty(); });
  return frame == nullptr && !stack.empty() ? &stack.front() : frame;
}

const Stack& MainStack(const Race& race) {
  return race.accesses.empty() ? race.stack : race.accesses.front().stack;
}

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string ShownPath(std::string_view path, std::string_view root) {
  std::string normal = std::filesystem::path(path).lexically_normal();
  if (!root.empty() && normal.starts_with(root) && normal.size() > root.size() &&
      (root.back() == '/' || normal[root.size()] == '/')) {
    return normal.substr(root.size() + (root.back() == '/' ? 0 : 1));
  }
  return normal;
}

std::string Position(const Frame& frame, std::string_view root) {
  std::string position = ShownPath(frame.file, root);
  if (frame.line != 0) absl::StrAppend(&position, ":", frame.line);
  if (frame.line != 0 && frame.column != 0) absl::StrAppend(&position, ":", frame.column);
  return position;
}

std::string Place(const Frame& frame, std::string_view root) {
  std::string place = ShortName(frame.function);
  if (!frame.file.empty()) {
    absl::StrAppend(&place, place.empty() ? "" : " ", Position(frame, root));
  } else if (!frame.module.empty()) {
    const std::string_view module = place.empty() ? frame.module : BaseName(frame.module);
    absl::StrAppend(&place, place.empty() ? "(" : " (", std::string(module), "+0x",
                    absl::Hex(frame.offset), ")");
  }
  return place.empty() ? "unknown" : place;
}

std::string ObjectPhrase(const Race& race) {
  const Location& at = race.location;
  if (!at.function.empty()) {
    return absl::StrCat(" on local variable '", std::string(at.name), "' of ",
                        ShortName(at.function));
  }
  if (!at.name.empty())
    return absl::StrCat(" on ", std::string(at.kind), " '", std::string(at.name), "'");
  if (at.kind == "heap") return absl::StrCat(" on a heap block of ", at.size, " bytes");
  if (at.kind == "stack") return absl::StrCat(" on the stack of ", std::string(at.thread));
  if (at.kind == "thread-local")
    return absl::StrCat(" on thread-local storage of ", std::string(at.thread));
  if (at.kind == "descriptor") return " on a file descriptor";
  return at.kind.empty() ? "" : " on a " + std::string(at.kind);
}

std::string AccessPhrase(const Access& access) {
  return absl::StrCat(std::string(access.kind), " of size ", access.size, " by ",
                      std::string(access.thread));
}

const Thread* FindThread(const Race& race, std::string_view who) {
  const auto found = std::ranges::find(race.threads, who, &Thread::who);
  return found == race.threads.end() ? nullptr : &*found;
}

std::string_view ProgramOf(const Stack& stack) {
  for (const Frame& frame : stack) {
    if (!frame.module.empty() && frame.module.find(".so") == std::string_view::npos) {
      return BaseName(frame.module);
    }
  }
  return {};
}

}  // namespace hbsan::tools
