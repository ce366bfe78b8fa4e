#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {
namespace {

template <class Figure>
Figure& named(std::map<std::string, Figure, std::less<>>& figures, std::string_view name) {
    const auto found = figures.find(name);
    return found != figures.end() ? found->second : figures[std::string{name}];
}

}  // namespace

TestContext::TestContext() = default;

TestContext::~TestContext() {
    if (!state_dir_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(state_dir_, ignored);
    }
}

void TestContext::log(Level level, std::string_view message) {
    const std::lock_guard lock{mutex_};
    logs.emplace_back(level, message);
}

Counter& TestContext::counter(std::string_view name) {
    const std::lock_guard lock{mutex_};
    return named(counters, name);
}

Gauge& TestContext::gauge(std::string_view name) {
    const std::lock_guard lock{mutex_};
    return named(gauges, name);
}

bool TestContext::sleep_for(Duration duration) {
    if (stop) {
        return false;
    }
    clock_.advance(duration);
    return true;
}

std::filesystem::path TestContext::state_dir() {
    const std::lock_guard lock{mutex_};
    if (!keeps_state) {
        return {};
    }
    if (state_dir_.empty()) {
        std::string folder = std::filesystem::temp_directory_path() / "tsflow_test_XXXXXX";
        if (::mkdtemp(folder.data()) == nullptr) {
            throw Error("cannot make a temporary folder '" + folder + "'");
        }
        state_dir_ = folder;
    }
    return state_dir_;
}

void TestContext::reject(const Batch& batch, std::size_t row, std::string_view reason) {
    std::string record;
    append_json(record, batch, row);
    reject(record, reason);
}

void TestContext::reject(std::string_view raw, std::string_view reason) {
    const std::lock_guard lock{mutex_};
    rejected.emplace_back(raw, reason);
}

}  // namespace tsflow::testing
