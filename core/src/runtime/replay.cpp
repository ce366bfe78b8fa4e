#include "runtime/replay.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/letter_files.hpp"
#include "runtime/letter_source.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

/// Sorts the letters that match into those that go and those that stay.
Replay choose(const Plan& plan, const StoredCheckpoint& checkpoint, const LetterFilter& filter) {
    Replay replay;
    for_each_letter(*plan.pipeline.state_dir, checkpoint, filter, [&](const ListedLetter& listed) {
        const std::string& node = listed.letter.node;
        std::string why = why_not_replayable(listed, plan);
        if (why.empty()) {
            replay.taken[node].insert(listed.letter.id);
            return;
        }
        const auto same_reason = [&](const StayingLetters& staying) {
            return staying.node == node && staying.why == why;
        };
        const auto found = std::find_if(replay.staying.begin(), replay.staying.end(), same_reason);
        if (found == replay.staying.end()) {
            replay.staying.push_back({node, std::move(why), 1});
        } else {
            ++found->count;
        }
    });
    return replay;
}

/// Which nodes take part: those that refused letters and all behind them.
std::vector<bool> members(const Plan& plan, const Replay& replay) {
    std::vector<bool> member(plan.nodes.size());
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        const PlannedNode& planned = plan.nodes[node];
        member[node] = replay.taken.contains(planned.spec.path) ||
                       std::any_of(planned.upstream.begin(), planned.upstream.end(),
                                   [&](std::size_t feeder) { return member[feeder]; });
    }
    return member;
}

/// The positions of all sources that feed a member.
std::map<std::string, std::string> positions(const Plan& plan, std::vector<bool> feeds,
                                             const StoredCheckpoint& checkpoint) {
    std::map<std::string, std::string> positions;
    for (std::size_t node = plan.nodes.size(); node-- > 0;) {
        if (!feeds[node]) {
            continue;
        }
        for (const std::size_t feeder : plan.nodes[node].upstream) {
            feeds[feeder] = true;
        }
        const NodeSpec& spec = plan.nodes[node].spec;
        const auto stored = checkpoint.nodes.find(spec.path);
        if (spec.kind == NodeKind::source && stored != checkpoint.nodes.end()) {
            positions[spec.path] = stored->second.bytes;
        }
    }
    return positions;
}

/// The source of the letters, with an edge to each input of each node that refused some.
PlannedNode letter_source(const Plan& plan, const StoredCheckpoint& checkpoint,
                          const Replay& replay, const std::vector<std::size_t>& place) {
    PlannedNode source;
    source.spec.id = source.spec.path = Replay::source_path;
    source.spec.type = "dead_letters";
    source.spec.kind = NodeKind::source;
    std::vector<LetterSource::Part> parts;
    const std::filesystem::path folder = letter_folder(*plan.pipeline.state_dir);
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        const PlannedNode& planned = plan.nodes[node];
        const auto taken = replay.taken.find(planned.spec.path);
        if (taken == replay.taken.end()) {
            continue;
        }
        const LettersState& state = checkpoint.nodes.at(planned.spec.path).letters;
        parts.push_back({letter_file(folder, planned.spec.path, state.generation), state.length,
                         taken->second, source.consumers.size(), planned.inputs});
        for (std::size_t input = 0; input < planned.inputs.size(); ++input) {
            source.consumers.push_back({{place[node], input, false}});
        }
    }
    auto node = std::make_unique<LetterSource>(std::move(parts));
    source.outputs = node->outputs();
    source.node = std::move(node);
    return source;
}

/// Leaves the members only, behind the source of the letters.
void narrow(Plan& plan, const StoredCheckpoint& checkpoint, const Replay& replay,
            const std::vector<bool>& member) {
    std::vector<std::size_t> place(plan.nodes.size());
    std::size_t next = 1;  // behind the source
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        place[node] = member[node] ? next++ : 0;
    }
    std::vector<PlannedNode> nodes;
    nodes.push_back(letter_source(plan, checkpoint, replay, place));
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        if (!member[index]) {
            continue;
        }
        PlannedNode& node = nodes.emplace_back(std::move(plan.nodes[index]));
        for (auto& port : node.consumers) {
            for (Consumer& consumer : port) {
                consumer.node = place[consumer.node];
            }
        }
        std::vector<std::size_t> upstream;
        for (const std::size_t feeder : node.upstream) {
            if (member[feeder]) {
                upstream.push_back(place[feeder]);
            }
        }
        if (replay.taken.contains(node.spec.path)) {
            upstream.insert(upstream.begin(), 0);
        }
        node.upstream = std::move(upstream);
        if (node.spec.queue) {
            node.spec.queue->when_full = WhenFull::block;  // no letter is lost on the way
        }
    }
    plan.nodes = std::move(nodes);
    plan.stages.clear();
    plan.guarantees.clear();
    cut_into_stages(plan);
}

[[noreturn]] void refuse(const Replay& replay) {
    if (replay.staying.empty()) {
        throw Error("no dead letter matches");
    }
    std::string text = "none of the dead letters can be replayed";
    for (const StayingLetters& staying : replay.staying) {
        text += fmt::format("\n  {} of {}: {}", staying.count, staying.node, staying.why);
    }
    throw Error(text);
}

}  // namespace

std::uint64_t Replay::count() const noexcept {
    std::uint64_t count = 0;
    for (const auto& [node, ids] : taken) {
        count += ids.size();
    }
    return count;
}

Replay prepare_replay(Plan& plan, const StoredCheckpoint& checkpoint, const LetterFilter& filter) {
    Replay replay = choose(plan, checkpoint, filter);
    if (replay.taken.empty()) {
        refuse(replay);
    }
    const std::vector<bool> member = members(plan, replay);
    replay.positions = positions(plan, member, checkpoint);
    narrow(plan, checkpoint, replay, member);
    return replay;
}

}  // namespace tsflow
