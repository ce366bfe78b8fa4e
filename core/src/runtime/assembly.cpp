#include "runtime/assembly.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/running_sink.hpp"
#include "runtime/running_source.hpp"
#include "runtime/running_transform.hpp"
#include "runtime/state_dir.hpp"

namespace tsflow {
namespace {

std::size_t count_sources(const Plan& plan) {
    return static_cast<std::size_t>(
        std::count_if(plan.nodes.begin(), plan.nodes.end(),
                      [](const PlannedNode& node) { return node.spec.kind == NodeKind::source; }));
}

std::filesystem::path spill_folder(const std::filesystem::path& state_dir) {
    return state_dir / "spill";
}

}  // namespace

Assembly::Assembly(Plan& plan, RunControl::State& control, Log& log, const Clock& clock,
                   LetterRules letters, const std::optional<StoredCheckpoint>& checkpoint,
                   const Replay* replay,
                   std::function<void(const RunningNode&, const std::string&)> on_failure)
    : plan_(plan),
      letter_rules_(std::move(letters)),
      replay_(replay),
      control_(control),
      coordinator_(plan.nodes.size(), count_sources(plan), checkpoint ? checkpoint->id : 0,
                   plan.pipeline.state_dir.has_value(), [&control] { control.ring(); }),
      run_{coordinator_, control, log, std::move(on_failure), std::nullopt},
      clock_(clock) {
    if (replay != nullptr) {
        run_.standing = replay->positions;
    } else if (plan.pipeline.state_dir) {
        // What was on disk there comes again, from the sources.
        std::error_code ignored;
        std::filesystem::remove_all(spill_folder(*plan.pipeline.state_dir), ignored);
    }
    for (const PlannedStage& stage : plan.stages) {
        stages_.push_back(std::make_unique<Stage>(
            plan.nodes[stage.head].spec.id,
            [this](std::uint64_t epoch) { return coordinator_.outstanding(epoch); }));
    }
    make_nodes(log, clock, checkpoint);
    wire();
}

void Assembly::make_nodes(Log& log, const Clock& clock,
                          const std::optional<StoredCheckpoint>& checkpoint) {
    const auto& state_dir = plan_.pipeline.state_dir;
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
        PlannedNode& planned = plan_.nodes[i];
        DeadLetters& dead = *dead_letters_.emplace_back(
            std::make_unique<DeadLetters>(planned.spec.path, letter_rules_));
        NodeContext& context = *contexts_.emplace_back(std::make_unique<NodeContext>(
            planned.spec.path, planned.inputs, plan_.pipeline.name, log, clock, control_, dead,
            state_dir ? node_folder(*state_dir, planned.spec.path) : std::filesystem::path{}));
        StageState& stage = stages_[planned.stage]->state();
        switch (planned.spec.kind) {
            case NodeKind::source:
                nodes_.push_back(std::make_unique<RunningSource>(i, planned, context, dead, stage,
                                                                 run_, plan_.pipeline.idle_timeout,
                                                                 checkpoint ? checkpoint->id : 0));
                break;
            case NodeKind::transform:
                nodes_.push_back(
                    std::make_unique<RunningTransform>(i, planned, context, dead, stage, run_));
                break;
            case NodeKind::sink:
                nodes_.push_back(
                    std::make_unique<RunningSink>(i, planned, context, dead, stage, run_));
                break;
        }
    }
}

void Assembly::wire() {
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        const std::size_t head = plan_.stages[s].head;
        if (plan_.nodes[head].spec.kind == NodeKind::source) {
            stages_[s]->set_head(static_cast<RunningSource&>(*nodes_[head]));
        } else {
            stages_[s]->set_head(*nodes_[head]);
        }
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const PlannedNode& from = plan_.nodes[i];
        for (std::size_t port = 0; port < from.consumers.size(); ++port) {
            for (const Consumer& consumer : from.consumers[port]) {
                RunningNode& to = *nodes_[consumer.node];
                const NodeSpec& spec = plan_.nodes[consumer.node].spec;
                // All edges into the head of a stage are queues, so its slots are its lanes.
                const std::uint32_t slot = to.add_slot(consumer.input);
                Inbox* inbox = nullptr;
                if (consumer.queued) {
                    const QueueSpec queue = spec.queue.value_or(QueueSpec{});
                    inbox = &stages_[plan_.nodes[consumer.node].stage]->inbox();
                    add_lane(*inbox, queue,
                             fmt::format("{}.{}-{}", from.spec.path, port, spec.path), spec.path);
                    edges_.push_back({fmt::format("{}.{}", from.spec.path, from.outputs[port].name),
                                      spec.path, inbox, slot, queue.batches});
                }
                nodes_[i]->add_target(port, to, slot, inbox);
            }
        }
    }
}

void Assembly::add_lane(Inbox& inbox, const QueueSpec& queue, const std::string& edge,
                        const std::string& node) {
    if (queue.when_full != WhenFull::spill) {
        inbox.add_lane(queue);
        return;
    }
    Spill::Settings settings;
    settings.folder = spill_folder(*plan_.pipeline.state_dir) / edge;
    settings.node = node;
    settings.max_bytes = queue.spill_bytes;
    settings.clock = &clock_;
    settings.report = [this, node](Level level, std::string_view message) {
        run_.log(level, node, message);
    };
    inbox.add_lane(
        queue,
        [settings, made = 0]() mutable {
            // One may still be being removed when the next is needed.
            Spill::Settings next = settings;
            next.folder /= std::to_string(++made);
            return std::make_unique<Spill>(next);
        },
        [this, node](const std::string& reason) {
            if (reason.empty()) {
                run_.log(Level::info, node, "its producer goes on");
            } else {
                run_.log(
                    Level::warning, node,
                    fmt::format("its producer waits, which holds up the branches beside it: {}",
                                reason));
            }
        });
}

void Assembly::restore(std::size_t node, const std::optional<StoredCheckpoint>& checkpoint) {
    const std::string& path = plan_.nodes[node].spec.path;
    const NodeState* found = nullptr;
    if (checkpoint && checkpoint->nodes.contains(path)) {
        found = &checkpoint->nodes.at(path);
    }
    dead_letters_[node]->restore(found != nullptr ? found->letters : LettersState{});
    if (replay_ != nullptr && replay_->taken.contains(path)) {
        const std::set<std::uint64_t>& ids = replay_->taken.at(path);
        dead_letters_[node]->take_out([&](std::uint64_t id) { return ids.contains(id); });
    }
    if (found != nullptr) {
        nodes_[node]->restore(found->bytes);
    } else {
        nodes_[node]->start_anew();
    }
}

void Assembly::open(const std::optional<StoredCheckpoint>& checkpoint) {
    std::size_t node = nodes_.size();
    try {
        while (node-- > 0) {
            nodes_[node]->open();
            opened_.push_back(node);
        }
        for (node = 0; node < nodes_.size(); ++node) {
            restore(node, checkpoint);
            if (auto* transform = dynamic_cast<RunningTransform*>(nodes_[node].get())) {
                stages_[plan_.nodes[node].stage]->add_ticking(*transform);
            }
        }
    } catch (const std::exception& error) {
        const std::string path = plan_.nodes[node].spec.path;
        close();
        throw Error(plan_.secrets.hide(fmt::format("{}: {}", path, error.what())));
    }
}

void Assembly::ask_for_status(const std::function<std::string()>& status) {
    for (const auto& context : contexts_) {
        context->ask_for_status(status);
    }
}

void Assembly::stored(const StoredCheckpoint& checkpoint) {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        const auto found = checkpoint.nodes.find(plan_.nodes[node].spec.path);
        if (found == checkpoint.nodes.end()) {
            continue;
        }
        dead_letters_[node]->stored(found->second.letters);
        if (auto* journaled = dynamic_cast<JournaledSource*>(plan_.nodes[node].node.get())) {
            journaled->checkpoint_stored(found->second.bytes);
        }
    }
}

void Assembly::start() {
    for (std::size_t i = stages_.size(); i-- > 0;) {
        stages_[i]->start(control_);
    }
}

bool Assembly::ended() const {
    return std::all_of(stages_.begin(), stages_.end(),
                       [](const auto& stage) { return stage->ended(); });
}

std::vector<std::string> Assembly::running() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        if (!stages_[i]->ended()) {
            names.push_back(plan_.nodes[plan_.stages[i].head].spec.path);
        }
    }
    return names;
}

void Assembly::abort() {
    for (const auto& stage : stages_) {
        stage->inbox().abort();
    }
}

void Assembly::join() {
    for (const auto& stage : stages_) {
        stage->join();
    }
}

void Assembly::detach() {
    for (const auto& stage : stages_) {
        stage->detach();
    }
}

void Assembly::close() noexcept {
    std::sort(opened_.begin(), opened_.end());
    for (const std::size_t node : std::exchange(opened_, {})) {
        plan_.nodes[node].node->close();
    }
}

PipelineMetrics Assembly::metrics(Duration elapsed) const {
    PipelineMetrics metrics;
    metrics.elapsed = elapsed;
    for (const auto& node : nodes_) {
        metrics.nodes.push_back(node->metrics());
    }
    for (const Edge& edge : edges_) {
        const Inbox::LaneMetrics lane = edge.inbox->metrics(edge.lane);
        const double share = elapsed.count() > 0 ? static_cast<double>(lane.blocked_ns) /
                                                       static_cast<double>(elapsed.count())
                                                 : 0.0;
        metrics.edges.push_back({edge.from, edge.to, lane.depth, edge.capacity, lane.bytes,
                                 lane.rows, lane.dropped_rows, share, lane.spilled_rows,
                                 lane.spilled_bytes, lane.disk_bytes, lane.refused});
    }
    return metrics;
}

}  // namespace tsflow
