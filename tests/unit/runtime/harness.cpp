#include "harness.hpp"

#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "config/diagnostics.hpp"
#include "runtime/probe.hpp"

namespace tsflow::test {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tsflow-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TestPipeline::TestPipeline(const std::string& toml, std::vector<NodeType> more) {
    for (NodeType& type : node_types()) {
        registry_.add(std::move(type));
    }
    for (NodeType& type : more) {
        registry_.add(std::move(type));
    }
    Diagnostics diagnostics("test.toml", toml);
    const Environment nothing = [](const std::string&) { return std::optional<std::string>{}; };
    PipelineSpec spec = parse_pipeline(toml, "test.toml", nothing, {}, diagnostics);
    plan_ = make_plan(std::move(spec), registry_, diagnostics);
    INFO(diagnostics.to_text(false));
    REQUIRE_FALSE(diagnostics.has_errors());
}

RunResult TestPipeline::run() {
    return run(nullptr);
}

RunResult TestPipeline::replay(const LetterFilter& filter) {
    return run(&filter);
}

RunResult TestPipeline::run(const LetterFilter* replay) {
    Log log(LogFormat::text, Level::info, [this](std::string_view line) {
        const std::lock_guard lock(logs_mutex);
        logs.emplace_back(line);
    });
    RunOptions options;
    options.log = &log;
    options.replay = replay;
    if (adjust) {
        adjust(options);
    }
    return tsflow::run(plan_, control_, options);
}

std::string TestPipeline::probe() {
    Diagnostics diagnostics("test.toml", "");
    tsflow::probe(plan_, diagnostics);
    return diagnostics.to_text(false);
}

std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> list(static_cast<std::size_t>(to - from));
    std::iota(list.begin(), list.end(), from);
    return list;
}

}  // namespace tsflow::test
