#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tsflow {

class Batch;
class BatchBuilder;
class Clock;
class Context;
class Emitter;
class Node;
class Schema;
class Sink;
class Source;
class StateReader;
class StateWriter;
class Symbol;
class Transform;
struct Field;
struct NodeType;
struct Port;

/// Schemas are shared and never change after they were made.
using SchemaPtr = std::shared_ptr<const Schema>;

}  // namespace tsflow
