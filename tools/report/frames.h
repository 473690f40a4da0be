// What a reader wants of a stack: the program's own frames.
#ifndef HBSAN_TOOLS_REPORT_FRAMES_H_
#define HBSAN_TOOLS_REPORT_FRAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "tools/report/race.h"

namespace hbsan::tools {

// Whether the frame is the program's own code, as far as its file and its name tell: not of the
// standard library, GoogleTest, gosync or the runtime.
bool IsUserFrame(const Frame& frame);

// The program's own frames; all that have a name if there is none, or else all.
Stack UserFrames(const Stack& stack);

// The innermost frame of the program's own code that has a line; else the innermost of UserFrames.
// Null for an empty stack.
const Frame* TellingFrame(const Stack& stack);

// The stack that tells where a report is: of the access that found it, or of the misuse's call.
const Stack& MainStack(const Race& race);

// The path's last name.
std::string_view BaseName(std::string_view path);

// `function file:line:column`, the function by its short name (names.h), or `(module+0xoffset)`
// without a name. `root`: see ShownPath.
std::string Place(const Frame& frame, std::string_view root);
// `file:line:column`, as far as known.
std::string Position(const Frame& frame, std::string_view root);

// `path` as seen from the directory `root`, if it lies below that; "." and ".." are resolved.
std::string ShownPath(std::string_view path, std::string_view root);

// What the race is about: ` on global 'counter'`, or empty.
std::string ObjectPhrase(const Race& race);

// "write of size 4 by thread T2".
std::string AccessPhrase(const Access& access);

// The thread that `who` names, or null.
const Thread* FindThread(const Race& race, std::string_view who);

// The program that a stack shows: its innermost module that is no shared library.
std::string_view ProgramOf(const Stack& stack);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_FRAMES_H_
