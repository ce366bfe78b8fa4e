// Declares an option whose name belongs to the host, and one in the wrong spelling.
#include <string>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "reserved_option";
    struct Config {
        std::string queue;
        std::string file_name;
    };
    static void describe(tsflow::Options<Config>& o) {
        o.optional("queue", &Config::queue, "Where rows wait");
        o.optional("FileName", &Config::file_name, "Where rows go");
    }
    explicit Subject(Config) : SubjectNode({}) {}
};

}  // namespace

TSFLOW_PLUGIN("reserved_option", "1.0.0") {
    plugin.add<Subject>();
}
