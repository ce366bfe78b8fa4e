#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/pipeline_spec.hpp"
#include "journal/journal.hpp"
#include "runtime/journal_replay.hpp"
#include "runtime/journal_room.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// A source whose rows are in a log before anything downstream sees them, so that it can be replayed
/// from there: its position is an offset of the log, and what a live source has sent once is not lost
/// with the process.
///
///     the source's poll() ──▶ group ──▶ journal, flushed ──▶ emit
///     after a restart:        journal from the checkpoint's offset on ──▶ emit; then poll() again
///
/// What one poll emitted is one group. When the source has a position of its own, the position behind
/// the group is noted in the log with it, and a restart resumes the source behind the last whole group:
/// entries of an unfinished one are passed over, because the source sends these rows again.
///
/// A full log (`when_full = "block"`) or disk makes the source wait between two polls, so that barriers
/// go on, checkpoints are stored, and the log is trimmed, which makes room.
class JournaledSource final : public Source {
public:
    /// Opens nothing. `source` is a Source; `folder` the journal's own.
    JournaledSource(std::unique_ptr<Node> source, const JournalSpec& spec, std::string pipeline,
                    std::string path, std::filesystem::path folder);
    ~JournaledSource() override;

    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override { node_->probe(context); }
    Ports outputs() const override { return source_.outputs(); }
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;
    /// Instead of resume(), when there is no checkpoint: what the journal holds comes first all the same.
    void start_anew() { begin(std::nullopt, std::nullopt); }
    /// As resume(), also from a checkpoint of a time when the source had no journal.
    void restore(std::string_view bytes);
    std::optional<Progress> progress() const override { return source_.progress(); }

    /// True when the source cannot be replayed without the journal.
    bool live() const noexcept { return !source_.replayable(); }
    const JournalSpec& spec() const noexcept { return spec_; }
    /// Writes down a watermark that the host gives for the source. False: not now.
    bool promise(Timestamp time);
    /// A checkpoint with this position of the source is stored: what is before it is not needed any
    /// more. Any thread.
    void checkpoint_stored(std::string_view position);

    /// For a source whose journal was switched off: its own position in one that the journal wrote.
    /// Nothing when the journal did not write it.
    static std::optional<std::string> unwrapped(std::string_view position);

private:
    class Collector;
    /// `own`: the source's own position, when there is a checkpoint.
    void begin(std::optional<std::uint64_t> offset, std::optional<std::string> own);
    Poll replay(Emitter& out);
    void emit(JournalEntry& entry, Emitter& out);
    Poll poll_source(Emitter& out, Millis max_wait);
    /// Writes the group down and hands it on. False when the disk does not take it: it stays.
    bool finish_group(Emitter& out);
    bool write_group();
    void note_position();
    void show_figures();
    /// The source's position behind the last entry emitted.
    std::string own_position() const;

    std::unique_ptr<Node> node_;
    Source& source_;
    const JournalSpec spec_;
    const std::string pipeline_, path_;
    const std::filesystem::path folder_;
    Context* context_ = nullptr;
    std::unique_ptr<Journal> journal_;
    JournalRoom room_;

    std::unique_ptr<Collector> collector_;
    std::vector<JournalEntry> group_;
    std::size_t written_ = 0;  // entries of the group that the journal has taken
    std::string group_position_;
    Poll result_ = Poll::more;  // of the poll that made the group

    std::uint64_t next_ = 0;  // offset behind the last entry emitted
    std::optional<JournalReplay> replay_;
    bool polled_ = false;  // since the start
    std::string noted_;    // the source's position behind the last group that was handed on

    bool full_ = false;
    bool broken_ = false;
    JournalFigures shown_;
    Timestamp next_figures_{};
};

}  // namespace tsflow
