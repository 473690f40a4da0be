// Data that the library's own initialisers and destructors write.
int plugin_data[1000];

namespace {

struct Lifetime {
  Lifetime() {
    for (int& value : plugin_data) value = 1;
  }
  ~Lifetime() { plugin_data[0] = 2; }
} lifetime;

}  // namespace

extern "C" int PluginGet(int index) { return plugin_data[index]; }
extern "C" void PluginSet(int index, int value) { plugin_data[index] = value; }
