#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/args.hpp"

namespace tsflow::cli {

// Options that several commands have.

template <class T>
using Names = std::map<std::string, T>;

/// An option whose value is one of `names`.
template <class T>
void add_choice(CLI::App& app, const std::string& name, T& target, const Names<T>& names,
                const std::string& doc) {
    std::string all;
    for (const auto& [text, value] : names) {
        all += (all.empty() ? "" : "|") + text;
    }
    app.add_option_function<std::string>(
           name,
           [&target, &names, name, all](const std::string& text) {
               const auto found = names.find(text);
               if (found == names.end()) {
                   throw CLI::ValidationError(name, fmt::format("'{}' is none of {}", text, all));
               }
               target = found->second;
           },
           doc)
        ->type_name(all);
}

inline const Names<TextFormat> text_formats{{"text", TextFormat::text}, {"json", TextFormat::json}};

void add_plugin_dirs(CLI::App& app, std::vector<std::filesystem::path>& folders);
/// FILE, and what else a command on a pipeline file takes.
void add_file_args(CLI::App& app, FileArgs& args);
/// `--env-file` and `--set`
void add_variable_args(CLI::App& app, FileArgs& args);

// Commands on a pipeline that runs.
CLI::App* add_top(CLI::App& app, TopArgs& args);
CLI::App* add_tap(CLI::App& app, TapArgs& args);
/// Works beside a run as well as without one.
CLI::App* add_explain(CLI::App& app, ExplainArgs& args);

}  // namespace tsflow::cli
