#include "runtime/journals.hpp"

#include <utility>
#include <vector>

#include "runtime/journaled_source.hpp"

namespace tsflow {
namespace {

constexpr std::string_view no_state_dir =
    "there is no 'state_dir' to keep it in; give [pipeline] a state_dir";

void give_journal(Plan& plan, PlannedNode& planned, Diagnostics& diagnostics) {
    const JournalSpec& journal = *planned.spec.journal;
    const std::string path = planned.spec.path + ".journal";
    if (!plan.pipeline.state_dir) {
        diagnostics.error(journal.at, path, std::string{no_state_dir});
        return;
    }
    if (planned.node == nullptr) {
        return;
    }
    planned.node = std::make_unique<JournaledSource>(
        std::move(planned.node), journal, plan.pipeline.name, planned.spec.path,
        journal_folder(*plan.pipeline.state_dir, planned.spec.path));
}

}  // namespace

std::filesystem::path journal_folder(const std::filesystem::path& state_dir,
                                     std::string_view path) {
    return state_dir / "journal" / path;
}

void set_up_journals(Plan& plan, Diagnostics& diagnostics) {
    std::vector<bool> behind(plan.nodes.size());  // a journal
    for (std::size_t index = 0; index < plan.nodes.size(); ++index) {
        PlannedNode& planned = plan.nodes[index];
        NodeSpec& spec = planned.spec;
        if (spec.journal) {
            give_journal(plan, planned, diagnostics);
            behind[index] = true;
        }
        for (const std::size_t feeder : planned.upstream) {
            behind[index] = behind[index] || behind[feeder];
        }
        if (behind[index] && spec.kind == NodeKind::sink &&
            !(spec.queue && spec.queue->when_full_stated)) {
            spec.queue = spec.queue.value_or(QueueSpec{});
            spec.queue->when_full = WhenFull::spill;
        } else if (spec.queue && spec.queue->when_full == WhenFull::spill &&
                   !plan.pipeline.state_dir) {
            diagnostics.error(spec.queue->at, spec.path + ".queue.when_full",
                              std::string{no_state_dir});
        }
    }
}

}  // namespace tsflow
