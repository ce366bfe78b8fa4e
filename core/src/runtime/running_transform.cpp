#include "runtime/running_transform.hpp"

#include <utility>

#include "runtime/retried.hpp"

namespace tsflow {

void RunningTransform::receive(std::uint32_t slot, Batch batch) {
    if (failed()) {
        return;
    }
    count_in(batch);
    context_.at_input(input_of(slot));
    guarded([&] { transform_.process_input(input_of(slot), std::move(batch), *this); });
}

void RunningTransform::advance(Timestamp time) {
    guarded([&] { transform_.advance(time, *this); });
}

void RunningTransform::tick() {
    if (!failed() && !over()) {
        guarded([&] { transform_.tick(*this); });
    }
}

void RunningTransform::finish_input(std::size_t input) {
    guarded([&] { transform_.finish_input(input, *this); });
}

NodeState RunningTransform::snapshot() {
    StateWriter bytes;
    if (transform_.memory() == Memory::restored) {
        transform_.snapshot(bytes);
    }
    return state(bytes.bytes());
}

void RunningTransform::checkpoint(const Barrier& barrier) {
    retried([&] { run_.coordinator.report(index_, barrier.id, snapshot()); });
}

void RunningTransform::finish() {
    if (guarded([&] { transform_.finish(*this); })) {
        retried([&] { run_.coordinator.ended(index_, snapshot()); });
    }
}

void RunningTransform::restore(std::string_view bytes) {
    if (transform_.memory() == Memory::restored) {
        StateReader state(bytes);
        transform_.restore(state);
    }
}

}  // namespace tsflow
