#include "runtime/running_sink.hpp"

#include <utility>

#include "runtime/retried.hpp"

namespace tsflow {

void RunningSink::receive(std::uint32_t slot, Batch batch) {
    if (failed()) {
        return;
    }
    context_.at_input(input_of(slot));
    if (!retried([&] { sink_.write_input(input_of(slot), batch); })) {
        return;
    }
    count_in(batch);
    if (!uncommitted_since_) {
        uncommitted_since_ = stage_.ingested;
    }
}

NodeState RunningSink::commit(const Barrier& barrier) {
    for (const auto& [source, position] : barrier.positions) {
        positions_[source] = position;
    }
    StateWriter positions;
    for (const auto& [source, position] : positions_) {
        positions.text(source);
        positions.text(position);
    }
    StateWriter bytes;
    sink_.commit(Checkpoint{run_.coordinator.broken() ? 0 : barrier.id, positions.bytes()}, bytes);
    if (uncommitted_since_) {
        figures_.commit.count(*std::exchange(uncommitted_since_, std::nullopt));
    }
    return state(bytes.bytes());
}

void RunningSink::checkpoint(const Barrier& barrier) {
    retried([&] { run_.coordinator.report(index_, barrier.id, commit(barrier)); });
}

void RunningSink::finish() {
    // No barrier: what was written since the last one is made durable but is no part of a checkpoint
    // of this node's own.
    retried([&] { run_.coordinator.ended(index_, commit(Barrier{})); });
}

void RunningSink::restore(std::string_view bytes) {
    StateReader state(bytes);
    sink_.restore(state);
}

}  // namespace tsflow
