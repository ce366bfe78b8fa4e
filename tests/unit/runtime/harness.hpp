#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/run.hpp"
#include "test_nodes.hpp"

namespace tsflow::test {

/// A folder of its own for each test, removed at the end.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A pipeline of test nodes, from the text of its file.
class TestPipeline {
public:
    /// Fails the test when the file has errors. `more` are types of the test's own.
    explicit TestPipeline(const std::string& toml, std::vector<NodeType> more = {});

    /// Runs to the end on this thread.
    RunResult run();
    /// Replays dead letters to the end.
    RunResult replay(const LetterFilter& filter = {});
    /// What `validate --online` finds.
    std::string probe();
    RunControl& control() { return control_; }
    std::function<void(RunOptions&)> adjust;  ///< of the next run
    std::vector<std::string> logs;
    std::mutex logs_mutex;  ///< for looks at them during the run

private:
    RunResult run(const LetterFilter* replay);

    Registry registry_;
    Plan plan_;
    RunControl control_;
};

std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t to);

}  // namespace tsflow::test
