#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tsflow::import_env {

struct Converted {
    std::string toml;
    std::vector<std::string> warnings;  ///< what the reader should look at before a run
};

/// The pipeline that does what the system that tsflow replaces did with these variables. `file` is the
/// name of their file, for comments. Values of variables that may be secrets are never in the text. Throws
/// Error for a value that cannot be what it should be.
Converted convert(const std::string& file,
                  std::vector<std::pair<std::string, std::string>> variables);

}  // namespace tsflow::import_env
