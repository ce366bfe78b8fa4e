#include "tsflow/node.hpp"

#include <utility>

#include "tsflow/plugin.hpp"

namespace tsflow {

Clock::~Clock() = default;
Context::~Context() = default;
std::string Context::status() const {
    return {};
}

std::string_view to_string(NodeKind kind) noexcept {
    switch (kind) {
        case NodeKind::source:
            return "source";
        case NodeKind::transform:
            return "transform";
        case NodeKind::sink:
            return "sink";
    }
    return "unknown";
}

Ports single(SchemaPtr schema) {
    Ports ports;
    ports.push_back(Port{"out", std::move(schema)});
    return ports;
}

const SchemaPtr& only(const Ports& inputs) {
    if (inputs.size() == 1) {
        return inputs.front().schema;
    }
    if (inputs.empty()) {
        throw ConfigError("inputs", "this node takes one input and has none");
    }
    std::string names;
    for (const Port& port : inputs) {
        names += (names.empty() ? "" : ", ") + port.name;
    }
    throw ConfigError("inputs", "this node takes one input and has " +
                                    std::to_string(inputs.size()) + " named ones (" + names +
                                    "); write inputs = [\"…\"] instead");
}

Node::~Node() = default;
void Node::open(Context& /*context*/) {}
void Node::close() noexcept {}
void Node::probe(Context& /*context*/) {}

Source::~Source() = default;
bool Source::replayable() const noexcept {
    return false;
}
void Source::position(StateWriter& /*state*/) const {}
void Source::resume(StateReader& /*state*/) {
    throw Error("this source is not replayable, so it cannot resume from a position");
}
std::optional<Progress> Source::progress() const {
    return std::nullopt;
}

Transform::~Transform() = default;
void Transform::process(Batch /*batch*/, Emitter& /*out*/) {
    throw Error("this transform takes named inputs only; it has no process()");
}
void Transform::process_input(std::size_t /*input*/, Batch batch, Emitter& out) {
    process(std::move(batch), out);
}
void Transform::advance(Timestamp time, Emitter& out) {
    out.watermark(time);
}
void Transform::finish_input(std::size_t /*input*/, Emitter& /*out*/) {}
void Transform::finish(Emitter& /*out*/) {}
std::optional<Millis> Transform::tick_every() const noexcept {
    return std::nullopt;
}
void Transform::tick(Emitter& /*out*/) {}
Memory Transform::memory() const noexcept {
    return Memory::none;
}
void Transform::snapshot(StateWriter& /*state*/) const {}
void Transform::restore(StateReader& /*state*/) {}

Sink::~Sink() = default;
void Sink::write(const Batch& /*batch*/) {
    throw Error("this sink takes named inputs only; it has no write()");
}
void Sink::write_input(std::size_t /*input*/, const Batch& batch) {
    write(batch);
}
void Sink::restore(StateReader& /*state*/) {}

}  // namespace tsflow
