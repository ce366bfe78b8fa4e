#include "runtime/node_context.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
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
    all.reserve(figures.size());
    for (const auto& [name, figure] : figures) {
        all.emplace_back(name, figure.value());
    }
    return all;
}

}  // namespace

NodeContext::NodeContext(std::string path, const Ports& inputs, std::string pipeline, Log& log,
                         const Clock& clock, RunControl::State& control, DeadLetters& dead_letters,
                         std::filesystem::path state_dir)
    : path_(std::move(path)),
      inputs_(inputs),
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

void NodeContext::kept(std::string_view reason) {
    log_(Level::warning, path_,
         fmt::format("a record was put aside{}: {}",
                     dead_letters_.kept() ? "" : " and, without a state_dir, not kept", reason));
    if (const std::uint64_t dropped = dead_letters_.dropped(); dropped != told_dropped_) {
        counter("dead_letters_dropped").add(dropped - told_dropped_);
        told_dropped_ = dropped;
        log_(Level::warning, path_,
             fmt::format("its dead letters have reached 'max_bytes': {} of the oldest were dropped "
                         "since the start",
                         dropped));
    }
    wait_for_room();
}

/// A record that can be written nowhere must not get lost, so its node waits until it can.
void NodeContext::wait_for_room() {
    constexpr std::chrono::milliseconds pause{200};
    while (const auto reason = dead_letters_.blocked()) {
        log_(Level::error, path_, fmt::format("{}; waiting until it can", *reason));
        if (!control_.sleep_unless_aborted(pause)) {
            throw Cancelled{};
        }
    }
}

/// The input that a row to be put aside came by: the one under way, if it has such rows, else the only one
/// that has; none for a row of the node's own making.
std::string_view NodeContext::port_of(const Batch& batch) const noexcept {
    const auto fits = [&](const Port& port) { return same(port.schema, batch.schema()); };
    if (input_ < inputs_.size() && fits(inputs_[input_])) {
        return inputs_[input_].name;
    }
    const auto first = std::find_if(inputs_.begin(), inputs_.end(), fits);
    const bool only = first != inputs_.end() && std::none_of(std::next(first), inputs_.end(), fits);
    return only ? std::string_view{first->name} : std::string_view{};
}

void NodeContext::reject(const Batch& batch, std::size_t row, std::string_view reason) {
    dead_letters_.add(clock_.now(), batch, row, port_of(batch), reason);
    kept(reason);
}

void NodeContext::reject(std::string_view raw, std::string_view reason) {
    dead_letters_.add(clock_.now(), raw, reason);
    kept(reason);
}

}  // namespace tsflow
