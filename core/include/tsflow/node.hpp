#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/export.hpp"
#include "tsflow/fwd.hpp"
#include "tsflow/state.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

using Millis = std::chrono::milliseconds;

/// A named input or output of a node and the schema of what passes it.
struct TSFLOW_API Port {
    std::string name;
    SchemaPtr schema;
    /// An output that is offered to those who want it, such as a node's health: a plan whose other
    /// nodes leave it alone is complete, so nobody is warned that its rows are discarded.
    bool side = false;
};
using Ports = std::vector<Port>;

/// One output port with the default name, `out`.
TSFLOW_API Ports single(SchemaPtr schema);
/// The schema of the only input. Throws ConfigError at `inputs` when there are several named ones.
TSFLOW_API const SchemaPtr& only(const Ports& inputs);

/// Where a node puts what it produces; valid only during the call that received it, on that thread.
class TSFLOW_API Emitter {
public:
    /// Hands `batch` on; its schema must be the port's. Batches without rows are not passed on. Blocks
    /// while the next stage is full; throws Cancelled when the pipeline is aborted meanwhile.
    virtual void emit(Batch batch, std::size_t port = 0) = 0;
    /// Promises, on all ports, that no row with an event time before `time` will follow. A time before
    /// the last promised one is ignored.
    virtual void watermark(Timestamp time) = 0;

protected:
    ~Emitter() = default;
};

/// A vertex of the graph, made by a plugin from one table of the pipeline file.
///
/// The host calls the methods of a node one at a time, never concurrently, but not always on the same
/// thread. Order of calls:
///
///     construct → outputs()/bind() → open() → restore()/resume() → poll()/process()/write() … → close()
///
/// A dry-run ends after outputs()/bind(), so constructors and these two open nothing and write nothing.
class TSFLOW_API Node {
public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node();

    /// Acquires what the node needs. May block; throws to refuse the start, RetryableError to be called
    /// again. `context` stays valid until `close()` has returned.
    virtual void open(Context& context);
    /// Releases it. Called once for every node whose open() returned, also after a failed run.
    virtual void close() noexcept;
    /// `validate --online`: looks, read-only, whether `open()` would succeed; throws when it would not.
    virtual void probe(Context& context);
};

enum class Poll : std::uint8_t {
    more,  ///< something was emitted; call again at once
    idle,  ///< nothing now; the host may advance the watermark
    done,  ///< nothing will ever follow
};

/// How far a source of known size has come, in any unit of its own.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

/// Produces batches.
class TSFLOW_API Source : public Node {
public:
    ~Source() override;
    /// The output ports; asked once, before open(). At least one.
    virtual Ports outputs() const = 0;
    /// Emits what there is, a bounded amount, and returns within `max_wait` (plus one unit of work).
    virtual Poll poll(Emitter& out, Millis max_wait) = 0;

    /// True when the source can name a position and start again from it.
    virtual bool replayable() const noexcept;
    /// The position right behind the last row emitted. Between two polls only.
    virtual void position(StateWriter& state) const;
    /// Continues behind a position written earlier; after open(), before the first poll(). The rows
    /// and batches that follow are the same as in the undisturbed run. Throws Error when it is gone.
    virtual void resume(StateReader& state);
    virtual std::optional<Progress> progress() const;
};

/// What becomes of a transform's memory of earlier rows at a restart.
enum class Memory : std::uint8_t {
    none,      ///< it has none: each row stands for itself
    restored,  ///< snapshot() and restore() carry it over
    lost,      ///< it starts anew, which weakens the delivery guarantee of every path through it
};

/// Turns batches into batches, on the thread of whoever feeds it.
class TSFLOW_API Transform : public Node {
public:
    ~Transform() override;
    /// Resolves columns and states the output ports. One port in `inputs` unless the file names several.
    virtual Ports bind(const Ports& inputs) = 0;
    /// Takes one batch of the only input. Overridden by every transform but joins.
    virtual void process(Batch batch, Emitter& out);
    /// For a join, a node with several named inputs: `input` is the index into bind()'s ports. Unless
    /// overridden it calls process().
    virtual void process_input(std::size_t input, Batch batch, Emitter& out);
    /// The inputs' common watermark moved to `time`. Passes it on unless overridden.
    virtual void advance(Timestamp time, Emitter& out);
    /// For a join: the input with this index is over, while others go on; nothing more of it will come.
    /// Called once for each input, also for the last one, right before finish(), and again in a run that
    /// starts from a checkpoint behind that end.
    virtual void finish_input(std::size_t input, Emitter& out);
    /// The input is over: emit what is still held.
    virtual void finish(Emitter& out);

    /// How often the host is to call tick(), asked once, after open(); nothing: never.
    virtual std::optional<Millis> tick_every() const noexcept;
    /// Called between two batches, whether any came or not, about as often as tick_every() asked, by the
    /// steady clock and without making up for missed calls; never after finish(). Something that is to
    /// be published by the clock goes out here. What it emits depends on the moment, so that two runs over
    /// the same input differ: a node that ticks says so in its options.
    virtual void tick(Emitter& out);

    virtual Memory memory() const noexcept;
    virtual void snapshot(StateWriter& state) const;
    virtual void restore(StateReader& state);
};

/// How often a row ends up in a sink's target when rows are written again after a restart.
enum class Repeats : std::uint8_t {
    doubled,   ///< each time: at least once
    replaced,  ///< once, because rows are keyed and a later one replaces an earlier one
    removed,   ///< once, because restore() takes back what was written after the checkpoint
    harmless,  ///< nothing is kept, so there is nothing to double (console, blackhole)
};

/// A consistent cut through the pipeline, as seen by one sink.
struct Checkpoint {
    std::uint64_t id = 0;  ///< ascending over restarts; 0 when the host keeps none
    /// Positions at the cut of the sources that feed this sink, opaque; it may store them with its data.
    std::string positions;
};

/// Takes batches out of the pipeline.
class TSFLOW_API Sink : public Node {
public:
    ~Sink() override;
    /// Resolves columns. One port in `inputs` unless the file names several.
    virtual void bind(const Ports& inputs) = 0;
    /// Takes the rows; they need not be durable yet. After a RetryableError the host calls again with
    /// the same batch, so a failed write leaves nothing behind.
    virtual void write(const Batch& batch);
    /// For a sink with several named inputs: `input` is the index into bind()'s ports. Unless
    /// overridden it calls write().
    virtual void write_input(std::size_t input, const Batch& batch);
    /// Makes all rows written so far durable and visible, before it returns. `state` receives what
    /// `restore()` needs to come back to exactly this point.
    virtual void commit(const Checkpoint& checkpoint, StateWriter& state) = 0;
    /// Comes back to the point of an earlier commit; after open(), before the first write(). Throws
    /// Error when the target no longer holds what was committed. Without a checkpoint to return to,
    /// the host does not call it and the target starts as the sink's options say.
    virtual void restore(StateReader& state);
    virtual Repeats repeats() const noexcept = 0;
};

}  // namespace tsflow
