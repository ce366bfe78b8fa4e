#pragma once

#include "runtime/running_node.hpp"

namespace tsflow {

/// A sink at work: always the head of a stage.
class RunningSink final : public RunningNode {
public:
    using RunningNode::RunningNode;
    void receive(std::uint32_t slot, Batch batch) override;
    void restore(std::string_view bytes) override;

private:
    void advance(Timestamp) override {}
    void checkpoint(const Barrier& barrier) override;
    void finish() override;
    NodeState commit(const Barrier& barrier);

    Sink& sink_ = *plan_.sink();
    std::map<std::string, std::string> positions_;   // the latest of each source
    std::optional<std::int64_t> uncommitted_since_;  // when the oldest row left its source
};

}  // namespace tsflow
