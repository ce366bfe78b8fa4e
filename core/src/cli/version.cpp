#include "cli/version.hpp"

#include <fmt/format.h>

#include "tsflow/abi.hpp"

namespace tsflow::cli {

std::string version_text() {
    return fmt::format("tsflow {} (plugin ABI {}, {})", TSFLOW_VERSION, TSFLOW_ABI,
                       TSFLOW_BUILD_ID);
}

std::string version_number() {
    return TSFLOW_VERSION;
}

}  // namespace tsflow::cli
