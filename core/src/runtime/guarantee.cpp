#include "runtime/guarantee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runtime/journaled_source.hpp"

namespace tsflow {
namespace {

using Path = std::vector<std::size_t>;
using Next = std::vector<std::vector<std::size_t>>;

/// Beyond it, paths are summed up by their ends.
constexpr std::uint64_t many_paths = 1000;

/// The consumers of each node, each once, in plan order.
Next consumers_of(const Plan& plan) {
    Next next(plan.nodes.size());
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        for (const std::size_t feeder : plan.nodes[node].upstream) {
            next[feeder].push_back(node);
        }
    }
    return next;
}

bool drops(const PlannedNode& node) {
    return node.spec.queue && node.spec.queue->when_full != WhenFull::block &&
           node.spec.queue->when_full != WhenFull::spill;
}

bool forgets(const PlannedNode& node) {
    return node.spec.kind == NodeKind::transform && node.transform()->memory() == Memory::lost;
}

std::string loss_at_queue(const PlannedNode& node) {
    const std::string& path = node.spec.path;
    switch (node.spec.queue->when_full) {
        case WhenFull::drop_oldest:
            return fmt::format("the queue in front of {} drops its oldest rows when it is full",
                               path);
        case WhenFull::drop_newest:
            return fmt::format("the queue in front of {} drops new rows when it is full", path);
        default:
            return fmt::format(
                "the queue in front of {} keeps only the latest row of each key when it is full",
                path);
    }
}

/// Why a row ends up once in the sink although a new run writes it again; nothing when it does not.
std::optional<std::string> why_once(const PlannedNode& sink, bool from_start) {
    switch (sink.sink()->repeats()) {
        case Repeats::replaced:
            return fmt::format("{} replaces the rows that it has already, by their key",
                               sink.spec.path);
        case Repeats::removed:
            return from_start
                       ? fmt::format("{} starts its target anew", sink.spec.path)
                       : fmt::format("{} first removes what it wrote after that", sink.spec.path);
        default:
            return std::nullopt;
    }
}

std::string with_journal(const JournaledSource& source) {
    const Duration fsync = source.spec().fsync;
    if (!source.live()) {
        return ", from its journal and behind that from its own position";
    }
    return fsync == Duration{0}
               ? ", from its journal"
               : fmt::format(", from its journal (of which a power cut may take the last {})",
                             format_duration(fsync));
}

/// The guarantee of one path. Rows are lost in a dropping queue at any time; all else happens at a
/// restart, and only to sinks that keep something.
PathGuarantee judge(const Plan& plan, Path path) {
    const PlannedNode& source = plan.nodes[path.front()];
    const PlannedNode& sink = plan.nodes[path.back()];
    const bool keeps = sink.sink()->repeats() != Repeats::harmless;
    const bool replayable = source.source()->replayable();
    const bool from_start = !plan.pipeline.state_dir.has_value();

    std::vector<std::string> losses;
    for (const std::size_t node : path) {
        if (drops(plan.nodes[node])) {
            losses.push_back(loss_at_queue(plan.nodes[node]));
        }
    }
    if (keeps && !replayable) {
        losses.push_back(
            fmt::format("{} is live: rows that it received but that were not committed "
                        "before a crash are not asked for again",
                        source.spec.path));
    }
    const auto* journaled = dynamic_cast<const JournaledSource*>(source.node.get());
    if (keeps && journaled != nullptr && journaled->spec().drop_oldest) {
        losses.push_back(fmt::format("the journal of {} drops its oldest rows when it is full",
                                     source.spec.path));
    }
    for (const std::size_t node : path) {
        if (keeps && replayable && !from_start && forgets(plan.nodes[node])) {
            losses.push_back(
                fmt::format("{} forgets the rows that it holds at a restart, and its "
                            "input is not replayed from the start",
                            plan.nodes[node].spec.path));
        }
    }
    const std::optional<std::string> once = why_once(sink, from_start);
    const std::string restart =
        from_start
            ? "without state_dir every run starts from the beginning"
            : fmt::format("after a restart {} goes on from the last checkpoint{}", source.spec.path,
                          journaled != nullptr ? with_journal(*journaled) : std::string{});
    const std::string again =
        from_start ? fmt::format("{}, and {} adds the same rows again", restart, sink.spec.path)
                   : fmt::format(
                         "{}, and {} keeps what it wrote after that, so that these rows are "
                         "there twice",
                         restart, sink.spec.path);
    const bool doubles = keeps && replayable && !once;

    PathGuarantee result{std::move(path), Guarantee::effectively_once, {}};
    if (!losses.empty()) {
        result.guarantee = Guarantee::at_most_once;
        if (doubles) {
            losses.push_back(again);
        }
        result.reason = fmt::format("{}", fmt::join(losses, "; "));
    } else if (!keeps) {
        result.reason = fmt::format("{} keeps nothing, so that nothing can be missing or doubled",
                                    sink.spec.path);
    } else if (doubles) {
        result.guarantee = Guarantee::at_least_once;
        result.reason = again;
    } else {
        result.reason = fmt::format("{}, and {}", restart, *once);
    }
    return result;
}

std::uint64_t count_paths(const Plan& plan, const Next& next) {
    std::vector<std::uint64_t> to_sinks(plan.nodes.size(), 0);
    std::uint64_t all = 0;
    for (std::size_t node = plan.nodes.size(); node-- > 0;) {
        if (plan.nodes[node].spec.kind == NodeKind::sink) {
            to_sinks[node] = 1;
        }
        for (const std::size_t consumer : next[node]) {
            to_sinks[node] = std::min(to_sinks[node] + to_sinks[consumer], many_paths + 1);
        }
        if (plan.nodes[node].spec.kind == NodeKind::source) {
            all = std::min(all + to_sinks[node], many_paths + 1);
        }
    }
    return all;
}

std::vector<PathGuarantee> of_each_path(const Plan& plan, const Next& next) {
    std::vector<PathGuarantee> result;
    Path path;
    const std::function<void(std::size_t)> walk = [&](std::size_t node) {
        path.push_back(node);
        if (plan.nodes[node].spec.kind == NodeKind::sink) {
            result.push_back(judge(plan, path));
        }
        for (const std::size_t consumer : next[node]) {
            walk(consumer);
        }
        path.pop_back();
    };
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        if (plan.nodes[node].spec.kind == NodeKind::source) {
            walk(node);
        }
    }
    return result;
}

/// A shortest path between two nodes, both included; empty when there is none. Relies on the
/// topological order of the nodes.
Path shortest(const Plan& plan, const Next& next, std::size_t from, std::size_t to) {
    constexpr std::size_t unreached = static_cast<std::size_t>(-1);
    std::vector<std::size_t> before(plan.nodes.size(), unreached);
    std::vector<std::size_t> length(plan.nodes.size(), unreached);
    length[from] = 0;
    for (std::size_t node = from; node < to; ++node) {
        for (const std::size_t consumer : next[node]) {
            if (length[node] != unreached && length[node] + 1 < length[consumer]) {
                length[consumer] = length[node] + 1;
                before[consumer] = node;
            }
        }
    }
    if (length[to] == unreached) {
        return {};
    }
    Path path{to};
    while (path.back() != from) {
        path.push_back(before[path.back()]);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

/// A path between the two through a node that loses rows, if there is one: it decides for the pair.
std::vector<PathGuarantee> of_each_pair(const Plan& plan, const Next& next) {
    std::vector<std::size_t> weak;
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        if (drops(plan.nodes[node]) || forgets(plan.nodes[node])) {
            weak.push_back(node);
        }
    }
    std::vector<PathGuarantee> result;
    for (std::size_t source = 0; source < plan.nodes.size(); ++source) {
        for (std::size_t sink = source + 1; sink < plan.nodes.size(); ++sink) {
            if (plan.nodes[source].spec.kind != NodeKind::source ||
                plan.nodes[sink].spec.kind != NodeKind::sink) {
                continue;
            }
            Path path = shortest(plan, next, source, sink);
            if (path.empty()) {
                continue;
            }
            PathGuarantee weakest = judge(plan, std::move(path));
            for (const std::size_t node : weak) {
                if (node < source || node > sink || weakest.guarantee == Guarantee::at_most_once) {
                    continue;
                }
                Path through = shortest(plan, next, source, node);
                const Path rest = shortest(plan, next, node, sink);
                if (!through.empty() && !rest.empty()) {
                    through.insert(through.end(), rest.begin() + 1, rest.end());
                    PathGuarantee other = judge(plan, std::move(through));
                    weakest = other.guarantee > weakest.guarantee ? std::move(other) : weakest;
                }
            }
            result.push_back(std::move(weakest));
        }
    }
    return result;
}

}  // namespace

std::string_view to_string(Guarantee guarantee) noexcept {
    switch (guarantee) {
        case Guarantee::effectively_once:
            return "effectively once";
        case Guarantee::at_least_once:
            return "at least once";
        default:
            return "at most once";
    }
}

std::vector<PathGuarantee> guarantees(const Plan& plan) {
    const Next next = consumers_of(plan);
    return count_paths(plan, next) > many_paths ? of_each_pair(plan, next)
                                                : of_each_path(plan, next);
}

}  // namespace tsflow
