#include <string>
#include <string_view>

#include "tsflow/testing.hpp"

namespace tsflow::testing {

void TestContext::log(Level level, std::string_view message) {
    const std::lock_guard lock{mutex_};
    logs.emplace_back(level, message);
}

Counter& TestContext::counter(std::string_view name) {
    const std::lock_guard lock{mutex_};
    if (const auto found = counters.find(name); found != counters.end()) {
        return found->second;
    }
    return counters[std::string{name}];
}

bool TestContext::sleep_for(Duration duration) {
    if (stop) {
        return false;
    }
    clock_.advance(duration);
    return true;
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
