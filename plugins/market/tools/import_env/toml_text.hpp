#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tsflow::import_env {

/// `text` as a TOML string in which tsflow fills in no variables.
std::string toml_string(std::string_view text);
/// The same of `${NAME}`, which tsflow fills in.
std::string toml_variable(std::string_view name);
/// A list of strings behind `key = `, over several lines when it is long.
std::string toml_list(std::string_view key, const std::vector<std::string>& items);
/// `text` as comment lines of at most 100 columns; later lines start under the text of the first.
std::string comment(std::string_view text, std::size_t indent = 0);

}  // namespace tsflow::import_env
