// Declares an option without a word about it, and a required one without an example.
#include <string>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "undocumented";
    struct Config {
        std::string column;
        std::string table;
    };
    static void describe(tsflow::Options<Config>& o) {
        o.optional("column", &Config::column, "");
        o.required("table", &Config::table, "Table to write to");
    }
    explicit Subject(Config) : SubjectNode({}) {}
};

}  // namespace

TSFLOW_PLUGIN("undocumented", "1.0.0") {
    plugin.add<Subject>();
}
