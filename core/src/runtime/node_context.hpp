#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/log.hpp"
#include "runtime/control.hpp"
#include "runtime/dead_letters.hpp"
#include "tsflow/context.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// The host's side of `Context`, one for each node of a run.
class NodeContext final : public Context {
public:
    /// `inputs` are the node's, as bound; they outlive the context. `state_dir` is the node's folder, made
    /// when the node asks for it; empty: there is none.
    NodeContext(std::string path, const Ports& inputs, std::string pipeline, Log& log,
                const Clock& clock, RunControl::State& control, DeadLetters& dead_letters,
                std::filesystem::path state_dir);

    /// Whom status() asks; before the node is opened.
    void ask_for_status(std::function<std::string()> status) { status_ = std::move(status); }
    /// The input whose batch the node is given next, for the letters that come of it.
    void at_input(std::size_t input) noexcept { input_ = input; }

    std::string_view node() const noexcept override { return path_; }
    std::string_view pipeline() const noexcept override { return pipeline_; }
    void log(Level level, std::string_view message) override { log_(level, path_, message); }
    Counter& counter(std::string_view name) override;
    Gauge& gauge(std::string_view name) override;
    const Clock& clock() const noexcept override { return clock_; }
    bool stopping() const noexcept override { return control_.stopping(); }
    bool sleep_for(Duration duration) override { return control_.sleep_for(duration); }
    std::uint64_t reloads() const noexcept override { return control_.reloads(); }
    std::string status() const override { return status_ ? status_() : std::string{}; }
    std::filesystem::path state_dir() override;
    void reject(const Batch& batch, std::size_t row, std::string_view reason) override;
    void reject(std::string_view raw, std::string_view reason) override;

    std::vector<std::pair<std::string, std::uint64_t>> counters() const;
    std::vector<std::pair<std::string, std::int64_t>> gauges() const;

private:
    void kept(std::string_view reason);
    void wait_for_room();
    std::string_view port_of(const Batch& batch) const noexcept;

    std::string path_;
    const Ports& inputs_;
    std::size_t input_ = 0;
    std::string pipeline_;
    Log& log_;
    const Clock& clock_;
    RunControl::State& control_;
    DeadLetters& dead_letters_;
    const std::filesystem::path state_dir_;
    std::function<std::string()> status_;
    std::uint64_t told_dropped_ = 0;
    mutable std::mutex mutex_;  // over the figures' names
    std::map<std::string, Counter, std::less<>> counters_;
    std::map<std::string, Gauge, std::less<>> gauges_;
};

}  // namespace tsflow
