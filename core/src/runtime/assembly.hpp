#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "runtime/checkpoint_store.hpp"
#include "runtime/control.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/dead_letters.hpp"
#include "runtime/replay.hpp"
#include "runtime/running_node.hpp"
#include "runtime/stage.hpp"

namespace tsflow {

/// The objects of one run: a RunningNode for each planned node, a Stage for each planned stage, and
/// the edges between them.
class Assembly {
public:
    /// Makes and wires everything; opens nothing. In a `replay` the plan is one of `prepare_replay`.
    Assembly(Plan& plan, RunControl::State& control, Log& log, const Clock& clock,
             LetterRules letters, const std::optional<StoredCheckpoint>& checkpoint,
             const Replay* replay,
             std::function<void(const RunningNode&, const std::string&)> on_failure);

    /// Opens all nodes, sinks first, and brings them back to the checkpoint. When one throws, those
    /// that were opened are closed again, and an Error names the node.
    void open(const std::optional<StoredCheckpoint>& checkpoint);
    /// Whom the nodes' contexts ask for the status of the run; before open().
    void ask_for_status(const std::function<std::string()>& status);
    void start();
    bool ended() const;
    /// Names of the stages that still run.
    std::vector<std::string> running() const;
    void abort();
    void join();
    /// Lets go of the threads that hang.
    void detach();
    /// Closes all nodes, upstream first.
    void close() noexcept;

    /// The checkpoint is stored: dead letters that are in it no longer go, and what is needed only to go on
    /// from an older one may.
    void stored(const StoredCheckpoint& checkpoint);

    Coordinator& coordinator() noexcept { return coordinator_; }
    PipelineMetrics metrics(Duration elapsed) const;
    /// Of output `port` of node `node`; both must be there.
    TapPoint& tap_point(std::size_t node, std::size_t port) {
        return nodes_.at(node)->tap_point(port);
    }

private:
    struct Edge {
        std::string from, to;
        const Inbox* inbox;
        std::uint32_t lane;
        std::size_t capacity;
    };
    void make_nodes(Log& log, const Clock& clock,
                    const std::optional<StoredCheckpoint>& checkpoint);
    void wire();
    void restore(std::size_t node, const std::optional<StoredCheckpoint>& checkpoint);
    /// `edge`: what its folder is called when it spills to disk; `node`: its consumer.
    void add_lane(Inbox& inbox, const QueueSpec& queue, const std::string& edge,
                  const std::string& node);

    Plan& plan_;
    const LetterRules letter_rules_;
    const Replay* replay_;
    RunControl::State& control_;
    Coordinator coordinator_;
    RunState run_;
    const Clock& clock_;
    std::vector<std::unique_ptr<DeadLetters>> dead_letters_;
    std::vector<std::unique_ptr<NodeContext>> contexts_;
    std::vector<std::unique_ptr<Stage>> stages_;
    std::vector<std::unique_ptr<RunningNode>> nodes_;
    std::vector<Edge> edges_;
    std::vector<std::size_t> opened_;
};

}  // namespace tsflow
