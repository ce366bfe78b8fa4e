#include "jsonl.hpp"

#include "tsflow/plugin.hpp"

namespace tsflow {

void Jsonl::describe(Options<Config>& options) {
    options
        .required("path", &Config::path,
                  "File to write; its folder is made when missing. A file named '-' is the "
                  "standard output")
        .such_as("out/rows.jsonl");
}

void Jsonl::bind(const Ports& inputs) {
    only(inputs);
}

void Jsonl::format(const Batch& batch, std::string& out) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        append_json(out, batch, row);
        out += '\n';
    }
}

}  // namespace tsflow

TSFLOW_PLUGIN("jsonl", "0.1.0") {
    plugin.add<tsflow::Jsonl>();
}
