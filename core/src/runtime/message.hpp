#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "tsflow/batch.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// A cut through the pipeline. It leaves every source between two polls and travels with the data; what
/// is before it belongs to the checkpoint, what is behind it does not.
struct Barrier {
    std::uint64_t id = 0;
    std::map<std::string, std::string> positions;  ///< of the sources it came through, by path
};
using BarrierPtr = std::shared_ptr<const Barrier>;

/// What travels on an edge.
struct Message {
    enum class Kind : std::uint8_t {
        batch,
        watermark,  ///< no row before `time` will follow
        idle,       ///< nothing came for a while: do not wait for this edge's watermark
        barrier,
        end,  ///< nothing will follow
    };
    Kind kind = Kind::batch;
    std::uint32_t lane = 0;
    std::int64_t ingested = 0;  ///< of a batch: steady clock, ns, when the source emitted it
    Batch batch;
    Timestamp time{};
    BarrierPtr barrier;
};

}  // namespace tsflow
