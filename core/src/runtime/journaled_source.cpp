#include "runtime/journaled_source.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include <fmt/format.h>

#include "journal/file_system.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

/// Begins a position that is an offset of a journal.
constexpr std::string_view mark = "tsflow-journal-1";
/// What a source may emit in one poll before it is written down in pieces.
constexpr std::size_t most_collected = 16u << 20;
constexpr int entries_at_once = 64;
constexpr std::chrono::milliseconds figures_every{200};

/// What a position of a journal begins with, as bytes.
const std::string& mark_bytes() {
    static const std::string bytes = [] {
        StateWriter state;
        state.text(mark);
        return state.bytes();
    }();
    return bytes;
}

JournalOptions options_of(const JournalSpec& spec) {
    constexpr std::uint64_t segments_in_limit = 4;
    JournalOptions options;
    if (spec.fsync == Duration{0}) {
        options.sync.when = SyncPolicy::When::always;
    } else {
        options.sync.interval = spec.fsync;
    }
    options.compress = spec.compress;
    options.keep = spec.keep;
    options.keep_bytes = spec.max_bytes / 2;
    options.segment_bytes = std::min(options.segment_bytes, spec.max_bytes / segments_in_limit);
    if (spec.drop_oldest) {
        options.at_limit = AtLimit::drop_oldest;
        options.max_bytes = spec.max_bytes;
        options.max_age = spec.max_age;
    }
    // When it is to block, the source waits before a poll, so that a poll's rows always fit.
    return options;
}

}  // namespace

/// Takes what the source emits during a poll.
class JournaledSource::Collector final : public Emitter {
public:
    explicit Collector(JournaledSource& to) : to_(to) {}
    void begin(Emitter& out) {
        out_ = &out;
        bytes_ = 0;
    }
    void emit(Batch batch, std::size_t port) override {
        if (!batch || batch.rows() == 0) {
            return;
        }
        bytes_ += batch.bytes();
        to_.group_.push_back(
            JournalEntry::of_batch(static_cast<std::uint16_t>(port), std::move(batch)));
        // A source without a position of its own has no groups to keep together.
        if (bytes_ > most_collected && to_.live() && to_.finish_group(*out_)) {
            bytes_ = 0;
        }
    }
    void watermark(Timestamp time) override {
        to_.group_.push_back(JournalEntry::of_watermark(0, time));
    }

private:
    JournaledSource& to_;
    Emitter* out_ = nullptr;
    std::size_t bytes_ = 0;
};

JournaledSource::JournaledSource(std::unique_ptr<Node> source, const JournalSpec& spec,
                                 std::string pipeline, std::string path,
                                 std::filesystem::path folder)
    : node_(std::move(source)),
      source_(dynamic_cast<Source&>(*node_)),
      spec_(spec),
      pipeline_(std::move(pipeline)),
      path_(std::move(path)),
      folder_(std::move(folder)),
      room_(spec.max_bytes, spec.max_age),
      collector_(std::make_unique<Collector>(*this)) {}

JournaledSource::~JournaledSource() = default;

void JournaledSource::open(Context& context) {
    context_ = &context;
    node_->open(context);
}

void JournaledSource::close() noexcept {
    if (!group_.empty()) {
        context_->log(Level::warning,
                      "the last rows that it received are lost: its journal could not be written");
    }
    node_->close();
    journal_.reset();
}

void JournaledSource::begin(std::optional<std::uint64_t> offset, std::optional<std::string> own) {
    JournalOptions options = options_of(spec_);
    options.folder = folder_;
    options.pipeline = pipeline_;
    options.node = path_;
    options.needed_from = offset.value_or(0);
    auto journal = std::make_unique<Journal>(
        std::move(options), context_->clock(),
        [this](Level level, std::string_view message) { context_->log(level, message); });
    if (own && !offset) {
        // The checkpoint is of a time without a journal; what lies here is older.
        offset = journal->figures().next;
        journal->trim(*offset);
    }
    next_ = std::max(offset.value_or(0), journal->figures().first);
    JournalReplay replay(*journal, next_, !live());
    if (replay.position()) {
        own = replay.position();
    }
    noted_ = std::move(own).value_or(std::string{});
    if (!live() && !noted_.empty()) {
        StateReader state(noted_);
        source_.resume(state);
    }
    if (!replay.empty()) {
        replay_.emplace(std::move(replay));
    }
    journal_ = std::move(journal);
}

void JournaledSource::emit(JournalEntry& entry, Emitter& out) {
    if (entry.kind == JournalEntry::Kind::batch) {
        out.emit(std::move(entry.batch), entry.port);
    } else if (entry.kind == JournalEntry::Kind::watermark) {
        out.watermark(entry.time);
    }
}

Poll JournaledSource::replay(Emitter& out) {
    for (int i = 0; i < entries_at_once; ++i) {
        std::optional<JournalEntry> entry = replay_->next();
        if (!entry) {
            context_->log(Level::info,
                          fmt::format("replayed {} rows from its journal", replay_->rows()));
            next_ = journal_->figures().next;
            replay_.reset();
            return Poll::more;
        }
        context_->counter("journal_lost_entries").add(entry->lost);
        room_.appended(entry->offset, entry->appended);
        const std::uint64_t behind = entry->offset + 1;
        emit(*entry, out);
        next_ = behind;
    }
    return Poll::more;
}

bool JournaledSource::write_group() {
    try {
        for (; written_ < group_.size(); ++written_) {
            journal_->append(group_[written_]);
        }
        journal_->flush();
    } catch (const IoError& error) {
        context_->counter("journal_failed_writes").add();
        if (!std::exchange(broken_, true)) {
            context_->log(Level::error,
                          fmt::format("{}; the source waits until its journal can be written again",
                                      error.what()));
        }
        return false;
    }
    if (std::exchange(broken_, false)) {
        context_->log(Level::info, "its journal can be written again");
    }
    return true;
}

bool JournaledSource::finish_group(Emitter& out) {
    if (!write_group()) {
        return false;
    }
    const std::uint64_t end = journal_->figures().next;
    room_.appended(end - group_.size(), context_->clock().now());
    written_ = 0;
    noted_ = std::move(group_position_);
    for (JournalEntry& entry : group_) {
        emit(entry, out);
    }
    group_.clear();
    next_ = end;
    return true;
}

std::string JournaledSource::own_position() const {
    if (live()) {
        return {};
    }
    // Until it is polled, it need not know what it was resumed with; and while a group waits for the
    // disk, it is ahead of what was handed on.
    if (!polled_ || !group_.empty()) {
        return noted_;
    }
    StateWriter own;
    source_.position(own);
    return own.bytes();
}

void JournaledSource::note_position() {
    if (live()) {
        return;
    }
    StateWriter own;
    source_.position(own);
    group_position_ = own.bytes();
    group_.push_back(JournalReplay::note(group_position_));
}

Poll JournaledSource::poll_source(Emitter& out, Millis max_wait) {
    std::exception_ptr thrown;
    collector_->begin(out);
    try {
        result_ = source_.poll(*collector_, max_wait);
        polled_ = true;
    } catch (...) {
        // What it emitted before that is handed on all the same.
        thrown = std::current_exception();
        result_ = Poll::more;
    }
    bool finished = true;
    if (!group_.empty()) {
        note_position();
        finished = finish_group(out);
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return finished ? result_ : Poll::idle;
}

Poll JournaledSource::poll(Emitter& out, Millis max_wait) {
    show_figures();
    if (replay_) {
        return replay(out);
    }
    if (!group_.empty()) {
        if (finish_group(out)) {
            return result_;
        }
        context_->sleep_for(max_wait);
        return Poll::idle;
    }
    if (!spec_.drop_oldest && !room_.left(journal_->figures(), context_->clock().now())) {
        if (!std::exchange(full_, true)) {
            context_->log(Level::warning,
                          "its journal is full: the source waits until a checkpoint makes room");
        }
        context_->sleep_for(max_wait);
        return Poll::idle;
    }
    if (std::exchange(full_, false)) {
        context_->log(Level::info, "its journal has room again");
    }
    return poll_source(out, max_wait);
}

bool JournaledSource::promise(Timestamp time) {
    if (replay_ || full_ || !group_.empty()) {
        return false;
    }
    group_.push_back(JournalEntry::of_watermark(0, time));
    const bool written = write_group();
    if (written) {
        next_ = journal_->figures().next;
    }
    // It is given again soon.
    group_.clear();
    written_ = 0;
    return written;
}

void JournaledSource::position(StateWriter& state) const {
    // Nothing that a sink commits at the barrier may be missing from the log after a power cut.
    journal_->sync();
    state.text(mark);
    state.integer(static_cast<std::int64_t>(next_));
    state.text(own_position());
}

void JournaledSource::restore(std::string_view bytes) {
    if (bytes.starts_with(mark_bytes())) {
        StateReader state(bytes);
        resume(state);
    } else {
        begin(std::nullopt, std::string{bytes});
    }
}

void JournaledSource::resume(StateReader& state) {
    static_cast<void>(state.text());
    const auto offset = static_cast<std::uint64_t>(state.integer());
    begin(offset, std::string{state.text()});
}

void JournaledSource::checkpoint_stored(std::string_view position) {
    StateReader state(position);
    static_cast<void>(state.text());
    const auto offset = static_cast<std::uint64_t>(state.integer());
    journal_->trim(offset);
    room_.consumed(offset, journal_->figures().next);
}

std::optional<std::string> JournaledSource::unwrapped(std::string_view position) {
    if (!position.starts_with(mark_bytes())) {
        return std::nullopt;
    }
    StateReader state(position);
    static_cast<void>(state.text());
    static_cast<void>(state.integer());
    return std::string{state.text()};
}

void JournaledSource::show_figures() {
    const Timestamp now = context_->clock().now();
    if (now < next_figures_) {
        return;
    }
    next_figures_ = now + figures_every;
    const JournalFigures figures = journal_->figures();
    context_->gauge("journal_bytes").set(static_cast<std::int64_t>(figures.bytes));
    context_->gauge("journal_entries_needed")
        .set(static_cast<std::int64_t>(figures.next - std::min(figures.needed, figures.next)));
    context_->counter("journal_dropped_rows").add(figures.dropped_rows - shown_.dropped_rows);
    context_->counter("journal_damaged_entries")
        .add(figures.damaged_entries - shown_.damaged_entries);
    shown_ = figures;
}

}  // namespace tsflow
