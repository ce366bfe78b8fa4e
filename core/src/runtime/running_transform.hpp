#pragma once

#include "runtime/running_node.hpp"

namespace tsflow {

/// A transform at work, on the thread of whoever feeds it or as the head of a stage of its own.
class RunningTransform final : public RunningNode {
public:
    using RunningNode::RunningNode;
    void receive(std::uint32_t slot, Batch batch) override;
    void restore(std::string_view bytes) override;
    std::optional<Millis> tick_every() const noexcept { return transform_.tick_every(); }
    void tick();

private:
    void advance(Timestamp time) override;
    void checkpoint(const Barrier& barrier) override;
    void finish_input(std::size_t input) override;
    void finish() override;
    NodeState snapshot();

    Transform& transform_ = *plan_.transform();
};

}  // namespace tsflow
