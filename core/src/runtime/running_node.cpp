#include "runtime/running_node.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "runtime/retry.hpp"

namespace tsflow {
namespace {

constexpr std::int64_t no_watermark = std::numeric_limits<std::int64_t>::min();

/// One thread writes, so no read-modify-write instruction is needed.
template <class T, class U>
void bump(std::atomic<T>& figure, U amount) noexcept {
    figure.store(figure.load(std::memory_order_relaxed) + static_cast<T>(amount),
                 std::memory_order_relaxed);
}

}  // namespace

void RunningNode::Latencies::count(std::int64_t since) noexcept {
    const std::int64_t latency = std::max<std::int64_t>(steady_now() - since, 1);
    const auto bucket =
        static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(latency)) - 1);
    bump(buckets_[std::min(bucket, buckets_.size() - 1)], 1);
    bump(total_, latency);
}

LatencyHistogram RunningNode::Latencies::read() const noexcept {
    LatencyHistogram histogram;
    for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
        histogram.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
        histogram.count += histogram.buckets[i];
    }
    histogram.total = Duration{total_.load(std::memory_order_relaxed)};
    return histogram;
}

std::int64_t steady_now() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

Lap::Lap(StageState& stage, RunningNode* node) noexcept : stage_(stage), outer_(stage.current) {
    const std::int64_t now = ticks();
    if (outer_ != nullptr) {
        bump(outer_->figures_.busy, now - stage.since);
    }
    stage_.current = node;
    stage_.since = now;
}

Lap::~Lap() {
    const std::int64_t now = ticks();
    if (stage_.current != nullptr) {
        bump(stage_.current->figures_.busy, now - stage_.since);
    }
    stage_.current = outer_;
    stage_.since = now;
}

RunningNode::RunningNode(std::size_t index, PlannedNode& plan, NodeContext& context,
                         DeadLetters& dead_letters, StageState& stage, RunState& run)
    : index_(index),
      plan_(plan),
      context_(context),
      dead_letters_(dead_letters),
      stage_(stage),
      run_(run),
      outputs_(plan.outputs.size()),
      taps_(plan.outputs.size()),
      promised_(no_watermark),
      emitted_(no_watermark),
      made_at_(ticks()),
      random_(std::random_device{}()) {
    figures_.watermark = no_watermark;
}

RunningNode::~RunningNode() = default;

std::uint32_t RunningNode::add_slot(std::size_t input) {
    slots_.emplace_back().input = input;
    return static_cast<std::uint32_t>(slots_.size() - 1);
}

void RunningNode::add_target(std::size_t port, RunningNode& node, std::uint32_t slot,
                             Inbox* inbox) {
    outputs_[port].push_back({&node, slot, inbox});
}

void RunningNode::open() {
    Backoff backoff(plan_.spec.retry);
    for (;;) {
        try {
            plan_.node->open(context_);
            return;
        } catch (const RetryableError& error) {
            if (!backoff.again()) {
                throw;
            }
            bump(figures_.retries, 1);
            context_.log(Level::warning, fmt::format("cannot start yet: {}", error.what()));
        }
        if (!run_.control.sleep_for(backoff.delay(random_))) {
            throw Error("stopped before it could be started");
        }
    }
}

void RunningNode::count_in(const Batch& batch) noexcept {
    bump(figures_.rows_in, batch.rows());
    bump(figures_.batches_in, 1);
    bump(figures_.bytes_in, batch.bytes());
}

void RunningNode::send(const Target& target, Batch batch) {
    if (target.inbox == nullptr) {
        target.node->receive(target.slot, std::move(batch));
        return;
    }
    Message message;
    message.ingested = stage_.ingested;
    message.batch = std::move(batch);
    const Lap waiting(stage_, nullptr);
    target.inbox->push(target.slot, std::move(message));
}

void RunningNode::emit(Batch batch, std::size_t port) {
    if (batch.empty()) {
        return;
    }
    if (port >= outputs_.size()) {
        throw Error(fmt::format("emitted to output {} and has only {}", port, outputs_.size()));
    }
    const SchemaPtr& schema = plan_.outputs[port].schema;
    if (batch.schema() != schema && !same(batch.schema(), schema)) {
        throw Error(fmt::format("emitted a batch on port '{}' that does not fit it: {}",
                                plan_.outputs[port].name, difference(*batch.schema(), *schema)));
    }
    bump(figures_.rows_out, batch.rows());
    bump(figures_.batches_out, 1);
    bump(figures_.bytes_out, batch.bytes());
    const bool source = slots_.empty();
    if (source) {
        stage_.ingested = steady_now();
    }
    taps_[port].offer(batch);
    const std::vector<Target>& targets = outputs_[port];
    if (targets.empty()) {
        return;
    }
    for (std::size_t i = 0; i + 1 < targets.size(); ++i) {
        send(targets[i], batch);
    }
    send(targets.back(), std::move(batch));
    if (source) {
        figures_.latency.count(stage_.ingested);
    }
}

void RunningNode::forward(const Message& message) {
    for (const std::vector<Target>& targets : outputs_) {
        for (const Target& target : targets) {
            if (target.inbox != nullptr) {
                target.inbox->push(target.slot, message);
                continue;
            }
            switch (message.kind) {
                case Message::Kind::watermark:
                    target.node->on_watermark(target.slot, message.time);
                    break;
                case Message::Kind::idle:
                    target.node->on_idle(target.slot);
                    break;
                case Message::Kind::barrier:
                    target.node->on_barrier(target.slot, message.barrier);
                    break;
                case Message::Kind::end:
                    target.node->on_end(target.slot);
                    break;
                case Message::Kind::batch:
                    break;  // batches go by send()
            }
        }
    }
}

void RunningNode::watermark(Timestamp time) {
    const std::int64_t t = time.time_since_epoch().count();
    if (t <= emitted_) {
        return;
    }
    emitted_ = t;
    figures_.watermark.store(t, std::memory_order_relaxed);
    Message message;
    message.kind = Message::Kind::watermark;
    message.time = time;
    forward(message);
}

void RunningNode::send_end() {
    if (end_sent_) {
        return;
    }
    end_sent_ = true;
    Message message;
    message.kind = Message::Kind::end;
    forward(message);
}

void RunningNode::done_since(std::int64_t ingested) noexcept {
    if (!failed()) {
        figures_.latency.count(ingested);
    }
}

void RunningNode::on_watermark(std::uint32_t slot, Timestamp time) {
    slots_[slot].watermark = time.time_since_epoch().count();
    slots_[slot].promised = true;
    slots_[slot].idle = false;
    idle_ = false;
    update_watermark();
}

void RunningNode::on_idle(std::uint32_t slot) {
    slots_[slot].idle = true;
    const bool all =
        std::all_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.ended || s.idle; });
    update_watermark();
    if (all && !idle_ && !failed()) {
        idle_ = true;
        Message message;
        message.kind = Message::Kind::idle;
        forward(message);
    }
}

void RunningNode::update_watermark() {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    bool any = false;
    for (const Slot& slot : slots_) {
        if (slot.ended || slot.idle) {
            continue;
        }
        if (!slot.promised) {
            return;
        }
        any = true;
        least = std::min(least, slot.watermark);
    }
    if (!any || least <= promised_.load(std::memory_order_relaxed) || failed()) {
        return;
    }
    promised_.store(least, std::memory_order_relaxed);
    figures_.watermark.store(least, std::memory_order_relaxed);
    advance(Timestamp{Duration{least}});
}

RunningNode::Alignment RunningNode::on_barrier(std::uint32_t slot, const BarrierPtr& barrier) {
    if (barrier->id < barrier_.id) {
        return Alignment::ignored;
    }
    const bool ahead = barrier_.id != 0 && barrier->id > barrier_.id;
    if (ahead) {
        // Another source never sent the older barrier: its epoch had been dropped by then.
        barrier_.positions.clear();
        for (Slot& other : slots_) {
            other.at_barrier = false;
        }
    }
    slots_[slot].at_barrier = true;
    barrier_.id = barrier->id;
    barrier_.positions.insert(barrier->positions.begin(), barrier->positions.end());
    if (pass_barrier_if_aligned()) {
        return Alignment::passed;
    }
    return ahead ? Alignment::ahead : Alignment::waits;
}

bool RunningNode::pass_barrier_if_aligned() {
    const bool aligned = std::all_of(slots_.begin(), slots_.end(),
                                     [](const Slot& s) { return s.ended || s.at_barrier; });
    if (barrier_.id == 0 || !aligned) {
        return false;
    }
    const auto barrier = std::make_shared<const Barrier>(std::exchange(barrier_, Barrier{}));
    for (Slot& slot : slots_) {
        slot.at_barrier = false;
    }
    if (!failed()) {
        checkpoint(*barrier);
    }
    if (!end_sent_) {
        Message message;
        message.kind = Message::Kind::barrier;
        message.barrier = barrier;
        forward(message);
    }
    return true;
}

bool RunningNode::on_end(std::uint32_t slot) {
    slots_[slot].ended = true;
    pass_barrier_if_aligned();
    over_ = std::all_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.ended; });
    const std::size_t input = slots_[slot].input;
    if (!failed() && std::all_of(slots_.begin(), slots_.end(),
                                 [input](const Slot& s) { return s.ended || s.input != input; })) {
        finish_input(input);
    }
    if (!over_) {
        update_watermark();
        return false;
    }
    if (!failed()) {
        finish();
    }
    send_end();
    return true;
}

NodeState RunningNode::state(std::string bytes) {
    return {plan_.spec.type, std::move(bytes), dead_letters_.commit()};
}

void RunningNode::fail(const std::string& message) {
    if (failed_.exchange(true)) {
        return;
    }
    context_.log(Level::error, message);
    run_.coordinator.failed(index_, std::exchange(active_source_, false));
    run_.on_failure(*this, message);
    send_end();
}

bool RunningNode::wait_before_retry(Backoff& backoff, const std::string& message) {
    if (!backoff.again()) {
        fail(fmt::format("{} (gave up after {} tries)", message, backoff.tries()));
        return false;
    }
    bump(figures_.retries, 1);
    context_.log(Level::warning, fmt::format("{}; trying again", message));
    const Lap waiting(stage_, nullptr);
    if (!run_.control.sleep_unless_aborted(backoff.delay(random_))) {
        throw Cancelled{};
    }
    return true;
}

NodeMetrics RunningNode::metrics() const {
    const auto get = [](const auto& figure) { return figure.load(std::memory_order_relaxed); };
    NodeMetrics m;
    m.path = plan_.spec.path;
    m.type = plan_.spec.type;
    m.kind = plan_.spec.kind;
    m.rows_in = get(figures_.rows_in);
    m.batches_in = get(figures_.batches_in);
    m.bytes_in = get(figures_.bytes_in);
    m.rows_out = get(figures_.rows_out);
    m.batches_out = get(figures_.batches_out);
    m.bytes_out = get(figures_.bytes_out);
    m.retries = get(figures_.retries);
    m.dead_letters = dead_letters_.count();
    m.letters_waiting = dead_letters_.waiting();
    m.busy = static_cast<double>(get(figures_.busy)) /
             static_cast<double>(std::max<std::int64_t>(ticks() - made_at_, 1));
    if (const std::int64_t t = get(figures_.watermark); t != no_watermark) {
        m.watermark = Timestamp{Duration{t}};
    }
    if (const std::uint64_t total = get(figures_.progress_total); total > 0) {
        m.progress = Progress{get(figures_.progress_done), total};
    }
    m.latency = figures_.latency.read();
    m.commit = figures_.commit.read();
    m.counters = context_.counters();
    m.gauges = context_.gauges();
    m.failed = failed();
    return m;
}

}  // namespace tsflow
