#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "config/file_text.hpp"
#include "config/host_options.hpp"
#include "problems.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

/// docs/pipeline-format.md; empty outside of a build tree's ctest.
std::string page() {
    const char* root = std::getenv("TSFLOW_SOURCE_DIR");
    if (root == nullptr) {
        WARN("TSFLOW_SOURCE_DIR is not set; run this test by ctest");
        return {};
    }
    return read_file_text(std::filesystem::path{root} / "docs/pipeline-format.md");
}

/// The rows of the page's tables begin with the key in backquotes.
template <class Options>
void check_documented(const std::string& text, const Options& options) {
    for (const OptionInfo& option : options) {
        INFO(option.name);
        CHECK(text.find("\n| `" + option.name + "` |") != std::string::npos);
    }
}

}  // namespace

TEST_CASE("the example of the pipeline format's page is a right file") {
    const std::string text = page();
    if (text.empty()) {
        return;
    }
    const std::string fence = "```toml\n";
    const std::size_t begin = text.find(fence) + fence.size();
    const Checked checked{text.substr(begin, text.find("```", begin) - begin)};
    CHECK(checked.problems().empty());
    CHECK(checked.spec.nodes.size() == 4);
}

TEST_CASE("every key of the host is on the pipeline format's page") {
    const std::string text = page();
    if (text.empty()) {
        return;
    }
    check_documented(text, pipeline_options().list());
    check_documented(text, dead_letter_options().list());
    check_documented(text, control_options().list());
    check_documented(text, queue_options().list());
    check_documented(text, retry_options().list());
    check_documented(text, node_options());
    for (const std::string& key : reserved_keys()) {
        INFO(key);
        CHECK(text.find("\n| `" + key + "` |") != std::string::npos);
    }
}
