#include "csv.hpp"

#include <utility>

#include "tsflow/plugin.hpp"

namespace tsflow {

namespace {

/// Characters that numbers and times are written with cannot part them.
bool can_delimit(const std::string& text) {
    constexpr std::string_view candidates = ",;|\t^~#!%&*/\\_=@$ \x1f";
    return text.size() == 1 && candidates.find(text.front()) != std::string_view::npos;
}

}  // namespace

void Csv::describe(Options<Config>& options) {
    options
        .required("path", &Config::path,
                  "File to write; its folder is made when missing. A file named '-' is the "
                  "standard output")
        .such_as("out/rows.csv");
    options.optional("delimiter", &Config::delimiter,
                     "The one character between two fields, such as ',', ';', '|' or a tab");
    options.optional("header", &Config::header, "Whether the first line names the columns");
    options.check([](const Config& config, OptionProblems& problems) {
        if (!can_delimit(config.delimiter)) {
            problems.push_back(
                {"delimiter",
                 "'" + config.delimiter +
                     "' cannot part fields; give one character that stands in no number, time or "
                     "quote, such as ',', ';', '|' or a tab ('\\t')"});
        }
    });
}

Csv::Csv(Config config) : TextFileSink(config.path), config_(std::move(config)) {}

void Csv::bind(const Ports& inputs) {
    const SchemaPtr& schema = only(inputs);
    if (schema->size() == 0) {
        throw ConfigError("inputs", "there are no columns to write");
    }
    format_ = std::make_unique<CsvFormat>(*schema, config_.delimiter.front());
}

std::string Csv::header() const {
    return config_.header ? format_->header() : std::string{};
}

std::string Csv::layout() const {
    std::string names = format_->header();
    names.pop_back();
    return (config_.header ? "csv with the header '" : "csv without a header, of '") + names + "'";
}

void Csv::format(const Batch& batch, std::string& out) {
    format_->append(out, batch);
}

}  // namespace tsflow

TSFLOW_PLUGIN("csv", "0.1.0") {
    plugin.add<tsflow::Csv>();
}
