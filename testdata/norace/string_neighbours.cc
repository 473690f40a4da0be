// String and memory functions touch exactly what they need: another thread may change the bytes
// beyond.
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

char text[32] = "abc=def";     // [8, 32) is the other thread's
char zeros[32];                // [4, 32) is
wchar_t wide[32] = L"abc";     // [4, 32) is
char number[32] = "123 ";      // [4, 32) is
char tokens[32] = "one,two,";  // [8, 32) is

void* Change(void*) {
  for (int i = 0; i < 1000; ++i) {
    memset(text + 8, i, 24);
    memset(zeros + 4, i, 28);
    wmemset(wide + 4, i, 28);
    memset(number + 4, i, 28);
    memset(tokens + 9, i, 23);
  }
  return nullptr;
}

int main() {
  pthread_t other;
  pthread_create(&other, nullptr, Change, nullptr);
  char buffer[32];
  for (int i = 0; i < 1000; ++i) {
    assert(strlen(text) == 7 && strnlen(zeros, 4) == 0);
    assert(strcmp(text, "abd") < 0 && strncmp(text, "abc=def", 20) == 0);
    assert(strcasecmp(text, "ABC=DEF") == 0 && memcmp(text, "x", 1) != 0);
    assert(memcmp(text, "abd???????????????????????????", 30) < 0);
    assert(strchr(text, '=') == text + 3 && strrchr(text, 'a') == text);
    assert(memchr(text, 'd', 32) == text + 4 && strstr(text, "def") == text + 4);
    assert(strcspn(text, "=") == 3 && strspn(text, "abc") == 3);
    strcpy(buffer, text);
    strncpy(buffer, text, 30);
    strcat(buffer, zeros);
    strncat(buffer, text, 3);
    memcpy(zeros, "\0\0\0\0", 4);
    assert(wcslen(wide) == 3 && wcscmp(wide, L"abc") == 0 && wcschr(wide, L'b') == wide + 1);
    char* end;
    assert(strtol(number, &end, 10) == 123 && end == number + 3 && atoi(number) == 123);
    free(strdup(text));
    free(strndup(text, 3));
  }
  char* state;
  assert(strcmp(strtok_r(tokens, ",", &state), "one") == 0);
  assert(strcmp(strtok_r(nullptr, ",", &state), "two") == 0);
  pthread_join(other, nullptr);
}
