#include "runtime/node_context.hpp"

#include <system_error>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow {
namespace {

template <class Figure>
Figure& named(std::map<std::string, Figure, std::less<>>& figures, std::string_view name) {
    const auto found = figures.find(name);
    return found != figures.end() ? found->second : figures[std::string{name}];
}

template <class Number, class Figure>
std::vector<std::pair<std::string, Number>> values(
    const std::map<std::string, Figure, std::less<>>& figures) {
    std::vector<std::pair<std::string, Number>> all;
    for (const auto& [name, figure] : figures) {
        all.emplace_back(name, figure.value());
    }
    return all;
}

}  // namespace

NodeContext::NodeContext(std::string path, std::string pipeline, Log& log, const Clock& clock,
                         RunControl::State& control, DeadLetters& dead_letters,
                         std::filesystem::path state_dir)
    : path_(std::move(path)),
      pipeline_(std::move(pipeline)),
      log_(log),
      clock_(clock),
      control_(control),
      dead_letters_(dead_letters),
      state_dir_(std::move(state_dir)) {}

Counter& NodeContext::counter(std::string_view name) {
    const std::lock_guard lock(mutex_);
    return named(counters_, name);
}

Gauge& NodeContext::gauge(std::string_view name) {
    const std::lock_guard lock(mutex_);
    return named(gauges_, name);
}

std::vector<std::pair<std::string, std::uint64_t>> NodeContext::counters() const {
    const std::lock_guard lock(mutex_);
    return values<std::uint64_t>(counters_);
}

std::vector<std::pair<std::string, std::int64_t>> NodeContext::gauges() const {
    const std::lock_guard lock(mutex_);
    return values<std::int64_t>(gauges_);
}

std::filesystem::path NodeContext::state_dir() {
    if (!state_dir_.empty()) {
        std::error_code error;
        std::filesystem::create_directories(state_dir_, error);
        if (error) {
            throw Error(fmt::format("cannot make the node's folder '{}': {}", state_dir_.string(),
                                    error.message()));
        }
    }
    return state_dir_;
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
