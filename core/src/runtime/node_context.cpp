#include "runtime/node_context.hpp"

#include <fmt/format.h>

namespace tsflow {

NodeContext::NodeContext(std::string path, std::string pipeline, Log& log, const Clock& clock,
                         RunControl::State& control, DeadLetters& dead_letters)
    : path_(std::move(path)),
      pipeline_(std::move(pipeline)),
      log_(log),
      clock_(clock),
      control_(control),
      dead_letters_(dead_letters) {}

Counter& NodeContext::counter(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = counters_.find(name);
    return found != counters_.end() ? found->second : counters_[std::string{name}];
}

std::vector<std::pair<std::string, std::uint64_t>> NodeContext::counters() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, std::uint64_t>> all;
    for (const auto& [name, counter] : counters_) {
        all.emplace_back(name, counter.value());
    }
    return all;
}

void NodeContext::tell(std::string_view reason) {
    log_(Level::warning, path_,
         fmt::format("a record was put aside{}: {}",
                     dead_letters_.kept() ? "" : " and, without a state_dir, not kept", reason));
}

void NodeContext::reject(const Batch& batch, std::size_t row, std::string_view reason) {
    dead_letters_.add(clock_.now(), batch, row, reason);
    tell(reason);
}

void NodeContext::reject(std::string_view raw, std::string_view reason) {
    dead_letters_.add(clock_.now(), raw, reason);
    tell(reason);
}

}  // namespace tsflow
